"""The view `forecast` of the page on series: networks beside simple methods on the last part of a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import altair as alt
import numpy as np
import streamlit as st

from rnnviz.cells import CELLS, Cell
from rnnviz.data.series import Series
from rnnviz.figures.curves import LevelLine, Result, metric_by_length
from rnnviz.notation import PALETTES, Palette
from rnnviz.settings.series import Forecasting
from rnnviz.tasks.forecasting import examples, split, usual_values
from rnnviz.training.series import SeriesRecipe
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.scenes import with_article
from rnnviz.ui.series.missing import train_missing
from rnnviz.ui.series.network_player import network_player
from rnnviz.ui.series.own_network import SeriesRun
from rnnviz.ui.series.results import Forecasts, best_of, networks_of, simple_methods
from rnnviz.ui.series.shown import SEEDS, recipe_of, runs_of, shown_series
from rnnviz.ui.series.standing import (
    beside_persistence,
    by_horizon,
    chosen_afterwards,
    coverage_sentence,
    in_steps,
    span,
    to_digits,
    verdict,
    ways,
)
from rnnviz.ui.tables import table
from rnnviz.ui.terms import chart_words, subheader

#: The cells that stand side by side on every series.
BESIDE = ("elman", "lstm", "gru")
#: A method that is so many times as far off as the best is in the table alone: the chart would show nothing else.
_FAR = 2.0


def forecast_view(page: Shown, controls: Controls[Forecasting]) -> None:
    """Draw the view."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        shown = controls.draw("series", "cell")
    try:
        series = shown_series(shown)
        simple = simple_methods(recipe_of(series, shown.cell))
        networks = {cell: networks_of(series, cell) for cell in cells_beside(shown.cell)}
    except (LookupError, OSError, ValueError) as error:
        refuse(f"{error}")
        return
    train_missing(series, shown)
    if simple:
        _verdict(series, shown.cell, networks, simple)
    if shown_run := runs_of(series, shown.cell).get(SEEDS[0]):
        _at_work(page, series, shown_run)
    if simple:
        _standing(series, shown.cell, networks, simple, classroom=page.classroom)


def _verdict(
    series: Series, cell: Cell, networks: Mapping[Cell, Mapping[str, Forecasts]], simple: Sequence[Forecasts]
) -> None:
    others = [one for other, ways in networks.items() if other != cell for one in ways.values()]
    for sentence in said_before(series, networks[cell], simple, others):
        st.markdown(sentence)


def _at_work(page: Shown, series: Series, run: SeriesRun) -> None:
    """The first network of the cell, forecasting."""
    if run.status != "done":
        return
    try:
        network_player(page, series, run)
    except (OSError, ValueError) as error:
        refuse(f"{error}")


def _standing(
    series: Series,
    cell: Cell,
    networks: Mapping[Cell, Mapping[str, Forecasts]],
    simple: Sequence[Forecasts],
    *,
    classroom: bool,
) -> None:
    """Draw who is how good: the errors as a chart and as a table, and what they say."""
    subheader("How good, by how far ahead")
    drawn = [of_cell[way] for one, of_cell in networks.items() for way in of_cell if one == cell or way == "direct"]
    look = PALETTES[st.context.theme.type or "light"]
    st.altair_chart(error_chart(series, [*drawn, *simple], look, 20 if classroom else 14), theme=None, key="errors")
    chart_words("Mean absolute error", "Steps ahead", *(one.title for one in simple))
    for sentence in filter(None, (left_out([*drawn, *simple]), *said_after(series, networks[cell]))):
        st.markdown(sentence)
    every = [*(one for of_cell in networks.values() for one in of_cell.values()), *simple]
    recipe = recipe_of(series, cell)
    st.markdown(error_table(series, every, recipe), unsafe_allow_html=True)
    st.markdown(about(series, recipe))


def cells_beside(cell: Cell) -> list[Cell]:
    """The cells that are drawn: those that ship, and the chosen one."""
    beside = [CELLS[name] for name in BESIDE]
    return beside if cell in beside else [*beside, cell]


