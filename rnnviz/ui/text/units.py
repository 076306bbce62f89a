"""Find units: which units of a network follow something in the text, and what drives a unit."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import streamlit as st

from rnnviz.analysis.concepts import CONCEPTS, Concept
from rnnviz.analysis.exciting import PASSAGE, Excited, excite
from rnnviz.analysis.shipped_units import Extremes, extremes_in, found_in
from rnnviz.analysis.units import MEASURES, Found, values_of
from rnnviz.cells import Array, Cell
from rnnviz.figures.units import Bar, ranking
from rnnviz.networks.checkpoints import Checkpoint, excerpt, load_text
from rnnviz.notation import Palette
from rnnviz.settings.text import Writing
from rnnviz.ui.attention.numbers import number
from rnnviz.ui.colours import key, palette, patch, shaded
from rnnviz.ui.controls import Controls, refuse_typed
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.tables import table
from rnnviz.ui.terms import chart_words, subheader
from rnnviz.ui.text.coloured import colour_of, coloured_text, passage, scale_of
from rnnviz.ui.text.verdicts import DIRECTION, MEASURE, RULE, in_words, score, unit_name, verdict

#: How many characters of the text are shown with a unit's colours.
SHOWN = 600


def find_units(page: Shown) -> None:
    """Draw and tell what follows a concept in the network that is chosen, and what drives one of its units."""
    controls: Controls[Writing] = Controls(page, "concept", "tracker", "plausible")
    writing = controls.draw("concept")
    name, concept = writing.network, CONCEPTS[writing.concept]
    network, found = load_text(name), found_in(name)[writing.concept]
    st.markdown(verdict(concept, found, network.cell))
    left, right = st.columns([2, 3], gap="large")
    with left:
        _ranking(concept, found, network.cell, classroom=page.classroom)
    with right:
        letter, unit = _chosen(controls, found, network)
        _reading(name, network, concept, letter, unit)
    st.markdown(f":small[{RULE.format(characters=f'{len(excerpt(name)):,}')}]")
    _driving(controls, name, network, letter, unit)
    controls.keep()


def _ranking(concept: Concept, found: Found, cell: Cell, *, classroom: bool) -> None:
    """The ranked units and the three comparisons, as bars and as a table."""
    rows = [
        (unit_name(one.letter, one.unit), one.score, f"{score(one.chosen)}", DIRECTION(one.high)) for one in found.units
    ]
    compared = [
        ("Character alone", found.character),
        ("Untrained network", found.untrained.score),
        ("All units together", found.together),
    ]
    bars = [
        *(Bar(title, reached, score(reached)) for title, reached, *_ in rows),
        *(Bar(title, reached, score(reached), compared=True) for title, reached in compared),
    ]
    measure, chance = MEASURE[concept.kind], MEASURES[concept.kind][1]
    shown = [bar for bar in bars if np.isfinite(bar.score)]
    if shown:
        chart = ranking(shown, measure, chance, palette(), 20 if classroom else 14)
        st.altair_chart(chart, theme=None, key="ranked_chart")
        chart_words(measure, "Untrained network")
    head = ("Unit", "Other half", "Half that chose it", "Where it is so, or more so")
    lines = [
        *((title, score(reached), chosen, direction) for title, reached, chosen, direction in rows),
        *((title, score(reached), "", "") for title, reached in compared),
    ]
    with st.expander("The same as a table"):
        st.markdown(table(head, lines, f"{measure}: {concept.title}"), unsafe_allow_html=True)


def read_unit(text: str, network: Checkpoint) -> tuple[str, int]:
    """The letter and the unit, counted from 0, that a text such as ``c 109`` names.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when the network has no such unit.
    """
    cell, size = network.cell, network.cell.sizes(network.weights)["H"]
    said = re.fullmatch(r"\s*([A-Za-z]\w*?)[\s_]*([0-9]{1,9})\s*", text)
    if said is None or said[1] not in cell.program.targets or not 1 <= int(said[2]) <= size:
        letters = ", ".join(cell.program.targets)
        raise ValueError(
            f"This network has no unit “{text}”: write a letter of {letters} and a number from 1 to {size}, such as "
            f"{unit_name(cell.state[-1], 0)}."
        )
    return said[1], int(said[2]) - 1


def _chosen(controls: Controls[Writing], found: Found, network: Checkpoint) -> tuple[str, int]:
    """Draw the ranked units to choose from, and a field for any other; the one that is chosen."""
    written = controls.values.tracker
    ranked = {unit_name(one.letter, one.unit): (one.letter, one.unit) for one in found.units}
    best = (found.best.letter, found.best.unit)
    try:
        chosen, problem = (read_unit(written, network) if written.strip() else best), ""
    except ValueError as error:
        chosen, problem = best, str(error)

    def choose() -> None:
        picked = st.session_state["ranked"]
        controls.set("tracker", "" if picked is None or ranked[picked] == best else picked)

    name = unit_name(*chosen)
    st.session_state["ranked"] = name if name in ranked else None
    st.pills("Unit, the best first", list(ranked), key="ranked", on_change=choose)
    controls.draw("tracker")
    if problem:
        refuse_typed(f"{problem} Until then the page shows the best one.")
    return chosen


@lru_cache(maxsize=64)
def shown_part(name: str, concept: str) -> tuple[int, int]:
    """Which part of a network's text is shown: of its second half, from a line on, where a label changes most often."""
    text = excerpt(name)
    labels = CONCEPTS[concept].label(text)
    changes = np.concatenate([[0], np.cumsum(np.diff(labels, prepend=labels[:1]) != 0)])
    half = len(text) // 2
    starts = np.array([half, *(t + 1 for t in range(half, len(text)) if text[t] == "\n" and t + SHOWN < len(text))])
    ends = np.minimum(starts + SHOWN, len(text))
    start = int(starts[int(np.argmax(changes[ends] - changes[starts]))])
    return start, min(start + SHOWN, len(text))


