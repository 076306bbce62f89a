"""The networks and simple methods that learn from a series of one's own, watched until they are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from rnnviz.cells import Cell
from rnnviz.data.own_series import text_of
from rnnviz.data.own_text import OwnText
from rnnviz.data.series import Series
from rnnviz.settings.address import link
from rnnviz.settings.series import PAGE, Forecasting
from rnnviz.training.baselines import baselines_of
from rnnviz.training.own_series import own_recipe
from rnnviz.training.recipe import AnyRecipe
from rnnviz.training.run import AnyRun
from rnnviz.training.series import SeriesRecipe
from rnnviz.ui.address import with_classroom
from rnnviz.ui.compare.race import duration, seconds_left
from rnnviz.ui.controls import Controls
from rnnviz.ui.jobs import jobs, kept, visitor
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.markdown import plain
from rnnviz.ui.series.results import best_of, networks_of, simple_methods
from rnnviz.ui.series.shown import SEEDS
from rnnviz.ui.series.standing import chosen_afterwards, verdict

#: What deletes a series: called with the controls and the series.
Delete = Callable[[Controls[Forecasting], Series], None]
#: Seconds between two looks at what is being trained.
_LOOK = 1.0


def recipes_on(series: Series, cells: Sequence[Cell]) -> list[AnyRecipe]:
    """All that is asked for on a series: the simple methods first, then every cell with one seed after the other."""
    networks = [own_recipe(series, cell, seed) for seed in SEEDS for cell in cells]
    return [baselines_of(own_recipe(series, Forecasting().cell)), *networks]


def ask_for_all(controls: Controls[Forecasting], series: Series, cells: Sequence[Cell], text: OwnText) -> None:
    """Have the simple methods measured and networks trained, and show the first of these runs."""
    for recipe in recipes_on(series, cells):
        jobs().ask(recipe, visitor(), text)
    controls.set("own", recipes_on(series, cells)[0].run_id)


def watch(page: Shown, series: Series, delete: Delete | None) -> None:
    """Draw what is known of the runs on a series, again and again while any is under way.

    `delete` is None for who may not.
    """
    controls: Controls[Forecasting] = Controls(page)
    cells = controls.draw("own_cells").own_cells
    known = _known(series, cells)
    under_way = any(run.under_way for run in known.values())
    _buttons(controls, series, recipes_on(series, cells), known, delete)
    st.fragment(_watch, run_every=_LOOK if under_way else None)(page, series, cells, under_way)


def _known(series: Series, cells: Sequence[Cell]) -> dict[AnyRecipe, AnyRun]:
    found = {recipe: kept().find(recipe, visitor()) for recipe in recipes_on(series, cells)}
    return {recipe: run for recipe, run in found.items() if run is not None}


def _watch(page: Shown, series: Series, cells: Sequence[Cell], before: bool) -> None:
    """How far the runs are, and what can be looked at; once they begin or end the whole view is another."""
    wanted, known = recipes_on(series, cells), _known(series, cells)
    runs = list(known.values())
    if any(run.under_way for run in runs) != before:
        st.rerun()
    if before:
        st.progress(share_done(wanted, runs), how_far(wanted, runs))
    else:
        st.markdown(about_runs(wanted, runs))
    for note in dict.fromkeys(note for run in runs for note in run.notes):
        st.markdown(f":small[{plain(note)}]")
    if networks := [run.run_id for run in runs if run.finished and isinstance(run.recipe, SeriesRecipe)]:
        st.markdown(ways(networks[0], classroom=page.classroom), unsafe_allow_html=True)


def reached(series: Series, cells: Sequence[Cell]) -> list[str]:
    """Who forecasts the series better, the best cell or the best simple method; nothing until both are there."""
    networks = [one for cell in cells for one in networks_of(series, cell).values()]
    simple = simple_methods(own_recipe(series, Forecasting().cell))
    if not (networks and simple):
        return []
    return [verdict(series, best_of(networks), best_of(simple)), chosen_afterwards(len(networks), len(simple))]


def share_done(wanted: Sequence[AnyRecipe], runs: Sequence[AnyRun]) -> float:
    """How much of all that is wanted is done."""
    return sum(run.share_done for run in runs) / len(wanted)


def how_far(wanted: Sequence[AnyRecipe], runs: Sequence[AnyRun]) -> str:
    """How many are done, and how long the others will take."""
    finished = sum(run.finished for run in runs)
    networks = [run for run in runs if isinstance(run.recipe, SeriesRecipe)]
    left = seconds_left(networks) if networks else None
    told = f"{finished} of {len(wanted)} done"
    if left is None:
        places = [place for run in runs if run.under_way and (place := jobs().place(run.recipe))]
        return f"{told}; place {min(places)} in the queue" if places else f"{told}; starting"
    return f"{told}; about {duration(left)} left"


def about_runs(wanted: Sequence[AnyRecipe], runs: Sequence[AnyRun]) -> str:
    """What is there of all that is wanted, where nothing is under way."""
    finished = sum(run.finished for run in runs)
    if finished == len(wanted):
        return f"All {finished} are done: the simple methods, and each cell three times."
    return f"{finished} of {len(wanted)} are done."


def _buttons(
    controls: Controls[Forecasting],
    series: Series,
    wanted: Sequence[AnyRecipe],
    known: dict[AnyRecipe, AnyRun],
    delete: Delete | None,
) -> None:
    """What can be done now; outside of what looks again and again, so that a click draws the view."""
    under_way = [recipe for recipe, run in known.items() if run.under_way]
    missing = [recipe for recipe in wanted if recipe not in known or not known[recipe].finished]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if under_way:
            st.button("Cancel", icon=":material/stop:", key="own_series_cancel", on_click=_cancel, args=(under_way,))
        elif missing:
            st.button("Train what is missing", icon=":material/play_arrow:", key="own_series_more",
                      on_click=_ask, args=(missing, series))  # fmt: skip
        if not under_way:
            st.button("Another series", icon=":material/edit:", key="own_series_other", on_click=controls.set,
                      args=("own", ""))  # fmt: skip
        if delete is not None:
            with st.popover("Delete", icon=":material/delete:"):
                st.markdown("The series, its networks and what was measured are gone for good, for all.")
                st.button("Delete for good", key="own_series_delete", on_click=partial(delete, controls, series))
    if delete is None:
        st.markdown(":small[Whoever has the table can delete this series: give it again under *Another series*.]")


def _cancel(recipes: Sequence[AnyRecipe]) -> None:
    for recipe in recipes:
        jobs().cancel(recipe)


def _ask(recipes: Sequence[AnyRecipe], series: Series) -> None:
    for recipe in recipes:
        jobs().ask(recipe, visitor(), text_of(series))


def ways(own: str, *, classroom: bool) -> str:
    """The ways to the other views of the page with this series."""

    def way(view: str, title: str) -> str:
        where = with_classroom(link(PAGE, view=view, series="own", watched="own", own=own), classroom=classroom)
        return f'<a href="{escape(where)}" target="_self">{title}</a>'

    return (
        f"With this series: {way('forecast', 'its forecasts beside the simple methods')}, "
        f"{way('inside', 'the networks inside')}, {way('anomalies', 'what does not belong')}."
    )
