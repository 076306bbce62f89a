"""Attention for a decision: for or against, where it was looked, and which words decided."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from rnnviz.analysis.opinions import WordMeasures, permuted, rank_agreements, word_measures
from rnnviz.cells import Array
from rnnviz.networks.classifier import CLASSES, Opinion, Sentiment
from rnnviz.notation import Palette, percent
from rnnviz.settings.attention import OPINION, Reading
from rnnviz.ui.attention.numbers import number
from rnnviz.ui.colours import key, palette, patch, shaded
from rnnviz.ui.controls import Controls, refuse_typed
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.markdown import plain
from rnnviz.ui.tables import table

#: How often the weights are permuted.
PERMUTATIONS = 200
_TITLES = {"alignment": "Attention", "gradient_times_input": "Gradient × input", "left_out": "Left out"}


def decide(page: Shown) -> None:
    """Draw and tell what the network makes of a sentence."""
    network = Sentiment.load()
    controls: Controls[Reading] = Controls(page, "opinion")
    controls.draw("opinion")
    opinion = _read(network, controls.keep().opinion)
    measures, colours = word_measures(opinion), palette()
    st.markdown(f"{_verdict(opinion)} {looked_at_sentence(opinion, measures)}")
    for name, title in _TITLES.items():
        st.html(f"<b>{title}</b> {_coloured(opinion, getattr(measures, name), colours, signed=name != 'alignment')}")
    st.html(
        key(
            patch(shaded(colours.gate, 1), "where it looks most"),
            patch(shaded(colours.positive, 1), "speaks most for “positive”"),
            patch(shaded(colours.negative, 1), "speaks most against it"),
        )
    )
    st.markdown(
        ":small[Each line is coloured by its own largest, paler where there is less. **Gradient × input** and **left "
        "out** are in units of log odds.]"
    )
    with st.expander("The same as a table"):
        st.markdown(_table(opinion, measures), unsafe_allow_html=True)
    st.markdown(_agreement(opinion, measures))
    st.markdown(_about(network))


def _read(network: Sentiment, text: str) -> Opinion:
    """The network's opinion; where the text cannot be read, a sentence that says why, and the last that could be."""
    try:
        opinion = network(text)
    except ValueError as error:
        sentence = str(error)
        refuse_typed(f"{sentence[0].upper()}{sentence[1:]}. Until then the page shows what could be read last.")
        return st.session_state.get("last_opinion") or network(OPINION)
    st.session_state["last_opinion"] = opinion
    return opinion


def _verdict(opinion: Opinion) -> str:
    positive = opinion.positive
    sure = percent(max(positive, 1 - positive))
    said = f"“{plain(' '.join(opinion.tokens))}”: **{CLASSES[int(positive > 0.5)]}**, with a probability of {sure}."
    unknown = list(dict.fromkeys(word for word, new in zip(opinion.tokens, opinion.unknown) if new))
    if not unknown:
        return said
    listed = ", ".join(f"“{plain(word)}”" for word in unknown)
    return f"{said} It does not know {listed}: all such words are one to it."


def looked_at_sentence(opinion: Opinion, measures: WordMeasures) -> str:
    """Whether the word looked at most is that which changes the answer most when it is left out."""
    if not np.isfinite(measures.left_out).all():
        return ""
    looked, needed = (int(np.abs(values).argmax()) for values in (measures.alignment, measures.left_out))
    word, other = (plain(opinion.tokens[place]) for place in (looked, needed))
    if looked == needed:
        return f"**Leaving out “{word}”, the word that it looks at most, changes the answer most.**"
    return (
        f"**It looks most at “{word}” (word {looked + 1}), but leaving out “{other}” (word {needed + 1}) changes the "
        "answer most.**"
    )


def _coloured(opinion: Opinion, values: Array, colours: Palette, *, signed: bool) -> str:
    """The words, each on its colour; what is not defined has none."""
    largest = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 0.0
    spans = []
    for token, value in zip(opinion.tokens, values):
        share = abs(value) / largest if largest and np.isfinite(value) else 0.0
        colour = (colours.positive if value > 0 else colours.negative) if signed else colours.gate
        said = number(value) if signed else percent(value)
        spans.append(
            f'<span style="background: {shaded(colour, share)}; border-radius: 3px; padding: 1px 4px" '
            f'title="{said}">{escape(token)}</span>'
        )
    return " ".join(spans)


def _table(opinion: Opinion, measures: WordMeasures) -> str:
    rows = [
        [
            f"{place + 1}. {token}",
            percent(measures.alignment[place]),
            number(measures.gradient_times_input[place]),
            number(measures.left_out[place]),
        ]
        for place, token in enumerate(opinion.tokens)
    ]
    return table(["Word", *_TITLES.values()], rows)


def _agreement(opinion: Opinion, measures: WordMeasures) -> str:
    told = [
        f"{_TITLES[one].lower()} and {_TITLES[other].lower()} {number(tau)}"
        for (one, other), tau in rank_agreements(measures).items()
        if tau is not None
    ]
    if not told:
        return "With fewer than two words there is no order to compare."
    answers = permuted(opinion, PERMUTATIONS, 0)
    changed = float(np.mean((answers > 0.5) != (opinion.positive > 0.5)))
    low, high = (percent(float(end)) for end in (answers.min(), answers.max()))
    return (
        f"**Do they agree?** Kendall's τ of the order of the words by size, for this sentence: {'; '.join(told)} (1 "
        f"the same order, 0 none in common, −1 reversed). With the same weights handed to other words, "
        f"{PERMUTATIONS} times, the probability of *positive* lies between {low} and {high}, and the decision changes "
        f"in {percent(changed)} of them. Where it hardly changes, these weights alone do not say why it decided so "
        "(Jain & Wallace 2019); yet such weights need not be any that training would find (Wiegreffe & Pinter 2019)."
    )


def _about(network: Sentiment) -> str:
    card = network.card
    data, recipe, baselines = card["data"], card["recipe"], card["baselines"]
    reached = [percent(one["held_out"]) for one in sorted(card["seeds"], key=lambda one: one["held_out"])]
    counted, most = baselines["tfidf_logistic_regression"], baselines["majority_class"]
    return (
        f":small[A GRU that reads in both directions, {recipe['hidden_size']} units each, with additive attention, "
        f"trained on {data['train']:,} sentences about films, restaurants and phones (seed {card['seed']}). Of "
        f"{data['held_out']} held-out sentences it judges {percent(card['reached']['held_out'])} as their readers did; "
        f"{len(reached)} seeds reach {reached[0]} to {reached[-1]}. Logistic regression on weighted word counts "
        f"(TF-IDF), without any order, reaches {percent(counted['held_out'])}; always saying {most['class']} "
        f"{percent(most['held_out'])}. Data: {data['citation']}, {data['licence']}.]"
    )
