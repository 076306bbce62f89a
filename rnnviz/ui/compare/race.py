"""Several cells on one task: training them, what is measured meanwhile, and what the finished runs say."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from html import escape
from statistics import median
from typing import Any

import streamlit as st

from rnnviz.cells import Cell
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.settings import gates
from rnnviz.settings.address import link
from rnnviz.training.contest import Contest, Result, result, same_clock
from rnnviz.training.recipe import Recipe
from rnnviz.training.run import UNDER_WAY, AnyRun, Run
from rnnviz.ui.address import with_classroom
from rnnviz.ui.compare.charts import Look, Runs, race_charts, reach_chart, titles
from rnnviz.ui.compare.results import (
    budget_sentence,
    counted,
    level_to_reach,
    notes,
    origin,
    reach_sentence,
    results_table,
    seconds_apart,
    tested_table,
    verdict,
    weights_counted,
)
from rnnviz.ui.jobs import jobs, visitor
from rnnviz.ui.markdown import plain
from rnnviz.ui.terms import chart_words

#: Seconds between two looks at runs under way: until there is something to see, and then.
_FIRST, _THEN = 0.15, 1.0
#: So many seconds a click waits for the first point of what it starts; a free worker needs a fifth of that.
_WORTH_WAITING = 0.1

#: Contests worth a look, each as the settings that show it, and what one sees there.
CONTESTS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "Adding": ({}, "Sum two marked numbers of fifty: the gated cells learn it, the Elman RNN stays at chance."),
    "Adding, chrono": (
        {"initialisation": "chrono"},
        "Biases that let the gates stay open: the LSTM learns it sooner with every seed, the GRU does not.",
    ),
    "Long lag": (
        {"task": "lag"},
        "Remember the first symbol for 100 steps. At PyTorch's start only Elman RNNs learn it, and not all of them.",
    ),
    "Long lag, chrono": (
        {"task": "lag", "initialisation": "chrono"},
        "The same with biases that let the gates stay open for long: now the gated cells learn it first.",
    ),
    "Temporal order, chrono": (
        {"task": "order", "initialisation": "chrono"},
        "Four classes by the order of two symbols far apart.",
    ),
    "Counting brackets": (
        {"task": "dyck"},
        "Trained on forty brackets, tested on more: who has learned to count, and who only how forty look?",
    ),
    "Names": (
        {"task": "names"},
        "The next letter of real names: a model that only counts is hard to beat.",
    ),
}


def about(contest: Contest) -> None:
    """What is to be learned, and what the start of the weights means."""
    task, start = contest.task, INITIALISATIONS[contest.recipe.initialisation]
    said = f"**{task.title}.** {task.asks} **{start.title} start.** {start.meaning} ({start.source})"
    if unmoved := contest.unmoved():
        names = " and ".join(cell.title for cell in unmoved)
        if contest.recipe.initialisation != "default":
            said += f" It changes nothing in the {names}, which has no such gate."
    st.markdown(said)
    st.markdown(f":small[{task.source}]")


def race(contest: Contest, *, axis: str, classroom: bool) -> None:
    """Draw the curves of a contest, with the buttons that train what is missing."""
    known = _find(contest.recipes())
    every = _pace(known)
    _buttons(known, "race")
    st.fragment(_race, run_every=every)(contest, every, axis, classroom)


def _race(contest: Contest, every: float | None, axis: str, classroom: bool) -> None:
    recipes = contest.recipes()
    known = _find(recipes)
    _progress(known)
    runs = _by_cell(recipes, known)
    level, named = level_to_reach(contest.task, contest.recipe.length)
    results = [result(cell, of_cell, contest.task.metric, level) for cell, of_cell in runs.items()]
    _curves(contest, runs, results, axis, _look(classroom))
    if any(one.finished for one in results):
        st.markdown(results_table(contest, results, named), unsafe_allow_html=True)
        st.markdown(verdict(contest, results))
        st.markdown(budget_sentence(contest, results))
        st.markdown(f"{weights_counted(contest)} {cost_link(contest, classroom=classroom)}", unsafe_allow_html=True)
        if tested := tested_table(contest, runs):
            st.markdown(tested, unsafe_allow_html=True)
    for note in notes([run for of_cell in runs.values() for run in of_cell]):
        st.markdown(f":small[{plain(note)}]")
    _keep_pace(known, every)


def _curves(contest: Contest, runs: Runs, results: Sequence[Result], axis: str, look: Look) -> None:
    """The charts of a race: against seconds that cannot be set against each other, a row for each cell."""
    rows = [runs]
    if axis == "seconds" and len(runs) > 1 and any(one.begun for one in results) and not same_clock(results):
        rows = [{cell: of_cell} for cell, of_cell in runs.items() if of_cell]
        st.markdown(f"Each cell has charts of its own. {seconds_apart(results)}")
    for number, row in enumerate(rows):
        specs = race_charts(contest, row, axis, look)
        for column, (place, spec) in zip(st.columns(len(specs), gap="medium"), enumerate(specs)):
            column.vega_lite_chart(spec, theme=None, key=f"race_chart_{number}_{place}")
    chart_words(*(title for spec in specs for title in titles(spec)))


def cost_link(contest: Contest, *, classroom: bool) -> str:
    """The way to what the cells cost at the sizes of a contest: how many weights, and how long a step takes."""
    sizes = {"cost_inputs": len(contest.task.inputs), "cost_units": contest.recipe.hidden_size}
    where = with_classroom(link(gates.PAGE, **sizes), classroom=classroom)
    why = "How long each cell takes, and why a GRU can be slower than an LSTM with more weights"
    return f'<a href="{escape(where)}#how-long-they-take" target="_self">{why}</a>, is on the page on gates.'


def reach(contest: Contest, lengths: Sequence[int], *, classroom: bool) -> None:
    """Draw the metric against the length, each cell trained at each, with the buttons that train what is missing."""
    known = _find(*(contest.at(length).recipes() for length in lengths))
    every = _pace(known)
    _buttons(known, "reach")
    st.fragment(_reach, run_every=every)(contest, lengths, every, classroom)


def _reach(contest: Contest, lengths: Sequence[int], every: float | None, classroom: bool) -> None:
    recipes = {length: contest.at(length).recipes() for length in lengths}
    known = _find(*recipes.values())
    _progress(known)
    runs = {length: _by_cell(of_length, known) for length, of_length in recipes.items()}
    spec = reach_chart(contest, runs, _look(classroom))
    st.vega_lite_chart(spec, theme=None, key="reach_chart")
    chart_words(*titles(spec))
    st.markdown(reach_sentence(contest, runs))
    _keep_pace(known, every)


def _look(classroom: bool) -> Look:
    return Look(st.context.theme.type or "light", 20 if classroom else 14)


def _find(*contests: Mapping[Cell, Sequence[Recipe]]) -> dict[Recipe, Run | None]:
    """What is known by now of every run of some contests."""
    find, who = jobs().find, visitor()
    return {recipe: find(recipe, who) for recipes in contests for of_cell in recipes.values() for recipe in of_cell}


def _by_cell(recipes: Mapping[Cell, Sequence[Recipe]], known: Mapping[Recipe, Run | None]) -> Runs:
    """The known runs of a contest by their cell."""
    return {cell: [run for recipe in of_cell if (run := known[recipe])] for cell, of_cell in recipes.items()}


def _pace(known: Mapping[Recipe, Run | None]) -> float | None:
    """How often to look again; never when nothing is under way."""
    under_way = [run for run in known.values() if run and run.under_way]
    if not under_way:
        return None
    soon = any(run.status == "running" or (jobs().place(run.recipe) or 1) == 1 for run in under_way)
    return _FIRST if soon and not any(run.points and run.status == "running" for run in under_way) else _THEN


def _keep_pace(known: Mapping[Recipe, Run | None], every: float | None) -> None:
    """Draw the page anew where runs have begun or ended: its buttons are others, and so is how often it looks.

    Called last, so that what there is to see is seen first.
    """
    if _pace(known) != every:
        st.rerun()


def _buttons(known: Mapping[Recipe, Run | None], key: str) -> None:
    """What can be done now; outside of what looks again and again, so that a click draws no more than its own view."""
    by_status = _by_status(known)
    under_way = [recipe for status in UNDER_WAY for recipe in by_status.get(status, [])]
    to_do = [recipe for status in ("missing", "stopped", "failed") for recipe in by_status.get(status, [])]
    to_do.sort(key=lambda recipe: recipe.seed)  # so that every cell is soon seen
    paused = by_status.get("paused", [])
    # What a button does is a callback: it is called even where the runs have changed since the button was drawn.
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if to_do and not under_way:
            label = f"Train {counted(len(to_do), 'run')}"
            _button(f"{key}_train", label, "play_arrow", _ask, to_do, primary=True)
        if under_way:
            _button(f"{key}_pause", "Pause", "pause", _all(jobs().pause), under_way)
        if paused and not under_way:
            _button(f"{key}_resume", "Go on", "play_arrow", _ask, paused)
        if under_way or paused:
            _button(f"{key}_cancel", "Cancel", "stop", _all(jobs().cancel), under_way + paused)


def _progress(known: Mapping[Recipe, Run | None]) -> None:
    """How far what is under way has come, or where what there is comes from."""
    by_status, runs = _by_status(known), [run for run in known.values() if run]
    if any(run.under_way for run in runs):
        share, told = progress(runs, [jobs().place(recipe) for recipe in by_status.get("waiting", [])])
        st.progress(share, told)
    elif all(run and run.finished for run in known.values()):
        st.markdown(f":small[{origin(runs)}]")


def _by_status(known: Mapping[Recipe, Run | None]) -> dict[str, list[Recipe]]:
    by_status: dict[str, list[Recipe]] = {}
    for recipe, run in known.items():
        by_status.setdefault(run.status if run else "missing", []).append(recipe)
    return by_status


def _ask(recipes: Sequence[Recipe]) -> None:
    """Have runs trained, and wait a moment, so that a worker's first answer is in the picture that the click draws."""
    for recipe in recipes:
        jobs().ask(recipe, visitor())
    until = time.monotonic() + _WORTH_WAITING
    while time.monotonic() < until and not any(run and run.points for run in map(jobs().find, recipes)):
        time.sleep(0.01)