def said_before(
    series: Series,
    of_cell: Mapping[str, Forecasts],
    simple: Sequence[Forecasts],
    others: Sequence[Forecasts] = (),
) -> list[str]:
    """What is said of a network beside the simple methods before its chart, the verdict first.

    The network stands there in the way of forecasting that is better; `others` are the networks that stand beside it.
    """
    every = [*of_cell.values(), *others, *simple]
    if not of_cell:
        return [beside_persistence(series, every)]
    network = best_of([*of_cell.values()])
    more = (by_horizon(series, network, simple), beside_persistence(series, every))
    return [
        verdict(series, network, best_of(simple)),
        " ".join(filter(None, more)),
        chosen_afterwards(len(of_cell), len(simple)),
    ]


def said_after(series: Series, of_cell: Mapping[str, Forecasts]) -> list[str]:
    """What is said of a network after its chart: its intervals, and its two ways to forecast many steps."""
    if not of_cell:
        return []
    return [
        *filter(None, (coverage_sentence(of_cell["direct"]), ways(series, of_cell["direct"], of_cell["recursive"])))
    ]


def is_far(one: Forecasts, forecasts: Sequence[Forecasts]) -> bool:
    """Whether a simple method is so far off that the chart leaves it out."""
    return one.fitted is not None and one.middle > _FAR * best_of(forecasts).middle


def left_out(forecasts: Sequence[Forecasts]) -> str:
    """Which methods the chart leaves out; "" where it holds all."""
    far = [one.said for one in forecasts if is_far(one, forecasts)]
    return f":small[Not drawn, since more than twice as far off as the best: {', '.join(far)}.]" if far else ""


def error_chart(series: Series, forecasts: Sequence[Forecasts], palette: Palette, font_size: int) -> alt.LayerChart:
    """The mean absolute error against how far ahead: a line a cell, with its seeds, and one for each simple method."""
    networks = [one for one in forecasts if one.fitted is None]
    near = [one for one in forecasts if one.fitted is not None and not is_far(one, forecasts)]
    results = [
        Result(one.name, one.title, seed, ahead, float(error))
        for one in networks
        for seed, errors in enumerate(one.errors)
        for ahead, error in enumerate(errors, start=1)
    ]
    return metric_by_length(
        results,
        [LevelLine(one.title, np.arange(1.0, 1 + one.errors.shape[1]), one.errors[0]) for one in near],
        palette,
        x=f"Steps ahead ({series.step})",
        title=f"Mean absolute error, {series.unit}".removesuffix(", "),
        font_size=font_size,
    )


def error_table(series: Series, forecasts: Sequence[Forecasts], recipe: SeriesRecipe) -> str:
    """Every network and method by its error, the best first."""
    last = recipe.horizon
    places = sorted({1, (last + 1) // 2, last})
    head = ["", *(in_steps(series, ahead) for ahead in places), "All", "Seeds", "90 % interval covers"]
    by_error = sorted(forecasts, key=lambda one: one.middle)
    said = partial(to_digits, of=by_error[0].middle)
    rows = [
        [
            one.title,
            *(said(one.at(ahead)) for ahead in places),
            said(one.middle),
            f"{said(min(one.overall))} to {said(max(one.overall))}" if one.fitted is None else "–",
            span(*one.covered),
        ]
        for one in by_error
    ]
    unit = f" in {series.unit}" if series.unit else ""
    return table(head, rows, f"Mean absolute error{unit} by how far ahead: of networks the median over the seeds")


def about(series: Series, recipe: SeriesRecipe) -> str:
    """What was measured on what."""
    values = usual_values(series)
    parts = split(len(values))
    tested = len(examples(values, parts.test, recipe.window, recipe.horizon).origins)
    return (
        f":small[{series.title}: {len(values):,} values, {series.times[0]} to {series.times[-1]} ({series.source}). "
        f"The first {len(parts.learn):,} are learned from, the next {len(parts.choose):,} choose when to stop, lags "
        f"and intervals; all errors are on the last {len(parts.test):,}, at {tested:,} origins: at each, what came "
        f"before is read and {in_steps(series, recipe.horizon)} are forecast; nothing is trained anew. "
        f"{with_article(recipe.cell.title)} has {recipe.hidden_size} units and reads {recipe.window} values.]"
    )
