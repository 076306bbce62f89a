"""Find units: which units of a network follow something in the text that it reads."""

from __future__ import annotations

import re

import numpy as np
import streamlit as st

from rnnviz.analysis.concepts import CONCEPTS, Concept
from rnnviz.analysis.shipped_units import found_in
from rnnviz.analysis.units import MEASURES, Found
from rnnviz.figures.units import Bar, ranking
from rnnviz.networks.checkpoints import Checkpoint, excerpt, load_text
from rnnviz.settings.kinds import shorten
from rnnviz.settings.text import Writing
from rnnviz.ui.colours import palette
from rnnviz.ui.controls import Controls, refuse_typed
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.tables import table
from rnnviz.ui.terms import chart_words
from rnnviz.ui.text.driving import driving
from rnnviz.ui.text.labelled import labelled_text, read_along
from rnnviz.ui.text.verdicts import DIRECTION, MEASURE, RULE, elsewhere, score, unit_name, verdict


def units_view(page: Shown, controls: Controls[Writing]) -> None:
    """What follows a concept in the network that is chosen, and what drives one of its units."""
    shown = controls.values
    if shown.network == "own":
        st.markdown("Units are measured of the networks that ship: choose *Python* or *Plays*.")
        return
    controls.draw("concept")
    name, concept = shown.network, CONCEPTS[shown.concept]
    network, found = load_text(name), found_in(name)[shown.concept]
    st.markdown(f"{verdict(concept, found, network.cell)} {elsewhere(network.card, concept.name)}")
    left, right = st.columns([2, 3], gap="large")
    with left:
        _ranking(concept, found, classroom=page.classroom)
    with right:
        letter, unit = _chosen(page, controls, found, network)
        labelled_text(network, name, concept, letter, unit)
        st.markdown(read_along(name, concept, letter, unit, classroom=page.classroom), unsafe_allow_html=True)
    st.markdown(f":small[{RULE.format(characters=f'{len(excerpt(name)):,}')}]")
    driving(controls, letter, unit)


def _ranking(concept: Concept, found: Found, *, classroom: bool) -> None:
    """The ranked units and the three comparisons, as bars and as a table."""
    ranked = [
        (unit_name(one.letter, one.unit), score(one.score), score(one.chosen), DIRECTION[one.high])
        for one in found.units
    ]
    compared = {
        "Character alone": found.character,
        "Untrained network": found.untrained.score,
        "All units together": found.together,
    }
    bars = [
        *(Bar(title, one.score, written) for one, (title, written, *_) in zip(found.units, ranked)),
        *(Bar(title, reached, score(reached), compared=True) for title, reached in compared.items()),
    ]
    measure, chance = MEASURE[concept.kind], MEASURES[concept.kind][1]
    shown = [bar for bar in bars if np.isfinite(bar.score)]
    if shown:
        chart = ranking(shown, measure, chance, palette(), 20 if classroom else 14)
        st.altair_chart(chart, theme=None, key="ranked_chart")
        chart_words(measure, "Untrained network", "linear probe", "held out")
    head = ("Unit", "Other half", "Half that chose it", "Where it is so, or more so")
    lines = [*ranked, *((title, score(reached), "", "") for title, reached in compared.items())]
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
    for flags in (0, re.IGNORECASE):
        for letter in cell.program.targets:
            said = re.fullmatch(rf"\s*{re.escape(letter)}[\s_]*([0-9]{{1,9}})\s*", text, flags)
            if said and 1 <= int(said[1]) <= size:
                return letter, int(said[1]) - 1
    raise ValueError(
        f"This network has no unit “{shorten(text)}”: write a letter of {', '.join(cell.program.targets)} and a number "
        f"from 1 to {size}, such as {unit_name(cell.state[-1], 0)}."
    )


def _chosen(page: Shown, controls: Controls[Writing], found: Found, network: Checkpoint) -> tuple[str, int]:
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

    if page.shows("units"):
        name = unit_name(*chosen)
        st.session_state["ranked"] = name if name in ranked else None
        st.pills("Unit, the best first", list(ranked), key="ranked", on_change=choose)
    controls.draw("tracker")
    if problem:
        refuse_typed(f"{problem} Until then the page shows the best one.")
    return chosen
