"""The same translator asked in other ways: greedily, by a beam, by chance, and with the right words given."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np
import streamlit as st

from rnnviz.analysis.beam import Branch, beam
from rnnviz.data.number_words import vocabulary, write
from rnnviz.figures.attention import beam_tree
from rnnviz.networks.translator import Translation, Translator
from rnnviz.notation import percent
from rnnviz.settings.attention import Reading
from rnnviz.ui.attention.numbers import number
from rnnviz.ui.attention.translating import about_translator, verdict
from rnnviz.ui.colours import key, palette, patch
from rnnviz.ui.controls import Controls
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.tables import table
from rnnviz.ui.terms import subheader

#: How many translations are drawn.
DRAWS = 5


def decode(page: Shown, translator: Translator, words: Sequence[str]) -> None:
    """Draw and tell all ways to decode."""
    symbols = ["(end)", *vocabulary(translator.target_language)[1:]]
    greedy = translator.translate(words)
    whole = percent(exp(greedy.log_probability))
    st.markdown(f":small[{about_translator(translator)}.]")
    st.markdown(
        f"**Greedy** takes the likeliest word at each step: **{greedy.text}**, with probability {whole} for the whole. "
        + verdict(translator, greedy)
    )
    subheader("Beam search")
    _beam(page, translator, words, greedy, symbols)
    subheader("Sampling")
    _draws(page, translator, words, greedy)
    subheader("Teacher forcing and free running")
    _forced(translator, words, greedy, symbols)


def _beam(
    page: Shown, translator: Translator, words: Sequence[str], greedy: Translation, symbols: Sequence[str]
) -> None:
    controls: Controls[Reading] = Controls(page, "beam")
    controls.draw("beam")
    width, font_size = controls.keep().beam, 20 if page.classroom else 14
    tree = beam(translator, words, width, shown=min(width, 3))
    colours = palette()
    st.altair_chart(beam_tree(tree, symbols, percent, colours, font_size), theme=None, key="beam_tree")
    st.html(
        key(
            patch(colours.accent, "the best translation"),
            patch(colours.ink, "kept"),
            patch(colours.quiet, "dropped, its line dashed"),
        )
    )
    kept = [branch for branch in tree[-1] if branch.kept]
    rows = [[_text(branch, translator), percent(exp(branch.score)), number(branch.score)] for branch in kept]
    st.markdown(table(["Translation", "Probability", "Log probability"], rows), unsafe_allow_html=True)
    same = kept[0].codes == tuple(step.said for step in greedy.steps)
    st.markdown(
        "The number below a word is the probability of everything up to it. "
        + ("The best of the beam is what" if same else "The beam found a likelier translation than")
        + (" greedy decoding wrote." if same else " greedy decoding.")
    )


def _text(branch: Branch, translator: Translator) -> str:
    known = vocabulary(translator.target_language)
    return write([known[code] for code in branch.codes if code], translator.target_language) or "(nothing)"


def _draws(page: Shown, translator: Translator, words: Sequence[str], greedy: Translation) -> None:
    controls: Controls[Reading] = Controls(page, "temperature", "draw")
    with st.container(horizontal=True, gap="small"):
        controls.draw("temperature", "draw")
    chosen = controls.keep()
    drawn = [translator.sample(words, chosen.temperature, DRAWS * chosen.draw + k) for k in range(DRAWS)]
    rows = [
        [one.text or "(nothing)", number(one.log_probability), "yes" if one.tokens == greedy.tokens else "no"]
        for one in drawn
    ]
    st.markdown(table(["Drawn", "Log probability", "As greedy"], rows), unsafe_allow_html=True)
    st.markdown(
        "Each word is drawn by its probability to the power of one over the temperature: under 1 the likely words "
        "become likelier still, above 1 all of them more alike."
    )


def _forced(translator: Translator, words: Sequence[str], greedy: Translation, symbols: Sequence[str]) -> None:
    right = translator.right(words)
    if right is None:
        st.markdown("These words say no number, so there is no right translation to be given.")
        return
    free = [symbols[step.said] for step in greedy.steps]
    rows = [
        [
            f"{t + 1}. {symbols[step.said]}",
            percent(exp(step.log_probability)),
            symbols[int(np.argmax(step.values["y"]))],
            free[t] if t < len(free) else "",
        ]
        for t, step in enumerate(translator.force(words, right).steps)
    ]
    head = ["The right word", "Its probability, right words before", "First choice then", "Running free"]
    st.markdown(table(head, rows), unsafe_allow_html=True)
    st.markdown(
        "In training the decoder reads the right word at each step, whatever it said itself (**teacher forcing**); in "
        "use it reads its own words (**free running**), so one mistake may bring the next. "
        + (
            "Here both write the same."
            if greedy.tokens == right
            else f"Here it runs free to “{greedy.text}”; right is “{write(right, greedy.language)}”."
        )
    )
