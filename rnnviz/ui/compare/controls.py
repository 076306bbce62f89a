"""The controls of the page that trains and compares."""

from __future__ import annotations

import streamlit as st

from rnnviz.settings.compare import Comparison
from rnnviz.settings.numbers import read_lengths
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Task
from rnnviz.training.contest import MOST_SEEDS
from rnnviz.training.recipe import LIMITS
from rnnviz.ui.controls import Controls, refuse_typed
from rnnviz.ui.lesson_card import Shown

_FIRST = ("cells", "sequence_length", "initialisation", "seeds", "budget", "steps", "seconds")
_MORE = ("equal", "units", "layers", "directions", "optimizer", "learning_rate", "clip", "batch_size", "first_seed")


def view_controls(page: Shown) -> Comparison:
    """Which part of the page is shown."""
    controls: Controls[Comparison] = Controls(page, "show")
    controls.draw("show", label_visibility="collapsed")
    return controls.keep()


def contest_controls(page: Shown) -> Comparison:
    """What is learned by which networks, and for how long."""
    controls: Controls[Comparison] = Controls(page, "task", *_FIRST, *_MORE)
    task = TASKS[controls.draw("task").task]
    with st.container(horizontal=True, gap="small"):
        controls.draw(*_FIRST)
    if page.shows("more"):
        with st.expander("More settings"):
            with st.container(horizontal=True, gap="small"):
                controls.draw(*_MORE)
            st.markdown(f":small[{_caps(task)}]")
    return controls.keep()


def axis_control(page: Shown) -> str:
    """What curves of training are drawn against."""
    controls: Controls[Comparison] = Controls(page, "axis")
    controls.draw("axis", label_visibility="collapsed")
    return controls.keep().axis


def lengths_control(page: Shown) -> list[int]:
    """The lengths at which every cell is trained, as they were typed; those that cannot be are refused."""
    controls: Controls[Comparison] = Controls(page, "lengths")
    controls.draw("lengths")
    chosen = controls.keep()
    try:
        return read_lengths(chosen.lengths, TASKS[chosen.task])
    except ValueError as error:
        refuse_typed(f"{error} Until then the page shows the lengths it offers.")
        offered = page.page.of({"task": chosen.task, "sequence_length": chosen.sequence_length}).lengths
        return read_lengths(offered, TASKS[chosen.task])


def watch_controls(page: Shown) -> Comparison:
    """Which run of a contest is watched, and on which held-out sequence."""
    controls: Controls[Comparison] = Controls(page, "watch", "watch_seed", "example")
    with st.container(horizontal=True, gap="small"):
        controls.draw("watch", "watch_seed", "example")
    return controls.keep()


def _caps(task: Task) -> str:
    """What a server lets everybody ask for, in words."""
    most = {name: f"{high:,.0f}" for name, (_, high) in LIMITS.items()}
    size = f"{most['hidden_size']} units, {most['layers']} layers, a length of {task.lengths[2]}"
    work = f"batches of {most['batch_size']}, and {most['steps']} steps or {most['seconds']} seconds"
    return f"A run may have up to {size}, {work}; a contest up to {MOST_SEEDS} seeds of a cell."
