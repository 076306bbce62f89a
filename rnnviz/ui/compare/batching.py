"""The batching lab: what larger batches gain, what padding wastes, and that neither changes an output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from statistics import median

import streamlit as st

from rnnviz.cells import CELLS
from rnnviz.figures.batching import batch_speed, padding_waste
from rnnviz.notation import PALETTES, percent
from rnnviz.settings.compare import Comparison
from rnnviz.training.batching import (
    BATCH_SIZES,
    ROUNDING,
    Passes,
    PassesRecipe,
    Speed,
    SpeedsRecipe,
    Work,
    enough,
    shuffled_names,
    work,
)
from rnnviz.training.measuring import Spread
from rnnviz.ui.asked import asked
from rnnviz.ui.controls import Controls, rerun_below
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.tables import table, words
from rnnviz.ui.terms import chart_words, header, subheader

_SEQUENCE_LENGTH = 20
_SPEED_REPETITIONS, _PASS_REPETITIONS = 20, 7
#: Measurements are steady when half of them have quartiles that are no more than so many times apart.
_STEADY = 1.25
_WAYS: Mapping[str, str] = {
    "padded": "Padded as they come",
    "bucketed": "Bucketed by length",
    "packed": "Packed",
}
_QUESTION = "https://github.com/pytorch/pytorch/issues/2615"


def batching_section(page: Shown) -> None:
    """Draw the whole lab, larger for a classroom."""
    header("Batching lab: many sequences side by side")
    st.markdown(
        "A recurrent network reads one step after another, but it can read many sequences at once, a **batch**: one "
        "product of matrices then does the work of many. All times are measured on one thread of the machine that "
        "serves this page, in float32; what else runs there meanwhile, trainings too, makes them longer."
    )
    controls: Controls[Comparison] = Controls(page, "batch_units")
    controls.draw("batch_units")
    units = controls.keep().batch_units
    font_size = 20 if page.classroom else 14
    subheader("How much do larger batches gain?")
    _larger_batches(units, font_size)
    subheader("What does padding cost?")
    _padding(page, units, font_size)


@st.fragment
def _larger_batches(units: int, font_size: int) -> None:
    st.markdown(
        f"One step of training, forward and backward, reads sequences of {_SEQUENCE_LENGTH} steps. The batch size is "
        "how many it reads."
    )
    recipe = SpeedsRecipe(hidden_size=units, sequence_length=_SEQUENCE_LENGTH, repetitions=_SPEED_REPETITIONS)
    found = asked(recipe, "batch_speeds")
    if found is None:
        return
    speeds = recipe.read(found)
    rings = {cell: enough(measured).batch_size for cell, measured in speeds.items()}
    palette = PALETTES[st.context.theme.type or "light"]
    st.altair_chart(batch_speed(speeds, rings, palette, font_size=font_size), theme=None, key="batch_speed_chart")
    st.markdown("\n".join(f"- {speed_sentence(CELLS[cell].title, measured)}" for cell, measured in speeds.items()))
    unsteady = unsteady_sentence([speed for measured in speeds.values() for speed in measured])
    st.markdown(
        f"{unsteady} Sequences per second are not learning per second: in batches of {BATCH_SIZES[-1]} a pass over the "
        f"same data has {BATCH_SIZES[-1]} times fewer steps of training than one by one."
    )
    st.markdown(
        f"<details><summary>The same as a table</summary>{_speed_table(speeds)}</details>", unsafe_allow_html=True
    )


def speed_sentence(title: str, speeds: Sequence[Speed]) -> str:
    """What batches gain a cell and from which size on larger ones stop paying, in words; speeds by rising size."""
    first, last, suffices = speeds[0], speeds[-1], enough(speeds)
    best = max(speeds, key=lambda speed: speed.median)
    if suffices is first or best.low <= first.high:
        return (
            f"The **{title}** does not gain from batches here: {_rate(first)} sequences a second one at a time, "
            f"{_rate(best)} at the best size, {best.batch_size}."
        )
    gain = suffices.median / first.median
    longer = words(suffices.batch_size / gain)
    said = (
        f"The **{title}** gets from {_rate(first)} sequences a second one at a time to {_rate(suffices)} in batches of "
        f"{suffices.batch_size}, **{words(gain)} times as many**: such a step takes "
        f"{'as' if longer == '1' else f'{longer} times as'} long as a step with one sequence, not "
        f"{suffices.batch_size} times."
    )
    if suffices is last:
        return f"{said} Larger batches may pay still: {last.batch_size} is the largest measured."
    more = f"the best, of {best.batch_size}, gets {percent(best.median / suffices.median - 1)} more"
    said += f" From there on batches stop paying: {'none gets more' if best is suffices else more}."
    if last is not best and last.high < best.low:
        said += f" In batches of {last.batch_size} it is {percent(1 - last.median / best.median)} less than that."
    return said


def unsteady_sentence(measured: Sequence[Speed | Spread]) -> str:
    """A warning when the quartiles are far apart; "" when they are not."""
    apart = median(one.high / one.low for one in measured)
    if apart <= _STEADY:
        return ""
    return (
        f"These measurements are unsteady: in half of them the upper quartile is {words(apart)} times the lower or "
        "more, as when the machine is busy with something else."
    )


def _rate(speed: Speed) -> str:
    return words(float(f"{speed.median:.3g}"))


def _speed_table(speeds: Mapping[str, Sequence[Speed]]) -> str:
    rows = [
        (f"{row[0].batch_size}", *(f"{words(one.median)} ({words(one.low)} to {words(one.high)})" for one in row))
        for row in zip(*speeds.values())
    ]
    caption = (
        f"Sequences per second, median of {_SPEED_REPETITIONS} steps of training (and its quartiles), "
        f"PyTorch {version('torch')}"
    )
    return table(("Batch size", *(CELLS[cell].title for cell in speeds)), rows, caption)


@st.fragment
def _padding(page: Shown, units: int, font_size: int) -> None:
    lengths = _lengths()
    st.markdown(
        f"The sequences of a batch must be equally long. The {len(lengths):,} first names, read letter by letter in an "
        f"order of chance, have {min(lengths)} to {max(lengths)} steps. **Padded**, each batch is filled up to its "
        "longest name. **Bucketed**, names of like length share a batch. **Packed** by PyTorch's "
        "`pack_padded_sequence`, a batch gets smaller wherever one of its names ends, and nothing is filled up."
    )
    controls: Controls[Comparison] = Controls(page, "batch_cell", "batch_names")
    with st.container(horizontal=True, gap="small"):
        controls.draw("batch_cell", "batch_names")
    chosen = controls.keep()
    cell, batch_size = chosen.batch_cell.name, int(chosen.batch_names)
    if page.asked:
        rerun_below("batch_asked", batch_size)
    works = work(lengths, batch_size)
    shown = {title: works[way] for way, title in _WAYS.items()}
    palette = PALETTES[st.context.theme.type or "light"]
    st.altair_chart(padding_waste(shown, palette, font_size=font_size), theme=None, key="batch_waste_chart")
    chart_words("padding", "batch")
    st.markdown(waste_sentence(works, batch_size))
    recipe = PassesRecipe(cell=cell, hidden_size=units, batch_size=batch_size, repetitions=_PASS_REPETITIONS)
    found = asked(recipe, "batch_passes")
    if found is None:
        return
    passes = recipe.read(found)
    st.markdown(_pass_table(passes, works, f"{CELLS[cell].title}, {units} units"), unsafe_allow_html=True)
    st.markdown(f"{pass_sentence(cell, passes.times, works)} {unsteady_sentence(list(passes.times.values()))}")
    st.markdown(equal_sentence(passes.differences))


@lru_cache(maxsize=1)
def _lengths() -> tuple[int, ...]:
    return tuple(map(len, shuffled_names()))


def waste_sentence(works: Mapping[str, Work], batch_size: int) -> str:
    """How much of the work is padding, in words."""
    padded, bucketed = works["padded"], works["bucketed"]
    return (
        f"In batches of {batch_size} as they come, **{percent(padded.wasted)} of the work is wasted**: "
        f"{padded.padding:,} of {padded.steps:,} steps are padding. Bucketed, {percent(bucketed.wasted)} is: "
        f"{bucketed.padding:,} of {bucketed.steps:,}. Packed, none of {works['packed'].steps:,}."
    )


def pass_sentence(cell: str, times: Mapping[str, Spread], works: Mapping[str, Work]) -> str:
    """What bucketing and packing change in the time of a pass, in words."""
    padded = times["padded"]
    said = [f"One pass over the names takes {_seconds(padded.median)} s padded as they come."]
    for way, begun in (("bucketed", "Bucketed"), ("packed", "Packed")):
        time, expected = times[way], works[way].steps / works["padded"].steps
        if time.low <= padded.high and padded.low <= time.high:
            found = "the quartiles overlap, so no difference can be told"
        else:
            found = f"**{words(time.median / padded.median)} times as long**"
        said.append(
            f"{begun} it takes {_seconds(time.median)} s: {found}; if only the number of steps counted, it would be "
            f"{words(expected)} times."
        )
    if times["packed"].low > padded.high:
        said.append("Packing leaves all padding out and is slower here: it has work of its own, wherever a name ends.")
        if cell == "lstm":
            said.append(
                "And PyTorch hands a whole padded batch of the LSTM to one routine of oneDNN where it can, but not a "
                "packed one of unequal lengths."
            )
    fastest = min(times, key=lambda way: times[way].median)
    if all(times[fastest].high < time.low for way, time in times.items() if way != fastest):
        said.append(f"Fastest here: {_WAYS[fastest].lower()}.")
    return " ".join(said)


def equal_sentence(differences: Mapping[str, float]) -> str:
    """Whether all ways give what each name alone gives, in words."""
    worst = max(differences.values())
    if worst > ROUNDING:
        way = max(differences, key=differences.__getitem__)
        return (
            f"**The outputs are not equal**: {_TITLES[way].lower()}, a hidden state differs by {words(worst)} from "
            "that of the same name alone, which is more than the rounding of float32."
        )
    said = (
        "**The outputs are equal.** Compared with the same name run alone, no hidden state of any name differs by more "
        f"than {words(worst)} in any of the four ways, which is the rounding of float32. "
        if worst
        else "**The outputs are equal**, to the last digit: every hidden state is that of the same name run alone. "
    )
    return (
        f"{said}Sorting by length is not needed for that: packed as they come and packed in sorted order give the "
        f"same. Before version 1.1 PyTorch packed sorted batches only, and [people asked why]({_QUESTION}); with "
        "`enforce_sorted=False` it sorts them itself and puts the outputs back in order."
    )


_TITLES: Mapping[str, str] = {**_WAYS, "sorted": "Packed, each batch sorted"}


def _pass_table(passes: Passes, works: Mapping[str, Work], network: str) -> str:
    rows = []
    for way, title in _TITLES.items():
        time, done = passes.times.get(way), works.get(way, works["packed"])
        said = f"{_seconds(time.median)} ({_seconds(time.low)} to {_seconds(time.high)})" if time else "not timed"
        rows.append((title, f"{done.steps:,}", said, words(passes.differences[way])))
    head = ("Batches", "Steps", "Seconds a pass", "Difference")
    caption = (
        f"One pass over the names, forward and backward: {network}; median of {_PASS_REPETITIONS} passes (and its "
        f"quartiles), PyTorch {version('torch')}. Difference: the largest of a hidden state from that of the same name "
        "run alone."
    )
    return table(head, rows, caption)


def _seconds(milliseconds: float) -> str:
    return words(milliseconds / 1000)
