"""The pages as cards, each with a small picture of a real run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import streamlit as st

from rnnviz.analysis.shipped_units import found_in
from rnnviz.analysis.units import values_of
from rnnviz.cells import CELLS, GRU, MAIN
from rnnviz.data.series import load_series
from rnnviz.figures.thumbnails import curves, curves_over, heat_map
from rnnviz.gradients import jacobian_norms
from rnnviz.networks.checkpoints import load_text
from rnnviz.networks.forecaster import Forecaster
from rnnviz.networks.translator import Translator
from rnnviz.notation import QUANTITIES
from rnnviz.settings import PAGES
from rnnviz.settings.attention import reading
from rnnviz.settings.step_through import DEFAULT, scenario
from rnnviz.tasks.forecasting import windows
from rnnviz.trace import Trace, run
from rnnviz.training.contest import Contest
from rnnviz.training.recipe import Recipe
from rnnviz.training.run import shipped, shipped_weights
from rnnviz.training.series import recipe_for
from rnnviz.ui.frame import page_link
from rnnviz.ui.scenes import scene
from rnnviz.ui.text.read import samples

#: What the networks of the pictures read.
_NAME = "christopher"
#: How much of a program stands in a picture.
_LINES, _COLUMNS = 10, 64
#: So many days of the weather.
_DAYS = 150


def page_cards(*, classroom: bool) -> None:
    """Draw a card for every page that promises something."""
    with st.container(horizontal=True, gap="medium"):
        for page in PAGES.values():
            if page.promise:
                with st.container(border=True, width=410):
                    st.markdown(f'<div class="thumbnail">{_picture(page.name)}</div>', unsafe_allow_html=True)
                    page_link(page.name, classroom=classroom)
                    st.markdown(page.promise)


@cache
def _picture(name: str) -> str:
    """The picture of a page as SVG."""
    return _PICTURES[name]()


def _trace(cell: str) -> Trace:
    shown = scene(scenario(cell=CELLS[cell], text=_NAME))
    return run(shown.cell, shown.weights, shown.inputs)


def _states() -> str:
    values = _trace(DEFAULT.cell.name)["hidden_state"].T
    return heat_map(values, QUANTITIES["hidden_state"], f"Hidden states over “{_NAME}”: a row a unit, a column a step")


def _gates() -> str:
    values = _trace("lstm")["forget_gate"].T
    return heat_map(values, QUANTITIES["forget_gate"], f"Forget gates of an LSTM over “{_NAME}”")


def _gradients() -> str:
    reach = {cell.name: np.log10(jacobian_norms(_trace(cell.name))[-1]) for cell in MAIN}
    return curves(reach, f"How far the gradient reaches back over “{_NAME}”, for three trained cells")


def _race() -> str:
    medians = {}
    for cell, recipes in Contest(Recipe()).recipes().items():
        runs = [found for found in map(shipped, recipes) if found]
        medians[cell.name] = np.median([[point.metric for point in found.points] for found in runs], axis=0)
    return curves(medians, "The error of three cells while they learn to add, each the median of three runs")


def _alignment() -> str:
    shown = reading()
    steps = Translator.load(shown.pair, shown.attention)(shown.sentence).steps
    weights = np.array([step.values["a"] for step in steps])
    return heat_map(weights, QUANTITIES["alignment"], "Where a translator looks: a row a word that it writes")


def _text() -> str:
    name, concept = "python", "string"
    network, best = load_text(name), found_in(name)[concept].best
    text = next(sample.text for sample in samples(name) if sample.name == concept)
    values, lines = values_of(network, text)[best.letter][:, best.unit], text.split("\n")[:_LINES]
    shown, place = np.zeros((len(lines), _COLUMNS)), 0
    for row, line in zip(shown, lines):
        there = min(len(line), _COLUMNS)
        row[:there] = values[place : place + there]
        place += len(line) + 1
    words = "A unit that knows whether it is inside a string: a row a line of a program, a column a character"
    return heat_map(shown, network.cell.quantity(best.letter), words)


def _series() -> str:
    recipe = recipe_for("seattle", GRU)
    run = shipped(recipe)
    if run is None:
        raise LookupError(f"the run {recipe.shipped_name} does not ship")
    network = Forecaster.of(shipped_weights(run, max(run.moments)), recipe.cell, recipe.reads, recipe.window)
    values = load_series(recipe.series).values
    read = windows(values, network.needed)[:, : -network.horizon][:, -_DAYS:]
    words = f"{_DAYS} days of Seattle’s weather, and what a GRU had forecast of them {network.horizon} days before"
    return curves_over(values[-_DAYS:], {recipe.cell.name: network.direct(read)[-1]}, words)


_PICTURES: Mapping[str, Callable[[], str]] = {
    "step_through": _states,
    "gates": _gates,
    "gradients": _gradients,
    "compare": _race,
    "attention": _alignment,
    "text": _text,
    "series": _series,
}
