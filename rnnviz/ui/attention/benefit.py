"""What attention brings: how fast it learns, how small a network may be, and what longer numbers do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.figures.curves import Result, Series, learning_curves, metric_by_length
from rnnviz.networks.attention import ATTENTIONS
from rnnviz.networks.translator import Translator, experiments
from rnnviz.settings.attention import Reading
from rnnviz.ui.attention.numbers import shares
from rnnviz.ui.colours import palette
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.terms import subheader


def helps(page: Shown) -> None:
    """What attention brings: how fast it learns, how small a network may be, and what longer numbers do to it."""
    known = experiments()
    look: dict[str, Any] = {"palette": palette(), "font_size": 20 if page.classroom else 14}
    seeds = len({row["seed"] for row in known["curves"]})
    first = known["curves"][0]
    left, right = st.columns(2, gap="medium")
    with left:
        subheader("How fast it learns")
        series = [
            Series(
                row["attention"], ATTENTIONS[row["attention"]].title, row["seed"],
                np.array([float(one["step"]) for one in row["curve"]]),
                np.array([one["exact"] for one in row["curve"]]),
            )
            for row in known["curves"]
        ]  # fmt: skip
        chart = learning_curves(series, x="Step", title="Translated without a mistake", levels=[], share=True, **look)
        st.altair_chart(chart, theme=None, key="attention_curves")
        st.markdown(
            f":small[English to German, GRUs of {first['hidden_size']} units reading in both directions, equal steps "
            f"({first['steps']}), {seeds} seeds; measured on {known['tested_on']:,} numbers that none has seen.] "
            + learning_sentence(known)
        )
    with right:
        subheader("How small it may be")
        results = [
            Result(row["attention"], ATTENTIONS[row["attention"]].title, row["seed"], row["hidden_size"], row["exact"])
            for row in known["by_digits"]
        ]
        chart = metric_by_length(results, [], x="Hidden size", title="Translated without a mistake", share=True, **look)
        st.altair_chart(chart, theme=None, key="attention_sizes")
        steps = known["by_digits"][0]["steps"]
        st.markdown(f":small[After {steps:,} steps, {seeds} seeds each, the same numbers.] {size_sentence(known)}")
    subheader("By the length of the number")
    controls: Controls[Reading] = Controls(page, "small")
    controls.draw("small")
    units = int(controls.keep().small)
    results = [
        Result(row["attention"], ATTENTIONS[row["attention"]].title, row["seed"], int(digits), share)
        for row in known["by_digits"]
        if row["hidden_size"] == units
        for digits, share in row["by_digits"].items()
    ]
    chart = metric_by_length(results, [], x="Digits", title="Translated without a mistake", share=True, **look)
    st.altair_chart(chart, theme=None, key="attention_digits")
    held = ", ".join(f"{count} with {digits}" for digits, count in known["held_out"].items())
    st.markdown(
        f":small[Held-out numbers by how many digits they have: {held}. While the networks learn, short and round "
        "numbers come more often than they stand among all numbers.]"
    )
    subheader("Numbers longer than any it has seen")
    st.markdown(longer_sentence())


def learning_sentence(known: Mapping[str, Any]) -> str:
    """After how many steps each kind measured first translated half of all numbers: what the seeds span."""
    said = []
    measured = {row["attention"] for row in known["curves"]}
    for name, kind in ((name, kind) for name, kind in ATTENTIONS.items() if name in measured):
        reached = [
            next((one["step"] for one in row["curve"] if one["exact"] >= 0.5), None)
            for row in known["curves"]
            if row["attention"] == name
        ]
        there = [step for step in reached if step is not None]
        if len(there) < len(reached):
            said.append(f"{kind.title.lower()}: {len(there)} of {len(reached)} seeds got there")
        else:
            said.append(f"{kind.title.lower()}: {span(there)} steps")
    return f"Half of all numbers are right after, at the first look, {'; '.join(said)}."


def size_sentence(known: Mapping[str, Any]) -> str:
    """From which size on the spread over seeds of the two kinds overlaps."""
    apart, level = [], []
    for size in sorted({row["hidden_size"] for row in known["by_digits"]}):
        with_it, without = (
            [row["exact"] for row in known["by_digits"] if row["hidden_size"] == size and row["attention"] == kind]
            for kind in ("dot", "none")
        )
        if min(with_it) > max(without):
            apart.append(f"{size} units: {shares(with_it)} against {shares(without)}")
        else:
            level.append(str(size))
    said = f"Dot attention is ahead with every seed at {'; '.join(apart)}." if apart else ""
    return f"{said} At {', '.join(level)} the seeds overlap." if level else said


def longer_sentence() -> str:
    """What the network that has seen no number above 99,999 makes of six digits."""
    card = Translator.load("en-de", short=True).card
    (five, of_five), (six, of_six) = card["reached"]["by_digits"]["5"], card["reached"]["by_digits"]["6"]
    return (
        f"A network like the others that has learned from numbers below 100,000 alone translates "
        f"{round(five * of_five)} of {of_five} held-out numbers of five digits, and **{round(six * of_six)} of "
        f"{of_six} of six digits**, though it knows every word in them: attention does not make it understand how "
        "numbers are made. Choose *Below 100,000* under *Translate* and type such a number."
    )


def span(values: Sequence[float]) -> str:
    """The least and the most of some numbers, or the one that all are."""
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
