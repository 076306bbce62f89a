"""The controls of the pages. Each is bound to the URL under its own name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from rnnviz.cells import Cell
from rnnviz.data.number_words import LANGUAGES, number_of, say, write
from rnnviz.settings.scenario import (
    CHOICES,
    CONTEST,
    DEFAULT,
    EXPERIMENT,
    READING,
    RECIPE,
    SPANS,
    TRAINED,
    Experiment,
    Reading,
    Scenario,
    contest,
    experiment,
    read_cells,
    read_lengths,
    read_link,
    reading,
    scenario,
)
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Task
from rnnviz.training.contest import MOST_SEEDS, Contest
from rnnviz.training.recipe import LIMITS
from rnnviz.ui.lesson_card import Shown

_LOG = logging.getLogger(__name__)
_Settings = TypeVar("_Settings", Scenario, Experiment)


def follow_link() -> list[str]:
    """Take over what the link says before the widgets read it; returns a plain sentence for each thing it cannot say.

    Streamlit's widgets know a choice by its title only and drop what they do not know without a word.
    """
    settings, refusals = read_link(st.query_params.to_dict())
    for name, value in settings.items():
        if name in CHOICES and st.query_params[name] != CHOICES[name].titles[value]:
            st.query_params[name] = CHOICES[name].titles[value]
            st.rerun()
    cells = st.query_params.get_all("cells")
    names, refused = read_cells(cells)
    if (titles := [TRAINED[name] for name in names]) != cells:
        st.query_params["cells"] = titles
    return refusals + refused


def refuse(sentence: str) -> None:
    """Show a sentence about input that cannot be used, and log it in one line."""
    st.warning(sentence, icon=":material/info:")
    _LOG.warning("%s", sentence)


def scenario_controls(shown: Shown, *, cell: bool) -> Scenario:
    """The row of controls that say what is run: only those that matter for the chosen network and that are shown.

    One that a lesson hides keeps what the address says. A page that shows one cell at a time lets it be chosen.
    """
    address = st.query_params.to_dict()
    settings: dict[str, Any] = {**read_link(address)[0], **{name: address.get(name) for name in ("text", "numbers")}}
    with st.container(horizontal=True, gap="small"):
        if cell and shown.shows("cell"):
            settings["cell"] = _choose("cell", "Cell", DEFAULT.cell)
        if shown.shows("network"):
            settings["network"] = _choose("network", "Network", DEFAULT.network)
        network = scenario(settings).network
        if shown.shows("input"):
            settings |= _input(network)
        if shown.shows("weights") and network != "trained":
            scale = "number_scale" if network == "numbers" else "input_scale"
            settings["seed"] = _number("seed", "Seed", DEFAULT.seed)
            settings["hidden_size"] = _number("hidden_size", "Hidden size", DEFAULT.hidden_size)
            settings[scale] = _number(scale, "Input scale", getattr(DEFAULT, scale))
    return scenario(settings)


def experiment_controls(shown: Shown) -> Experiment:
    """The controls of the gradients page: which networks, and which loss is carried back how far."""
    address = st.query_params.to_dict()
    settings: dict[str, Any] = {**read_link(address)[0], "text": address.get("text")}
    with st.container(horizontal=True, gap="small"):
        if shown.shows("weights"):
            settings["weights"] = _choose("weights", "Weights", EXPERIMENT.weights)
        if shown.shows("cell"):
            settings["cell"] = _choose("cell", "Cell", EXPERIMENT.cell)
        if shown.shows("loss"):
            settings["loss"] = _choose("loss", "Loss at", EXPERIMENT.loss)
            settings["cut"] = _number("cut", "Cut every (0: never)", EXPERIMENT.cut)
        random = experiment(settings).weights == "random"
        if shown.shows("input") and not random:
            settings["text"] = _write("text", "A name")
    if shown.shows("start") and random:
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            settings["radius"] = _slide("radius", "Spectral radius")
            settings["forget_bias"] = _slide("forget_bias", "Bias of the keeping gate")
            settings["start"] = _choose("start", "Recurrent weights", EXPERIMENT.start)
            settings["activation"] = _choose("activation", "Elman's activation", EXPERIMENT.activation)
            for name, label in (("length", "Steps"), ("hidden_size", "Hidden size"), ("seed", "Seed")):
                settings[name] = _number(name, label, getattr(EXPERIMENT, name))
            settings["input_scale"] = _number("input_scale", "Input scale", EXPERIMENT.input_scale)
    return experiment(settings)


def reading_controls(shown: Shown) -> Reading:
    """The controls of the attention page: which translator, and what it reads."""
    settings: dict[str, Any] = read_link(st.query_params.to_dict())[0]
    if "sentence" in st.query_params:
        settings["sentence"] = st.query_params["sentence"]
    with st.container(horizontal=True, gap="small"):
        if shown.shows("sentence"):
            settings["sentence"] = st.text_input(
                "A number, in words or digits", READING.sentence, key="sentence", live=True, bind="query-params",
                persist_state="session", width=400,
            )  # fmt: skip
        if shown.shows("languages"):
            settings["source"] = _choose("source", "From", READING.source, on_change=_say_again)
            settings["target"] = _choose("target", "To", READING.target, on_change=_say_again)
    with st.container(horizontal=True, gap="small"):
        if shown.shows("attention"):
            settings["attention"] = _choose("attention", "Attention", READING.attention)
        if shown.shows("core"):
            settings["core"] = _choose("core", "Core", READING.core)
            settings["reads"] = _choose("reads", "Encoder reads", READING.reads)
        if shown.shows("known"):
            settings["known"] = _choose("known", "Learned from numbers", READING.known)
    return reading(settings)


def contest_controls(shown: Shown) -> Contest:
    """The controls of the page "Train and compare": what is learned by which networks, and for how long."""
    settings: dict[str, Any] = read_link(st.query_params.to_dict())[0]
    settings["cells"] = read_cells(st.query_params.get_all("cells"))[0]
    if shown.shows("task"):
        settings["task"] = _choose("task", "Task", RECIPE.task, on_change=_take_over_task)
    task = contest(settings).task
    with st.container(horizontal=True, gap="small"):
        if shown.shows("cells"):
            settings["cells"] = st.pills(
                "Cells", list(TRAINED), selection_mode="multi", default=[cell.name for cell in CONTEST.cells],
                key="cells",
                format_func=TRAINED.__getitem__, bind="query-params", wrap=True,
            )  # fmt: skip
        shortest, usual, longest = task.lengths
        if shown.shows("length") and shortest < longest:
            settings["sequence_length"] = _number(
                "sequence_length", _length_label(task), usual, (shortest, longest), width=160
            )
        if shown.shows("initialisation"):
            settings["initialisation"] = _select("initialisation", "Weights start", width=160)
        if shown.shows("budget"):
            settings["seeds"] = _number("seeds", "Seeds", CONTEST.seeds)
            settings["budget"] = _choose("budget", "Budget in", RECIPE.budget)
            if settings["budget"] == "steps":
                settings["steps"] = _number("steps", "Steps each", task.steps)
            else:
                settings["seconds"] = _number("seconds", "Seconds each", RECIPE.seconds)
    if shown.shows("more"):
        with st.expander("More settings"):
            with st.container(horizontal=True, gap="small"):
                settings["equal"] = _choose("equal", "Equal", CONTEST.equal)
                settings["units"] = _number("units", "Hidden size", RECIPE.hidden_size)
                settings["layers"] = _number("layers", "Layers", RECIPE.layers)
                if task.both_directions:
                    settings["directions"] = _choose("directions", "Directions", str(RECIPE.directions))
                settings["optimizer"] = _select("optimizer", "Optimiser", width=190)
                settings["learning_rate"] = _number("learning_rate", "Learning rate", RECIPE.learning_rate, form="%.4g")
                settings["clip"] = _number("clip", "Clip at (0: never)", RECIPE.clip)
                settings["batch_size"] = _number("batch_size", "Batch size", RECIPE.batch_size)
                settings["first_seed"] = _number("first_seed", "First seed", CONTEST.first_seed)
            st.markdown(f":small[{_caps(task)}]")
    return contest(settings)


def _caps(task: Task) -> str:
    """What a server lets everybody ask for, in words."""
    most = {name: f"{high:,.0f}" for name, (_, high) in LIMITS.items()}
    size = f"{most['hidden_size']} units, {most['layers']} layers, a length of {task.lengths[2]}"
    work = f"batches of {most['batch_size']}, and {most['steps']} steps or {most['seconds']} seconds"
    return f"A run may have up to {size}, {work}; a contest up to {MOST_SEEDS} seeds of a cell."


def view_control() -> str:
    """Which part of the page "Train and compare" is shown."""
    return str(_choose("show", "Show", "race", label_visibility="collapsed"))


def attention_view() -> str:
    """Which part of the attention page is shown."""
    return str(_choose("view", "Show", "translate", label_visibility="collapsed"))


def axis_control() -> str:
    """What curves of training are drawn against."""
    return str(_choose("axis", "Draw", "steps", label_visibility="collapsed"))


def lengths_control(contest: Contest) -> list[int]:
    """The lengths at which every cell is trained, as they were typed; those that cannot be are refused."""
    shortest, _, longest = contest.task.lengths
    usual = contest.recipe.length
    offered = sorted({min(max(round(usual * share), shortest), longest) for share in (0.1, 0.2, 0.5, 1, 2)})
    typed = st.text_input(
        _length_label(contest.task), ", ".join(map(str, offered)), key="lengths",
        bind="query-params", width=360,
    )  # fmt: skip
    try:
        return read_lengths(typed, contest.task)
    except ValueError as error:
        refuse(f"{error} Until then the page shows the lengths it offers.")
        return offered


def watch_controls(contest: Contest) -> tuple[Cell, int, int]:
    """Which run of a contest is watched, and on which held-out sequence: the cell, the seed, its number."""
    with st.container(horizontal=True, gap="small"):
        cells = {cell.name: cell for cell in contest.cells}
        chosen = st.segmented_control(
            "Watch", list(cells), default=contest.cells[-1].name, required=True, key="watch", bind="query-params",
            format_func=lambda name: cells[name].title,
        )  # fmt: skip
        first = contest.first_seed
        seed = st.number_input(
            "Its seed", first, first + contest.seeds - 1, first, 1, key="watch_seed", bind="query-params", width=105
        )
        example = _number("example", "Sequence", 0)
    return cells[str(chosen)], int(seed), int(example)


def _length_label(task: Task) -> str:
    return f"Length ({task.length_title.lower()})"


def _take_over_task() -> None:
    """Another task has another usual length, and takes another number of steps."""
    task = TASKS[st.session_state["task"]]
    st.session_state["sequence_length"], st.session_state["steps"] = task.lengths[1], task.steps


def _say_again() -> None:
    """The same number in the language that is now read; two languages that are one are parted."""
    state = st.session_state
    if state["source"] == state["target"]:
        state["target"] = next(code for code in LANGUAGES if code != state["source"])
    for language in LANGUAGES:
        number = number_of(state["sentence"], language)
        if number is not None:
            state["sentence"] = write(say(number, state["source"]), state["source"])
            return


def readable(settings: _Settings, read: Callable[[_Settings], object]) -> _Settings:
    """The settings; where what was typed cannot be read, a sentence that says why, and what could be read last."""
    place = f"last_{type(settings).__name__.lower()}"
    try:
        read(settings)
    except ValueError as error:
        refuse(f"{error} Until then the page shows what could be read last.")
        last = st.session_state.get(place, type(settings)())
        typed = ("text", "numbers")
        settings = replace(settings, **{name: getattr(last, name) for name in typed if hasattr(last, name)})
    st.session_state[place] = settings
    return settings


def rerun_below(name: str, subject: Hashable) -> None:
    """Within a fragment: rerun the whole page when what it explains below the fragment is another subject now."""
    if st.session_state.get(name, subject) != subject:
        del st.session_state[name]
        st.rerun()
    st.session_state[name] = subject


def _input(network: str) -> dict[str, Any]:
    if network != "numbers":
        return {"text": _write("text", "A name")}
    series = _choose("series", "Series", DEFAULT.series)
    if series == "typed":
        return {"series": series, "numbers": _write("numbers", "Numbers, with commas between them")}
    return {"series": series, "month": _select("month", "From"), "days": _number("days", "Days", DEFAULT.days)}


def _choose(name: str, label: str, default: str, **options: Any) -> Any:
    titles = CHOICES[name].titles
    return st.segmented_control(
        label, list(titles), default=default, required=True, format_func=titles.__getitem__, key=name,
        bind="query-params", persist_state="session", **options,
    )  # fmt: skip


def _select(name: str, label: str, width: int = 130) -> Any:
    titles = CHOICES[name].titles
    return st.selectbox(
        label, list(titles), format_func=titles.__getitem__, key=name, bind="query-params", persist_state="session",
        width=width,
    )  # fmt: skip


def _write(name: str, label: str) -> Any:
    return st.text_input(
        label, getattr(DEFAULT, name), key=name, live=True, bind="query-params", persist_state="session", width=360
    )


def _number(
    name: str,
    label: str,
    default: float,
    ends: tuple[float, float] | None = None,
    form: str | None = None,
    width: int = 105,
) -> Any:
    low, high = ends or (SPANS[name].low, SPANS[name].high)
    return st.number_input(
        label, low, high, default, SPANS[name].step, form, key=name,
        bind="query-params", persist_state="session", width=width,
    )  # fmt: skip


def _slide(name: str, label: str) -> Any:
    span = SPANS[name]
    return st.slider(
        label, span.low, span.high, getattr(EXPERIMENT, name), span.step, key=name,
        bind="query-params", persist_state="session", width=190,
    )  # fmt: skip
