"""Several cells on one task: training them, what is measured meanwhile, and what the finished runs say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

import streamlit as st

from rnnviz.cells import CELLS
from rnnviz.contest import Contest, result
from rnnviz.initialisation import INITIALISATIONS
from rnnviz.recipe import Recipe
from rnnviz.runs import UNDER_WAY, Run
from rnnviz.tasks import TASKS
from rnnviz.ui.charts import Look, Runs, race_charts, reach_chart
from rnnviz.ui.jobs import jobs, visitor
from rnnviz.ui.results import (
    budget_sentence,
    counted,
    level_to_reach,
    notes,
    origin,
    reach_sentence,
    results_table,
    tested_table,
    verdict,
)

#: Seconds between two looks at runs under way: until there is something to see, and then.
_FIRST, _THEN = 0.15, 1.0

#: Contests worth a look, each as the address that shows it, and what one sees there.
CONTESTS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "Adding": ({}, "Sum two marked numbers of fifty: the gated cells learn it, the Elman RNN stays at chance."),
    "Long lag": (
        {"task": TASKS["lag"].title},
        "Remember the first symbol for 100 steps. At PyTorch's start only Elman RNNs learn it, and not all of them.",
    ),
    "Long lag, chrono": (
        {"task": TASKS["lag"].title, "initialisation": INITIALISATIONS["chrono"].title},
        "The same with biases that let the gates stay open for long: now the gated cells learn it first.",
    ),
    "Temporal order, chrono": (
        {"task": TASKS["order"].title, "initialisation": INITIALISATIONS["chrono"].title},
        "Four classes by the order of two symbols far apart.",
    ),
    "Counting brackets": (
        {"task": TASKS["dyck"].title},
        "Trained on forty brackets, tested on more: who has learned to count, and who only how forty look?",
    ),
    "Names": (
        {"task": TASKS["names"].title},
        "The next letter of real names: a model that only counts is hard to beat.",
    ),
}


def about(contest: Contest) -> None:
    """What is to be learned, and what the start of the weights means."""
    task, start = contest.task, INITIALISATIONS[contest.recipe.initialisation]
    said = f"**{task.title}.** {task.asks} **{start.title} start.** {start.meaning} ({start.source})"
    if unmoved := contest.unmoved():
        names = " and ".join(CELLS[name].title for name in unmoved)
        if contest.recipe.initialisation != "default":
            said += f" It changes nothing in the {names}, which has no such gate."
    st.markdown(said)
    st.markdown(f":small[{task.source}]")


def race(contest: Contest, *, axis: str, classroom: bool) -> None:
    """Draw the curves of a contest, with the buttons that train what is missing."""
    every = _pace(_find(contest.recipes()))
    st.fragment(_race, run_every=every)(contest, every, axis, classroom)


def _race(contest: Contest, every: float | None, axis: str, classroom: bool) -> None:
    recipes = contest.recipes()
    known = _find(recipes)
    _buttons(known, every, "race")
    runs = _by_cell(recipes, known)
    specs = race_charts(contest, runs, axis, _look(classroom))
    for column, (place, spec) in zip(st.columns(len(specs), gap="medium"), enumerate(specs)):
        column.vega_lite_chart(spec, theme=None, key=f"race_chart_{place}")
    level, named = level_to_reach(contest.task, contest.recipe.length)
    results = [result(cell, of_cell, contest.task.metric, level) for cell, of_cell in runs.items()]
    if any(one.finished for one in results):
        st.markdown(results_table(contest, results, named), unsafe_allow_html=True)
        st.markdown(" ".join([verdict(contest, results), budget_sentence(contest, results)]))
        if tested := tested_table(contest, runs):
            st.markdown(tested, unsafe_allow_html=True)
    for note in notes([run for of_cell in runs.values() for run in of_cell]):
        st.markdown(f":small[{note}]")


def reach(contest: Contest, lengths: Sequence[int], *, classroom: bool) -> None:
    """Draw the metric against the length, each cell trained at each, with the buttons that train what is missing."""
    every = _pace(_find(*(contest.at(length).recipes() for length in lengths)))
    st.fragment(_reach, run_every=every)(contest, lengths, every, classroom)


def _reach(contest: Contest, lengths: Sequence[int], every: float | None, classroom: bool) -> None:
    recipes = {length: contest.at(length).recipes() for length in lengths}
    known = _find(*recipes.values())
    _buttons(known, every, "reach")
    runs = {length: _by_cell(of_length, known) for length, of_length in recipes.items()}
    st.vega_lite_chart(reach_chart(contest, runs, _look(classroom)), theme=None, key="reach_chart")
    st.markdown(reach_sentence(contest, runs))


def _look(classroom: bool) -> Look:
    return Look(st.context.theme.type or "light", 20 if classroom else 14)


def _find(*contests: Mapping[str, Sequence[Recipe]]) -> dict[Recipe, Run | None]:
    """What is known by now of every run of some contests."""
    find, who = jobs().find, visitor()
    return {recipe: find(recipe, who) for recipes in contests for of_cell in recipes.values() for recipe in of_cell}


def _by_cell(recipes: Mapping[str, Sequence[Recipe]], known: Mapping[Recipe, Run | None]) -> Runs:
    """The known runs of a contest by the name of their cell."""
    return {cell: [run for recipe in of_cell if (run := known[recipe])] for cell, of_cell in recipes.items()}


def _pace(known: Mapping[Recipe, Run | None]) -> float | None:
    """How often to look again; never when nothing is under way."""
    under_way = [run for run in known.values() if run and run.under_way]
    if not under_way:
        return None
    soon = any(run.status == "running" or (jobs().place(run.recipe) or 1) == 1 for run in under_way)
    return _FIRST if soon and not any(run.points and run.status == "running" for run in under_way) else _THEN


def _buttons(known: Mapping[Recipe, Run | None], every: float | None, key: str) -> None:
    """What can be done now, and how far what is under way has come."""
    if _pace(known) != every:
        st.rerun()
    by_status: dict[str, list[Recipe]] = {}
    for recipe, run in known.items():
        by_status.setdefault(run.status if run else "missing", []).append(recipe)
    under_way = [recipe for status in UNDER_WAY for recipe in by_status.get(status, [])]
    to_do = [recipe for status in ("missing", "stopped", "failed") for recipe in by_status.get(status, [])]
    to_do.sort(key=lambda recipe: recipe.seed)  # so that every cell is soon seen
    paused = by_status.get("paused", [])
    # What a button does is a callback: it is called even where the runs have changed since the button was drawn.
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if to_do and not under_way:
            label = f"Train {counted(len(to_do), 'run')}"
            _button(f"{key}_train", label, "play_arrow", jobs().ask, to_do, visitor(), type="primary")
        if under_way:
            _button(f"{key}_pause", "Pause", "pause", jobs().pause, under_way)
        if paused and not under_way:
            _button(f"{key}_resume", "Go on", "play_arrow", jobs().ask, paused, visitor())
        if under_way or paused:
            _button(f"{key}_cancel", "Cancel", "stop", jobs().cancel, under_way + paused)
        if under_way:
            runs = [run for run in known.values() if run]
            share, told = progress(runs, [jobs().place(recipe) for recipe in by_status.get("waiting", [])])
            st.progress(share, told)
        elif not to_do and not paused:
            st.markdown(f":small[{origin([run for run in known.values() if run])}]")


def _button(
    key: str, label: str, icon: str, act: Callable[..., object], recipes: Sequence[Recipe], *more: str, **options: Any
) -> None:
    """A button that does something with every recipe."""

    def act_on_all() -> None:
        for recipe in recipes:
            act(recipe, *more)

    st.button(label, icon=f":material/{icon}:", key=key, on_click=act_on_all, **options)


def progress(runs: Sequence[Run], places: Sequence[int | None]) -> tuple[float, str]:
    """How much of all runs is done, and in words with the time that is left and the place in the queue."""
    shares = [run.share_done for run in runs]
    running = [run for run in runs if run.status == "running"]
    finished = sum(run.ended is not None for run in runs)
    told = f"{finished} of {len(runs)} finished"
    if running:
        told += f"; training {', '.join(f'{CELLS[run.recipe.cell].title} (seed {run.recipe.seed})' for run in running)}"
        if (left := seconds_left(runs)) is not None:
            told += f"; about {duration(left)} left"
    elif known := [place for place in places if place]:
        told += f"; place {min(known)} in the queue"
    else:
        told += "; starting"
    return sum(shares) / len(shares), told


def seconds_left(runs: Sequence[Run]) -> float | None:
    """How long what is under way will take, judged by the runs of the same cell, or of all cells; None at first."""
    rates: dict[str, list[float]] = {}
    for run in runs:
        if run.points and (share := run.share_done) > 0:
            rates.setdefault(run.recipe.cell, []).append(run.points[-1].seconds / share)
    if not rates:
        return None
    usual = median(seconds for of_cell in rates.values() for seconds in of_cell)
    left = sum((1 - run.share_done) * median(rates.get(run.recipe.cell, [usual])) for run in runs if run.under_way)
    return left / max(1, sum(run.status == "running" for run in runs))


def duration(seconds: float) -> str:
    """A time to wait, in words."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
