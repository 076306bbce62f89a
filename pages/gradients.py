"""Gradients through time: see them vanish, explode, be cut and be clipped, on networks that really run."""

import streamlit as st

from rnnviz.player.component import backward
from rnnviz.settings.gradients import Experiment
from rnnviz.ui.controls import Controls, readable
from rnnviz.ui.explanations import preset_links
from rnnviz.ui.frame import frame
from rnnviz.ui.gradients.clipping import clipping_section
from rnnviz.ui.gradients.controls import experiment_controls
from rnnviz.ui.gradients.experiments import PRESETS, compared_scenes, experiment_scene

page = frame(
    "gradients",
    "Gradients through time",
    "Training asks of every weight: if you grew a little, how would the loss change? For a recurrent network the "
    "answer is carried back from step to step, each time multiplied with that step's **Jacobian**, the matrix of how "
    "the new state follows the old one. Many factors under 1 leave nothing, many over 1 leave too much. The loss is at "
    "the right; walk to the left.",
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


with st.container(key="picture"):
    picture()
# Its pictures in three dimensions need a library of several megabytes: only for those who ask.
if page.shows("clipping"):
    clipping: Controls[Experiment] = Controls(page, "clipping")
    clipping.draw("clipping")
    if clipping.keep().clipping:
        clipping_section(page)