@lru_cache(maxsize=16)
def _values(name: str, start: int, end: int) -> dict[str, Array]:
    return values_of(load_text(name), excerpt(name)[start:end])


def _reading(name: str, network: Checkpoint, concept: Concept, letter: str, unit: int) -> None:
    """The part of the text that is shown, coloured by a unit, and where the concept is so."""
    start, end = shown_part(name, concept.name)
    text, colours, quantity = excerpt(name)[start:end], palette(), network.cell.quantity(letter)
    labels, values = concept.label(excerpt(name))[start:end], _values(name, start, end)[letter][:, unit]
    so = concept.kind == "yes or no"
    tips = [
        f"{unit_name(letter, unit)}: {number(value)}; {concept.title}: {_label(concept, label)}"
        for value, label in zip(values, labels)
    ]
    painted = [colour_of(value, quantity, colours) for value in values]
    title = f"{in_words(network.cell, letter, unit)} in a part of the held-out text"
    st.markdown(f"**{title[:1].upper()}{title[1:]}**")
    marks = [so and bool(label) for label in labels]
    st.html(coloured_text(text, painted, tips, marks, title))
    if so:
        st.html(key(scale_of(quantity, colours), f"<span><u>underlined</u>: {concept.title.lower()}</span>"))
        return
    st.html(key(scale_of(quantity, colours)))
    st.markdown(f"**The same text by “{concept.title}”**")
    largest = float(labels.max()) or 1.0
    st.html(
        coloured_text(
            text, [shaded(colours.ink, label / largest) for label in labels], tips, [False] * len(text), concept.title
        )
    )
    st.html(key(patch(shaded(colours.ink, 0), "0"), patch(shaded(colours.ink, 1), f"{largest:g}")))


def _label(concept: Concept, label: float) -> str:
    if concept.kind == "number":
        return f"{label:g}"
    return "yes" if label else "no"


def _driving(controls: Controls[Writing], name: str, network: Checkpoint, letter: str, unit: int) -> None:
    """Where a unit is highest and lowest, and texts found by search."""
    subheader(f"What drives {unit_name(letter, unit)}")
    plausible = controls.draw("plausible").plausible
    places, quantity = extremes_in(name)[letter], network.cell.quantity(letter)
    colours = palette()
    for column, high in zip(st.columns(2, gap="large"), (True, False)):
        with column:
            found = _excited(name, letter, unit, plausible, high=high)
            st.markdown(drives_sentence(found, _best_value(places, unit, high=high), len(excerpt(name)), high=high))
            st.html(_passages(name, places, unit, found, colours, colour_of(found.value, quantity, colours), high=high))


@lru_cache(maxsize=256)
def _excited(name: str, letter: str, unit: int, plausible: float, *, high: bool) -> Excited:
    return excite(load_text(name), letter, unit, high=high, plausible=plausible)


def _best_value(places: Extremes, unit: int, *, high: bool) -> float:
    return float((places.highest_values if high else places.lowest_values)[unit, 0])


def drives_sentence(found: Excited, best: float, characters: int, *, high: bool) -> str:
    """How far a text that was searched drives a unit, beside the passage that does so most."""
    further = found.value > best if high else found.value < best
    bits = -found.log_probability / np.log(2) / len(found.text)
    gaps = {
        "value": number(found.value), "best": number(best), "characters": f"{characters:,}", "bits": number(bits),
        "length": len(found.text),
    }  # fmt: skip
    return _DRIVES[high, bool(further)].format(**gaps)


_DRIVES = {
    (True, True): (
        "**Highest: a search found {length} characters that drive it to {value}, further than any of {characters} "
        "held-out characters ({best}).** The network itself gives them {bits} bits each."
    ),
    (True, False): (
        "**Highest: {best}, in {characters} held-out characters; a search found {length} characters that drive it to "
        "{value}, no further.** The network itself gives them {bits} bits each."
    ),
    (False, True): (
        "**Lowest: a search found {length} characters that drive it to {value}, further down than any of {characters} "
        "held-out characters ({best}).** The network itself gives them {bits} bits each."
    ),
    (False, False): (
        "**Lowest: {best}, in {characters} held-out characters; a search found {length} characters that drive it to "
        "{value}, no further down.** The network itself gives them {bits} bits each."
    ),
}


def _passages(
    name: str, places: Extremes, unit: int, found: Excited, colours: Palette, colour: str, *, high: bool
) -> str:
    """The text that was searched and the passages of the held-out text, each with the unit after its last character."""
    text = excerpt(name)
    at, values = (places.highest, places.highest_values) if high else (places.lowest, places.lowest_values)
    rows = [
        ("searched", number(found.value), passage(found.text, len(found.text) - 1, PASSAGE, colour)),
        *(
            ("held out", number(float(value)), passage(text, int(place), PASSAGE, colour))
            for place, value in zip(at[unit], values[unit])
        ),
    ]
    lines = "".join(
        f'<tr><th scope="row">{kind}</th><td>{value}</td>'
        f'<td><code style="white-space: pre-wrap">{shown}</code></td></tr>'
        for kind, value, shown in rows
    )
    return (
        '<table style="font-variant-numeric: tabular-nums"><tr><td></td><th scope="col">Value</th>'
        f'<th scope="col">Text up to the character after which it has it</th></tr>{lines}</table>'
    )
