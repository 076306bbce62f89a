"""The training of a network on a text of one's own, watched as it writes better from moment to moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.figures.curves import Series, learning_curves
from rnnviz.figures.lines import Level
from rnnviz.notation import PALETTES
from rnnviz.settings.address import link
from rnnviz.settings.text import PAGE, Writing
from rnnviz.training.text import COUNTED_ORDER, TextRecipe
from rnnviz.ui.address import with_classroom
from rnnviz.ui.compare.charts import Look
from rnnviz.ui.compare.race import duration, seconds_left
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.jobs import jobs, visitor
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.markdown import plain
from rnnviz.ui.scenes import with_article
from rnnviz.ui.terms import chart_words
from rnnviz.ui.text.own_network import SEED, TEMPERATURE, TextRun, best_moment, counted_bits, own_run, written

#: What deletes a run: called with the controls and the run.
Delete = Callable[[Controls[Writing], TextRun], None]
#: Seconds between two looks at a network that is being trained.
_LOOK = 1.0
#: So many bits per character are a difference, and so many a large one.
_APART, _FAR = 0.02, 0.3


def watch(page: Shown, run: TextRun, delete: Delete | None) -> None:
    """Draw what is known of a run, again and again while it is under way; `delete` is None for who may not."""
    st.fragment(_watch, run_every=_LOOK if run.under_way else None)(page, run, delete)


def _watch(page: Shown, before: TextRun, delete: Delete | None) -> None:
    run = own_run(before.run_id)
    if run is None or run.under_way != before.under_way:
        st.rerun()
    controls: Controls[Writing] = Controls(page, "own_moment")
    st.markdown(about_run(run))
    _buttons(controls, run, delete)
    for note in run.notes:
        st.markdown(f":small[{plain(note)}]")
    if not run.moments:
        return
    try:
        _moments(controls, run, classroom=page.classroom)
    except (OSError, ValueError, LookupError) as error:
        refuse(f"The networks of this run cannot be shown: {error}.")


def about_run(run: TextRun) -> str:
    """Which network learns from what."""
    recipe = run.recipe
    return (
        f"**{with_article(recipe.cell.title)} with {recipe.hidden_size} units** that knows {len(recipe.alphabet)} "
        f"characters, on a text of one's own (seed {recipe.seed}). The text stays on this server, and is deleted with "
        "the run."
    )


def _buttons(controls: Controls[Writing], run: TextRun, delete: Delete | None) -> None:
    """What can be done with a run now, and how far it is."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if run.under_way:
            st.button("Cancel", icon=":material/stop:", key="own_cancel", on_click=jobs().cancel, args=(run.recipe,))
        elif not run.finished:
            st.button("Go on", icon=":material/play_arrow:", key="own_resume", on_click=_resume, args=(run.recipe,))
        if not run.under_way:
            st.button("Another text or network", icon=":material/edit:", key="own_other", on_click=controls.set,
                      args=("own", ""))  # fmt: skip
        if delete is not None:
            with st.popover("Delete", icon=":material/delete:"):
                st.markdown(
                    "The networks, the curve and the text are gone for good, also for all who have the address."
                )
                st.button("Delete for good", key="own_delete", on_click=delete, args=(controls, run))
        if run.under_way:
            st.progress(run.share_done, _how_far(run))
    if delete is None:
        st.markdown(":small[Whoever has the text can delete this run: give it again under *Another text or network*.]")


def _resume(recipe: TextRecipe) -> None:
    jobs().ask(recipe, visitor())


def _how_far(run: TextRun) -> str:
    if run.points:
        left = duration(seconds_left([run]) or 1)
        return f"Training: step {run.points[-1].step:,} of {run.recipe.steps:,}, about {left} left"
    place = jobs().place(run.recipe)
    return f"Waiting for a worker: place {place} in the queue" if place else "Starting"


def _moments(controls: Controls[Writing], run: TextRun, *, classroom: bool) -> None:
    """The curve, what it says, and what the network of the chosen moment writes."""
    counted = counted_bits(run)
    left, right = st.columns([1, 1], gap="large")
    with left:
        look = Look(st.context.theme.type or "light", 20 if classroom else 14)
        st.vega_lite_chart(_chart(run, counted, look), theme=None, key="own_chart")
        chart_words("Step", "Bits per character")
        for sentence in verdict(run, counted):
            st.markdown(sentence)
    with right:
        step = _moment_control(controls, run)
        controls.keep()
        st.markdown(about_moment(run, step))
        with st.container(key="own_written"):
            st.code(written(run.run_id, step), language=None, wrap_lines=True)
    st.markdown(_links(run, classroom=classroom), unsafe_allow_html=True)


