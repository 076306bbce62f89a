"""A part of a held-out text by the values of a unit, beside what is so at each of its characters."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from rnnviz.analysis.concepts import CONCEPTS, Concept
from rnnviz.analysis.units import values_of
from rnnviz.cells import Array
from rnnviz.networks.checkpoints import Checkpoint, excerpt, load_text
from rnnviz.settings.text import PAGE
from rnnviz.ui.address import with_classroom
from rnnviz.ui.colours import key, palette, ramp, shaded
from rnnviz.ui.tables import words
from rnnviz.ui.text.coloured import colour_of, coloured_text, scale_of
from rnnviz.ui.text.verdicts import in_words, unit_name

#: How many characters are shown.
SHOWN = 600


@lru_cache(maxsize=64)
def shown_part(name: str, concept: str) -> tuple[int, int]:
    """Which part of a network's text is shown: of its second half, from a line on, where a label changes most often."""
    text, labels = excerpt(name), _labels(name, concept)
    changes = np.concatenate([[0], np.cumsum(np.diff(labels, prepend=labels[:1]) != 0)])
    first, last = len(text) // 2, len(text) - SHOWN
    starts = np.array([first, *(t + 1 for t in range(first, last) if text[t] == "\n")])
    start = int(starts[np.argmax(changes[starts + SHOWN] - changes[starts])])
    return start, start + SHOWN


@lru_cache(maxsize=64)
def _labels(name: str, concept: str) -> Array:
    return CONCEPTS[concept].label(excerpt(name))


@lru_cache(maxsize=16)
def _values(name: str, start: int, end: int) -> dict[str, Array]:
    return values_of(load_text(name), excerpt(name)[start:end])


def labelled_text(network: Checkpoint, name: str, concept: Concept, letter: str, unit: int) -> None:
    """Draw the text coloured by a unit; a concept of yes or no underlines it, a number colours it once more below."""
    start, end = shown_part(name, concept.name)
    text, labels = excerpt(name)[start:end], _labels(name, concept.name)[start:end]
    values, quantity, colours = _values(name, start, end)[letter][:, unit], network.cell.quantity(letter), palette()
    tips = [
        f"{unit_name(letter, unit)}: {words(value + 0.0)}; {concept.title}: {_label(concept, label)}"
        for value, label in zip(values, labels)
    ]
    underlined = concept.kind == "yes or no"
    title = f"{in_words(network.cell, letter, unit)} in a part of the held-out text"
    st.markdown(f"**{title[:1].upper()}{title[1:]}**")
    marked = [underlined and bool(label) for label in labels]
    st.html(coloured_text(text, [colour_of(value, quantity, colours) for value in values], tips, marked, title))
    scale = scale_of(quantity, colours)
    if underlined:
        st.html(key(scale, f"<span><u>underlined</u>: {escape(concept.title.lower())}</span>"))
        return
    st.html(key(scale))
    st.markdown(f"**The same text by “{concept.title}”**")
    largest = float(labels.max()) or 1.0
    shades = [shaded(colours.ink, label / largest) for label in labels]
    st.html(coloured_text(text, shades, tips, [False] * len(text), concept.title))
    st.html(key(ramp((shaded(colours.ink, 0), shaded(colours.ink, 1)), "0", f"{largest:g}")))


def _label(concept: Concept, label: float) -> str:
    if concept.kind == "number":
        return f"{label:g}"
    return "yes" if label else "no"


def read_along(name: str, concept: Concept, letter: str, unit: int, *, classroom: bool) -> str:
    """A link to reading the same text along, coloured by the same unit, where another can be typed."""
    start, end = shown_part(name, concept.name)
    query = {"view": "read", "network": name, "line": letter, "unit": unit + 1, "reading": excerpt(name)[start:end]}
    where = with_classroom(f"{PAGE.name}?{urlencode(query)}", classroom=classroom)
    return f'<a href="{escape(where)}" target="_self">Read along with this unit, here or in a text of your own</a>'
