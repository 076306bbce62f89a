"""A translator on a page: which one, what it reads, and what is said of it."""

from __future__ import annotations

import streamlit as st

from rnnviz.notation import PALETTES, Palette
from rnnviz.scenario import Reading
from rnnviz.tasks.number_words import LANGUAGES, read
from rnnviz.translation import Translator
from rnnviz.ui.controls import refuse
from rnnviz.ui.scenes import with_article


def palette() -> Palette:
    """The colours of the theme that the reader has."""
    return PALETTES[st.context.theme.type or "light"]


def translator_of(reading: Reading) -> Translator:
    """The translator that a reading asks for; where none like it ships, a sentence and the nearest that does."""
    wanted = (reading.attention, reading.core, int(reading.reads))
    nearest = (wanted, (reading.attention, "gru", 2), ("dot", reading.core, int(reading.reads)), ("dot", "gru", 2))
    short = reading.known == "short"
    for attention, core, directions in nearest:
        try:
            found = Translator.load(reading.pair, attention, core, directions, short=short)
        except FileNotFoundError:
            continue
        if (attention, core, directions) != wanted:
            refuse(f"There is no trained network of this kind; the page shows {_kind(found)}.")
        return found
    refuse("There is no trained network of this kind; the page shows one that knows numbers up to 999,999.")
    return translator_of(Reading(source=reading.source, target=reading.target))


def sentence_read(reading: Reading) -> tuple[str, ...]:
    """The words that are read; where what was typed cannot be, a sentence says why, and they are those read last."""
    place = f"last_sentence_{reading.source}"
    try:
        words = read(reading.sentence, reading.source)
    except ValueError as error:
        refuse(f"{error} Until then the page shows what could be read last.")
        words = st.session_state.get(place) or read("97412", reading.source)
    st.session_state[place] = words
    return tuple(words)


def about_translator(translator: Translator) -> str:
    """Which network with which weights, and what it reached: one sentence without its full stop."""
    card = translator.card
    size = f"{card['hidden_size']} units, {card['parameters']:,} weights"
    trained = f"trained for {card['steps']:,} steps on {card['learned_from']:,} numbers up to {card['largest']:,}"
    right, asked = round(card["exact"] * card["tested_on"]), card["tested_on"]
    exact = f"of {asked:,} others it translates {right:,} without a mistake"
    return f"{_kind(translator)}, {size}, {trained} (seed {card['seed']}); {exact}"


def _kind(translator: Translator) -> str:
    source, target = LANGUAGES[translator.source_language].title, LANGUAGES[translator.target_language].title
    attention = "no attention" if not translator.attention.looks else f"{translator.attention.title.lower()} attention"
    reads = "in both directions" if len(translator.encoders) > 1 else "in one direction"
    return f"{with_article(translator.cell.title)} from {source} to {target} with {attention}, reading {reads}"
