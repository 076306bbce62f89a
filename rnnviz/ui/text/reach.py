"""How far back a network that writes looks, beside n-grams, and what it wrote as it learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from typing import Any

import altair as alt
import numpy as np
import streamlit as st

from rnnviz.analysis.context import ENOUGH, PLACES, WHOLE, Reach, reach_from
from rnnviz.figures.curves import LevelLine, Result, metric_by_length
from rnnviz.figures.lines import Level
from rnnviz.networks.checkpoints import Checkpoint, load_text
from rnnviz.notation import PALETTES, Palette, listed, percent
from rnnviz.settings.text import Writing
from rnnviz.ui.controls import Controls
from rnnviz.ui.scenes import with_article
from rnnviz.ui.terms import chart_words, subheader

#: What is done to what a network reads, as the legend calls it.
CURVES = {
    "cut": "Only the last k",
    "shuffled": "Shuffled before the last k",
    "reset": "State set to 0 every k",
}
#: How many of the last characters the sentences about shuffling and about resets take as an example.
FEW, MANY = 10, 100


def reach_view(controls: Controls[Writing], shown: Writing, *, classroom: bool) -> None:
    """Draw the view."""
    if shown.network == "own":
        st.markdown("How far back a network looks is measured of those that ship: choose *Python* or *Plays*.")
        return
    network = load_text(shown.network)
    reach = reach_from(network.card["reach"])
    st.markdown(far_sentence(reach))
    chart = reach_chart(network, reach, PALETTES[st.context.theme.type or "light"], 20 if classroom else 14)
    st.altair_chart(chart, theme=None, key="reach")
    chart_words("Characters", "Bits per character")
    for sentence in (beside_ngrams(reach), of_order(reach), of_resets(reach), about(network)):
        st.markdown(sentence)
    subheader("What it wrote as it learned")
    controls.draw("moment")
    wrote(network, controls.values.moment)


def reach_chart(network: Checkpoint, reach: Reach, palette: Palette, font_size: int) -> alt.LayerChart:
    """Bits per character against how many characters are known, with those of the n-grams that see as many."""
    results = [
        Result(network.cell.name, title, network.card["seed"], kept, bits)
        for curve, title in CURVES.items()
        for kept, bits in getattr(reach, curve).items()
    ]
    seen = np.array([*reach.ngrams.items()], dtype=np.float64).T
    return metric_by_length(
        results,
        [Level(f"all {WHOLE}", reach.whole), LevelLine("n-grams", *seen)],
        palette,
        x="Characters, k",
        title="Bits per character",
        font_size=font_size,
    )


def far_sentence(reach: Reach) -> str:
    """How many of the last characters it needs."""
    farthest = max(reach.cut)
    if reach.enough > farthest:
        return (
            f"**It looks back more than {farthest} characters**: with the last {farthest} alone it needs "
            f"{reach.cut[farthest]:.2f} bits per character, which is more than {percent(ENOUGH)} above the "
            f"{reach.whole:.2f} that it needs with {WHOLE} of them."
        )
    return (
        f"**It looks back about {reach.enough} characters**: with the last {reach.enough} alone it guesses as well as "
        f"with {WHOLE} of them, to within {percent(ENOUGH)} ({reach.cut[reach.enough]:.2f} and {reach.whole:.2f} bits "
        f"per character); with the last alone it needs {reach.cut[1]:.2f}."
    )


def beside_ngrams(reach: Reach) -> str:
    """Who is ahead where both see as much, and in the end."""
    seen = sorted(k for k in reach.ngrams if k in reach.cut)
    ahead = [k for k in seen if reach.ngrams[k] < reach.cut[k]]
    where = listed([*map(str, ahead)])
    best = min(reach.ngrams, key=reach.ngrams.__getitem__)
    equal = (
        f"An n-gram that sees the same k characters is better at every k from {seen[0]} to {seen[-1]}."
        if ahead == seen
        else f"An n-gram that sees the same k characters is not better at any k from {seen[0]} to {seen[-1]}."
        if not ahead
        else f"An n-gram that sees the same k characters is better where k is {where}, and not elsewhere."
    )
    return f"{equal} {_in_the_end(reach, best)}"


def _in_the_end(reach: Reach, best: int) -> str:
    bits = reach.ngrams[best]
    if abs(bits - reach.whole) <= ENOUGH * reach.whole:
        return (
            f"The best of them sees {best} and needs {bits:.2f} bits: as many as the network with all that it read. A "
            "good n-gram is hard to beat."
        )
    if bits < reach.whole:
        return (
            f"The best of them sees {best} and needs {bits:.2f} bits: **fewer than the network with all that it read** "
            f"({reach.whole:.2f}). A good n-gram is hard to beat."
        )
    return (
        f"The best of them sees {best} and needs {bits:.2f} bits: more than the network with all that it read "
        f"({reach.whole:.2f})."
    )


def of_order(reach: Reach) -> str:
    """What far characters tell once they are shuffled."""
    cut, shuffled = reach.cut[FEW], reach.shuffled[FEW]
    given = f"With all but the last {FEW} characters shuffled it needs {shuffled:.2f} bits, without them {cut:.2f}: "
    if abs(shuffled - cut) <= ENOUGH * reach.whole:
        return f"{given}which characters stand farther back, in no order, tells it next to nothing."
    if shuffled > cut:
        return f"{given}out of order they mislead it more than if it had not read them."
    return f"{given}even out of order they tell it something."


def of_resets(reach: Reach) -> str:
    """What it costs to forget all at once."""
    given = f"With its state set to zero after every {MANY} characters it needs {reach.reset[MANY]:.2f} bits"
    more = reach.reset[MANY] / reach.whole - 1
    if more <= ENOUGH:
        return f"{given}: that costs it next to nothing."
    return f"{given}, {percent(more)} more: the first guesses after each zero are made with little read."


def about(network: Checkpoint) -> str:
    """What was measured, on what, and how much room the n-grams take."""
    card = network.card
    counted = [one for one in card["ngrams"] if one["entries"] <= card["parameters"]]
    best = min(card["ngrams"], key=lambda one: one["held_out"])
    small = max(counted, key=lambda one: one["order"])
    return (
        f":small[{with_article(network.cell.title)} with {card['recipe']['hidden_size']} units that has learned from "
        f"{card['data']['train']:,} characters: {card['data']['corpus']}. Measured at {PLACES:,} places, evenly over "
        f"{card['data']['held_out']:,} characters held out. {_on_all(network)} "
        f"The best n-gram (Kneser-Ney, order {best['order']}) needs {best['held_out']:.2f} and holds "
        f"{best['entries']:,} numbers; the longest that holds no more than the network's {card['parameters']:,} "
        f"(order {small['order']}) needs {small['held_out']:.2f}.]"
    )


def _on_all(network: Checkpoint) -> str:
    """How well it guesses all that is held out, and whether the places of the chart are harder or easier than that."""
    card, whole = network.card, reach_from(network.card["reach"]).whole
    bits, seeds = card["reached"]["held_out"], [one["held_out"] for one in card["seeds"]]
    needs = f"On all of them it needs {bits:.2f} bits per character ({_span(seeds)})"
    if abs(whole - bits) <= ENOUGH * bits:
        return f"{needs}, as on those."
    if whole > bits:
        return f"{needs}: those places happen to be harder, for n-grams too, so compare the curves with one another."
    return f"{needs}: those places happen to be easier, for n-grams too, so compare the curves with one another."


def wrote(network: Checkpoint, moment: str) -> None:
    """Draw what the network wrote at a moment of its training."""
    writing, one = network.card["writing"], next(one for one in network.card["writes"] if str(one["step"]) == moment)
    st.markdown(of_moment(network, one))
    with st.container(key="wrote"):
        st.code(writing["prompt"] + one["text"], language=None, wrap_lines=True)


def of_moment(network: Checkpoint, one: Mapping[str, Any]) -> str:
    """How much it had read by then, and which n-gram guessed as well."""
    recipe, step = network.card["recipe"], one["step"]
    nearest = min(network.card["ngrams"], key=lambda ngram: abs(ngram["held_out"] - one["bits"]))
    written = (
        f"What stands below it wrote itself, after “{network.card['writing']['prompt'].strip()}” (temperature "
        f"{network.card['writing']['temperature']:g}, seed {network.card['writing']['seed']})."
    )
    if not step:
        return (
            f"**Before its first step** it needs {one['bits']:.2f} bits per character on text held out; guessing at "
            f"random needs {log2(len(network.vocabulary)):.2f}. {written}"
        )
    return (
        f"**After {step:,} steps** of {recipe['batch_size'] * recipe['window']:,} characters each it needs "
        f"{one['bits']:.2f} bits per character on a part of what is held out. Of the n-grams that of order "
        f"{nearest['order']} comes nearest, with {nearest['held_out']:.2f} on all of it. {written}"
    )


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:.3f}, one seed" if len(values) == 1 else f"{low:.3f} to {high:.3f} over {len(values)} seeds"
