"""Read along: a text coloured by any unit of a network, character by character; all of it in the browser."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.analysis.concepts import CONCEPTS, concepts_of
from rnnviz.analysis.patterns import NEAR, memory
from rnnviz.analysis.shipped_units import FOLDER, found_in
from rnnviz.cells import Array
from rnnviz.networks.checkpoints import Checkpoint, excerpt
from rnnviz.player.component import reading
from rnnviz.player.text_payload import KnownUnit, Patterns, Sample, text_network
from rnnviz.player.text_payload import reading as reading_payload
from rnnviz.settings.text import LONGEST_READ, Writing
from rnnviz.ui.controls import Controls, refuse
from rnnviz.ui.lesson_card import Shown
from rnnviz.ui.shipped_files import text_file
from rnnviz.ui.text.networks import network_of

#: What is read first of a network that was trained on somebody's own text: that text is nobody else's.
OWN_SAMPLE = "The quick brown fox jumps over the lazy dog.\n"
#: So many units that follow something stand there by name, and so many texts.
KNOWN, SAMPLES = 3, 4
#: How long a text is, and from how many characters on a passage in it can be seen from the back of a room.
LENGTH, SEEN = 600, 8

READING = (
    "The network reads from left to right: the colour of a character is the unit's value **after** it has read that "
    "character, and all it knows of what stands before is its state."
)


def read_view(page: Shown, controls: Controls[Writing]) -> None:
    """A network that reads in the browser, and what is to be seen in it."""
    shown = controls.values
    try:
        data = _data(shown.network, shown.own)
    except (LookupError, OSError, ValueError) as error:
        refuse(f"{error}")
        return
    reading(data, key=f"reading_{shown.network}_{shown.own}", classroom=page.classroom, opening=page.opening)
    st.markdown(READING)


def _data(name: str, own: str) -> dict[str, Any]:
    if name != "own":
        return _shipped(name)
    network = text_network(*network_of(name, own))
    return reading_payload(network, [Sample("sample", "A sentence", OWN_SAMPLE)], (), None, LONGEST_READ)


@lru_cache(maxsize=2)
def _shipped(name: str) -> dict[str, Any]:
    checkpoint, about = network_of(name, "")
    network = text_network(checkpoint, about, text_file(f"{name}.safetensors"))
    return reading_payload(network, samples(name), known_units(name), _patterns(name, checkpoint), LONGEST_READ)


@lru_cache(maxsize=2)
def known_units(name: str) -> tuple[KnownUnit, ...]:
    """The units of a network that ships which are findings, in the order of what they follow, each once."""
    findings = [(concept, found.best) for concept, found in found_in(name).items() if found.verdict == "finding"]
    best = {(one.letter, one.unit): (concept, one) for concept, one in reversed(findings)}
    known = [KnownUnit(CONCEPTS[concept].title, one.letter, one.unit, one.high) for concept, one in best.values()]
    return tuple(reversed(known))[:KNOWN]


@lru_cache(maxsize=2)
def samples(name: str) -> tuple[Sample, ...]:
    """Parts of the held-out text of a network that ships: for each thing that its units follow, where that is clearest.

    Where they follow nothing, for each thing that was looked for. A part opens at the first character where it is so.
    """
    known = [concept for concept, found in found_in(name).items() if found.verdict == "finding"]
    parts: dict[tuple[int, int], str] = {}
    for concept in known or found_in(name):
        parts.setdefault(clearest_part(excerpt(name), CONCEPTS[concept].label(excerpt(name))), concept)
    return tuple(_sample(name, concept, start, end) for (start, end), concept in parts.items())[:SAMPLES]


def clearest_part(text: str, labels: Array) -> tuple[int, int]:
    """The part of a text's second half, from a line on, with the most passages that can be seen: `SEEN` or longer.

    A passage is where a label is above its mean.
    """
    turns = np.flatnonzero(np.diff(np.pad(labels > labels.mean(), 1).astype(np.int8)))
    long = turns[1::2] - turns[::2] >= SEEN
    starts, ends = turns[::2][long], turns[1::2][long]
    half = text.find("\n", len(text) // 2) + 1
    lines = np.array([half, *(t + 1 for t in range(half, len(text) - LENGTH) if text[t] == "\n")])
    whole = np.searchsorted(ends, lines + LENGTH, "right") - np.searchsorted(starts, lines)
    start = int(lines[whole.argmax()])
    return start, min(start + LENGTH, len(text))


def _sample(name: str, concept: str, start: int, end: int) -> Sample:
    labels = CONCEPTS[concept].label(excerpt(name))[start:end]
    text = excerpt(name)[start:end]
    whole = text[: text.rfind("\n") + 1] or text
    return Sample(concept, CONCEPTS[concept].title, whole, int(np.argmax(labels > 0)), start)


def _patterns(name: str, checkpoint: Checkpoint) -> Patterns | None:
    file = f"{name}-patterns.safetensors"
    if not FOLDER.joinpath(file).exists():
        return None
    titles = {concept: one.title for concept, one in concepts_of(name).items() if one.kind == "yes or no"}
    return Patterns(text_file(file), memory(checkpoint.cell), NEAR, titles)
