"""Attention beside what changes the answer, for the person's own sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from rnnviz.analysis.saliency import Permuted, gradient_times_input, left_out, most, permuted, rank_agreement
from rnnviz.cells import Array
from rnnviz.figures.attention import word_map
from rnnviz.networks.translator import Translation, Translator
from rnnviz.notation import percent
from rnnviz.ui.attention.numbers import number
from rnnviz.ui.attention.translating import about_translator, verdict
from rnnviz.ui.colours import key, palette, ramp
from rnnviz.ui.tables import table
from rnnviz.ui.terms import chart_words

#: How often the weights of each step are permuted.
PERMUTATIONS = 100


def explains(translator: Translator, words: Sequence[str], *, classroom: bool) -> None:
    """Draw and tell how attention compares with what changes the answer."""
    st.markdown(f":small[{about_translator(translator)}.]")
    out = translator.translate(words)
    st.markdown(verdict(translator, out))
    alignment = out.alignment
    if alignment is None or len(words) < 2 or not out.tokens:
        st.markdown("There is nothing to compare: choose a network with attention, and a number of two words or more.")
        return
    measures = {
        "Attention": alignment,
        "Gradient × input": gradient_times_input(translator, out),
        "Left out": left_out(translator, out),
    }
    st.markdown(looked_at_sentence(measures["Attention"], measures["Left out"]))
    colours = palette()
    shares, signed = (colours.zero, colours.gate), (colours.negative, colours.zero, colours.positive)
    with st.container(horizontal=True, gap="medium"):
        for title, values in measures.items():
            scale = shares if title == "Attention" else signed
            chart = word_map(title, values, words, out.tokens, scale, colours, 20 if classroom else 14)
            st.altair_chart(chart, theme=None, width="content", key=f"map of {title}")
    chart_words(*measures)
    st.html(
        key(
            ramp(shares, "Attention: none", "the most of its row"),
            ramp(signed, "The others: most against the word written", "most for it"),
        )
    )
    st.markdown(
        "**Attention**: the weight of each word read. **Gradient × input**: how the log probability of the word "
        "written follows the embedding of the word read. **Left out**: by how much that log probability falls when the "
        "word is not read. Each row is coloured by its own largest."
    )
    mixed = permuted(translator, out, PERMUTATIONS, 0)
    st.markdown(_agreement(out, rank_agreement(measures), mixed), unsafe_allow_html=True)
    st.markdown(_told(out))
    st.markdown(
        "**Is it an explanation, then?** Jain & Wallace (2019) found in classifiers that attention often agrees little "
        "with gradients, and that quite other weights can give the same answer; so weights alone are no proof of a "
        "reason. Wiegreffe & Pinter (2019) answered that such weights need not be any that training would find, and "
        "that it depends on what one wants of an explanation. The table says how it stands with this sentence and this "
        "network; *A decision* asks the same of a classifier."
    )


def _agreement(out: Translation, agreement: Mapping[tuple[str, str], list[float]], mixed: Sequence[Permuted]) -> str:
    pairs = [f"τ: {one.lower()}, {other.lower()}" for one, other in agreement]
    rows = [
        [
            f"{t + 1}. {word}",
            *(number(values[t]) for values in agreement.values()),
            percent(mixed[t].changed),
            percent(mixed[t].distance),
        ]
        for t, word in enumerate(out.tokens)
    ]
    defined = [[value for value in values if np.isfinite(value)] for values in agreement.values()]
    middle = [
        *(number(float(np.median(values)) if values else float("nan")) for values in defined),
        percent(float(np.median([one.changed for one in mixed]))),
        percent(float(np.median([one.distance for one in mixed]))),
    ]
    head = ["Word written", *pairs, "Another word if permuted", "Probability moved then"]
    return table(head, [*rows, ["Median", *middle]])


def looked_at_sentence(alignment: Array, changes: Array) -> str:
    """In how many steps the word looked at most is that which changes the answer most when it is left out.

    Parameters
    ----------
    alignment, changes
        (T_out, T_in): the weights of attention, and how much leaving a word out changes.
    """
    steps, read = alignment.shape
    same = sum(looked == needed for looked, needed in zip(most(alignment), most(changes)))
    return (
        f"**Leaving out the word that it looks at most changes the answer most in {same} of {steps} steps.** Who "
        f"points at one of the {read} words blindly is right in 1 of {read} steps on average."
    )


def _told(out: Translation) -> str:
    return (
        f"Kendall's τ compares the order in which two measures put the {len(out.source_tokens)} words, by size: 1 the "
        "same, 0 unrelated, −1 reversed. **Permuting** hands the same weights to other words, "
        f"{PERMUTATIONS} times a step: how often another word would then be written, and how much of the "
        "probability moves to other answers (total variation, median)."
    )
