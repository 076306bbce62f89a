"""What drives a unit: where a held-out text has it highest and lowest, and texts that were searched for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log

import streamlit as st

from rnnviz.analysis.exciting import LIKELIEST, PASSAGE, WIDTH, Excited, excite
from rnnviz.analysis.shipped_units import extremes_in
from rnnviz.networks.checkpoints import excerpt, load_text
from rnnviz.settings.text import Writing
from rnnviz.ui.colours import palette
from rnnviz.ui.controls import Controls
from rnnviz.ui.tables import words
from rnnviz.ui.terms import subheader
from rnnviz.ui.text.coloured import colour_of, passage
from rnnviz.ui.text.verdicts import unit_name


def driving(controls: Controls[Writing], letter: str, unit: int) -> None:
    """Draw and tell what drives a unit up, and down."""
    subheader(f"Feature visualization: what drives {unit_name(letter, unit)}")
    writing = controls.draw("plausible")
    name = writing.network
    for column, high in zip(st.columns(2, gap="large"), (True, False)):
        with column:
            found = _searched(name, letter, unit, writing.plausible, high=high)
            rows = [(int(place), value) for place, value in _held_out(name, letter, unit, high=high)]
            st.markdown(drives_sentence(found, rows[0][1], len(excerpt(name)), high=high))
            st.html(_passages(name, letter, found, rows))
    st.markdown(f":small[{SEARCH}]")


#: What a text is that was searched.
SEARCH = (
    f"**Searched** is a result of a search, and stands nowhere: texts are built character by character, each by one of "
    f"the {LIKELIEST} that the network holds likeliest, and of each length the {WIDTH} are kept in which the unit's "
    "value and the weight times the log probability of the text (in nats) sum to most, the value with the other sign "
    "for the lowest. It is the best that was tried, not the best there is. **Held out** are passages of the text that "
    "the network has not learned from."
)


@lru_cache(maxsize=256)
def _searched(name: str, letter: str, unit: int, plausible: float, *, high: bool) -> Excited:
    return excite(load_text(name), letter, unit, high=high, plausible=plausible)


def _held_out(name: str, letter: str, unit: int, *, high: bool) -> Iterable[tuple[int, float]]:
    """The places of the held-out text where a unit is highest, or lowest, and its values there."""
    places = extremes_in(name)[letter]
    if high:
        return zip(places.highest[unit], map(float, places.highest_values[unit]))
    return zip(places.lowest[unit], map(float, places.lowest_values[unit]))


def drives_sentence(found: Excited, best: float, characters: int, *, high: bool) -> str:
    """How far a text that was searched drives a unit, beside the held-out passage that does so most."""
    further = found.value > best if high else found.value < best
    return _DRIVES[high, further].format(
        value=words(found.value + 0.0),
        best=words(best + 0.0),
        characters=f"{characters:,}",
        bits=words(-found.log_probability / log(2) / len(found.text)),
        length=f"{len(found.text)} character{'s' * (len(found.text) > 1)}",
    )


_DRIVES: Mapping[tuple[bool, bool], str] = {
    (True, True): (
        "**Highest: a search found a text of {length} that drives it to {value}, further up than anything in "
        "{characters} held-out characters ({best}).** The network itself gives it {bits} bits per character."
    ),
    (True, False): (
        "**Highest: {best}, in {characters} held-out characters. A search found a text of {length} that drives it to "
        "{value}, no further.** The network itself gives it {bits} bits per character."
    ),
    (False, True): (
        "**Lowest: a search found a text of {length} that drives it to {value}, further down than anything in "
        "{characters} held-out characters ({best}).** The network itself gives it {bits} bits per character."
    ),
    (False, False): (
        "**Lowest: {best}, in {characters} held-out characters. A search found a text of {length} that drives it to "
        "{value}, no further.** The network itself gives it {bits} bits per character."
    ),
}


def _passages(name: str, letter: str, found: Excited, held_out: Iterable[tuple[int, float]]) -> str:
    """The text that was searched, then passages of the held-out text, each up to where the unit has the value."""
    quantity, colours = load_text(name).cell.quantity(letter), palette()
    rows = [
        ("Searched", found.value, found.text, len(found.text) - 1),
        *(("Held out", value, excerpt(name), place) for place, value in held_out),
    ]
    lines = "".join(
        f'<tr><th scope="row">{kind}</th><td>{words(value + 0.0)}</td>'
        f"<td>{passage(text, place, PASSAGE, colour_of(value, quantity, colours))}</td></tr>"
        for kind, value, text, place in rows
    )
    head = '<tr><td></td><th scope="col">Value</th><th scope="col">Text, up to where it has it</th></tr>'
    return f'<table class="passages">{head}{lines}</table>'
