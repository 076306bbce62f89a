"""Gradients through time: see them vanish, explode, be cut and be clipped, on networks that really run."""

from functools import partial

import streamlit as st

from rnnviz.player.component import backward, curves
from rnnviz.settings.gradients import Experiment
from rnnviz.ui.asking import answered
from rnnviz.ui.controls import Controls, readable
from rnnviz.ui.evidence import cliff_evidence
from rnnviz.ui.explanations import preset_links
from rnnviz.ui.frame import frame
from rnnviz.ui.gradients.clipping import clipping_section
from rnnviz.ui.gradients.controls import experiment_controls
from rnnviz.ui.gradients.experiments import PRESETS, compared_scenes, experiment_scene

page = frame(
    "gradients",
    "Gradients through time",
    "Training asks of every weight: if you grew a little, how would the loss change? The answer is carried back step "
    "by step, each time multiplied by the **Jacobian**: how the new state follows the old one. Many factors under 1 "
    "leave nothing, many over 1 too much. The loss is at the right; walk to the left.",
)
if page.shows("presets"):
    preset_links(page, PRESETS)


@st.fragment
def picture() -> None:
    """The controls and all that follows from them."""
    controls = experiment_controls(page)
    experiment = readable(controls.keep(), experiment_scene)
    dials = controls.dials()
    backward(
        experiment_scene(experiment),
        every_step=experiment.loss == "every",
        compared=compared_scenes(experiment),
        dials=dials,
        at={dial.name: getattr(experiment, dial.name) for dial in dials},
        turned=controls.turned,
        key="backward",
        classroom=page.classroom,
        prediction=page.prediction,
        opening=page.opening,
    )


def clipped() -> None:
    """The part about clipping."""
    if not (page.shows("clipping") or page.asked_by_server()):
        return
    experiment: Experiment = Controls(page, "clipping").values
    if answered(page, lambda: cliff_evidence(experiment), player=True):
        clipping_section(page, partial(curves, key="clipping_curves", classroom=page.classroom))


def walk() -> None:
    """The picture, which pales while what was typed cannot be read."""
    with st.container(key="picture"):
        picture()


# A lesson about clipping shows nothing else.
if not page.asked_by_server():
    walk()
clipped()