def _all(act: Callable[[Recipe], object]) -> Callable[[Sequence[Recipe]], None]:
    def act_on_all(recipes: Sequence[Recipe]) -> None:
        for recipe in recipes:
            act(recipe)

    return act_on_all


def _button(
    key: str,
    label: str,
    icon: str,
    act: Callable[[Sequence[Recipe]], None],
    recipes: Sequence[Recipe],
    *,
    primary: bool = False,
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=key,
        on_click=act,
        args=(recipes,),
        type="primary" if primary else "secondary",
    )


def progress(runs: Sequence[Run], places: Sequence[int | None]) -> tuple[float, str]:
    """How much of all runs is done, and in words with the time that is left and the place in the queue."""
    shares = [run.share_done for run in runs]
    running = [run for run in runs if run.status == "running"]
    finished = sum(run.ended is not None for run in runs)
    told = f"{finished} of {len(runs)} finished"
    if running:
        told += f"; training {', '.join(f'{run.recipe.cell.title} (seed {run.recipe.seed})' for run in running)}"
        if (left := seconds_left(runs)) is not None:
            told += f"; about {duration(left)} left"
    elif known := [place for place in places if place]:
        told += f"; place {min(known)} in the queue"
    else:
        told += "; starting"
    return sum(shares) / len(shares), told


def seconds_left(runs: Sequence[AnyRun]) -> float | None:
    """How long what is under way will take, judged by the runs of the same cell, or of all cells; None at first."""
    rates: dict[Cell, list[float]] = {}
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