def _moment_control(controls: Controls[Writing], run: TextRun) -> int:
    """Which moment is looked at: the last one until a person chooses."""
    steps = list(run.moments)
    wanted = max((step for step in steps if step <= controls.values.own_moment), default=steps[0])
    if len(steps) < 2:
        return wanted
    key = f"own_scrubber_{len(steps)}"  # one that has fewer moments is another: a browser may still tell where it stood
    st.session_state[key] = wanted
    st.select_slider(
        "Moment of the training", steps, wanted, key=key, format_func=lambda step: f"step {step:,}",
        on_change=_scrubbed, args=(controls, key, steps[-1]),
    )  # fmt: skip
    return wanted


def _scrubbed(controls: Controls[Writing], key: str, last: int) -> None:
    step = st.session_state[key]
    controls.set("own_moment", PAGE.settings["own_moment"].default if step == last else step)


def about_moment(run: TextRun, step: int) -> str:
    """How well the network predicts after a step, and how what stands below it was written."""
    trained = "Before its first step" if not step else f"After {step:,} step{'s' * (step > 1)}"
    return (
        f"{trained} it needs **{run.moments[step]:.2f} bits per character** on the held-out text, and writes this by "
        f"itself (temperature {TEMPERATURE:g}, seed {SEED}, from the beginning of a line):"
    )


def verdict(run: TextRun, counted: float) -> list[str]:
    """Whether the network or counting predicts better, and whether the network learns the text by heart."""
    best, last = best_moment(run), max(run.moments)
    bits = run.moments[best]
    said = [
        f"**Counting** what follows each {COUNTED_ORDER - 1} characters (Kneser-Ney) needs {counted:.2f} bits per "
        f"character on the same held-out text; the network {bits:.2f} at its best, after {best:,} steps. "
        f"{_better(bits, counted)}"
    ]
    read = read_bits(run, last)
    if _has_turned(run) and read < read_bits(run, best):
        said.append(
            f"**It learns the text by heart:** since step {best:,} it predicts what is held out worse, with "
            f"{run.moments[last]:.2f} bits after {last:,} steps, and what it learns from better, with {read:.2f}. "
            "More text, fewer units or fewer steps help."
        )
    elif read < run.moments[last] - _FAR:
        said.append(
            f"What it learns from it predicts with {read:.2f} bits after {last:,} steps, what is held out with "
            f"{run.moments[last]:.2f}: part of what it knows is true of what it has read alone. More text helps."
        )
    return said


def _has_turned(run: TextRun) -> bool:
    """Whether what is held out is predicted worse for more than a moment."""
    bits = [*run.moments.values()]
    return min(bits[-2:]) > min(bits) + _APART


def read_bits(run: TextRun, step: int) -> float:
    """Bits per character of what is learned from, at the point nearest to a step."""
    return min(run.points, key=lambda point: abs(point.step - step)).metric


def _better(network: float, counted: float) -> str:
    if abs(network - counted) <= _APART:
        return "They are as good as each other."
    return "The network is better." if network < counted else "Counting is better."


@dataclass(frozen=True)
class _Curves:
    """What decides the chart of a run, which is told apart by how far it is."""

    run_id: str
    far: tuple[int, int]
    counted: float
    look: Look
    run: TextRun = field(compare=False)


def _chart(run: TextRun, counted: float, look: Look) -> dict[str, Any]:
    """The bits per character of every moment and of what was learned from, as a Vega-Lite specification."""
    drawn = _Curves(run.run_id, (len(run.points), len(run.moments)), counted, look, run)
    spec: dict[str, Any] = json.loads(_drawn(drawn))
    return spec


@lru_cache(maxsize=64)
def _drawn(curves: _Curves) -> str:
    """The same as text: see `rnnviz.ui.compare.charts`."""
    run = curves.run
    of_moments = np.array([*run.moments.items()], dtype=np.float64).T
    of_points = np.array([(point.step, point.metric) for point in run.points], dtype=np.float64).reshape(-1, 2).T
    cell = run.recipe.cell.name
    chart = learning_curves(
        [Series(cell, "Held out", 0, *of_moments), Series(cell, "What it learns from", 0, *of_points)],
        x="Step",
        title="Bits per character",
        levels=[Level("Counting", curves.counted)],
        palette=PALETTES[curves.look.theme],
        end=float(run.recipe.steps),
        font_size=curves.look.font_size,
    )
    return json.dumps(chart.to_dict(validate=False))


def _links(run: TextRun, *, classroom: bool) -> str:
    """The ways to the other views of the page with this network."""

    def way(view: str, title: str) -> str:
        where = with_classroom(link(PAGE, view=view, network="own", own=run.run_id), classroom=classroom)
        return f'<a href="{escape(where)}" target="_self">{title}</a>'

    return f"With the network of its best moment: {way('read', 'read along')}, {way('write', 'let it write')}."
