"""What a person has changed on a page, from the text that its address keeps; the twin of the player's own readers.

In the text everything counts from 1. What does not fit what is shown is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rnnviz.cells import Array, Cell, Weights
from rnnviz.trace import Change, run
from rnnviz.what_if import Clamp, SetInput, SetSymbol, SetWeight, Silence

MOST_CHANGES = 50
_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,8})?", re.ASCII)
_PLACE = re.compile(r"\d{1,4}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Changeable:
    """A network over one sequence, as `rnnviz.trace.run` takes it, and what its one-hot inputs stand for."""

    cell: Cell
    weights: Weights
    inputs: Array
    input_symbols: Sequence[str] = ()

    def takes(self, change: Change) -> bool:
        """Whether a change fits."""
        try:
            run(self.cell, self.weights, self.inputs, changes=[change])
        except ValueError:
            return False
        return True


def read_changes(text: str, networks: Mapping[str, Changeable]) -> dict[str, list[Change]]:
    """The changes to each of some networks that read the same, by the names of their cells, in their order.

    The text is as the address of the page on gates keeps it: ``hold lstm f all 0.5*read 2 i``.
    """
    found: dict[str, list[Change]] = {name: [] for name in networks}
    for part in text.split("*")[:MOST_CHANGES]:
        kind, *fields = part.split(" ")
        if kind in _OF_A_CELL:
            concerned, fields = [name for name in fields[:1] if name in networks], fields[1:]
        else:
            concerned = list(networks)
        for name in concerned:
            try:
                change = {**_OF_A_CELL, **_OF_THE_INPUT}[kind](fields, networks[name])
            except (KeyError, ValueError):
                continue
            if networks[name].takes(change):
                found[name].append(change)
    return found


def _hold(fields: Sequence[str], network: Changeable) -> Change:
    letter, unit, value, *_ = fields
    if letter not in network.cell.program.targets:
        raise ValueError(letter)
    return Clamp(letter, _number(value), None if unit == "all" else _place(unit))


def _silence(fields: Sequence[str], network: Changeable) -> Change:
    return Silence(_place(fields[0] if fields else ""))


def _weight(fields: Sequence[str], network: Changeable) -> Change:
    name, index, value, *_ = fields
    return SetWeight(name, tuple(map(_place, index.split("."))), _number(value))


def _input(fields: Sequence[str], network: Changeable) -> Change:
    step, index, value, *_ = fields
    return SetInput(_place(step), _place(index), _number(value))


def _read(fields: Sequence[str], network: Changeable) -> Change:
    step, symbol, *_ = fields
    return SetSymbol(_place(step), list(network.input_symbols).index(symbol))


_Reader = Callable[[Sequence[str], Changeable], Change]
_OF_A_CELL: Mapping[str, _Reader] = {"hold": _hold, "silence": _silence, "weight": _weight}
_OF_THE_INPUT: Mapping[str, _Reader] = {"input": _input, "read": _read}


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _place(text: str) -> int:
    if not _PLACE.fullmatch(text):
        raise ValueError(text)
    return int(text) - 1


@dataclass(frozen=True)
class Meddling:
    """What a person changes about a translation, counted from 0.

    Attributes
    ----------
    looks
        By the step of the decoder, the place of the only word it looks at, or "even" for all alike.
    words
        By the place of a word, what is read instead of it; "" leaves it out.
    """

    looks: Mapping[int, int | Literal["even"]] = field(default_factory=dict)
    words: Mapping[int, str] = field(default_factory=dict)

    def read(self, source: Sequence[str]) -> dict[int, str]:
        """The words that are read, each by its place in the sentence as it was typed."""
        all_words = {place: self.words.get(place, word) for place, word in enumerate(source)}
        return {place: word for place, word in all_words.items() if word}


def read_meddling(text: str, source: Sequence[str], vocabulary: Sequence[str]) -> Meddling:
    """The changes to a translation of some words, as the address keeps them: ``look3=2;look4=even;word1=drei;word2=``.

    `vocabulary` is that of the language that is read, the end first.
    """
    looks: dict[int, int | Literal["even"]] = {}
    words: dict[int, str] = {}
    for part in text.split(";"):
        match = re.fullmatch(r"(look|word)(\d{1,2})=(.*)", part, re.ASCII)
        if match is None:
            continue
        kind, place, value = match[1], int(match[2]) - 1, match[3]
        if kind == "look" and value == "even":
            looks[place] = "even"
        elif kind == "look" and value.isdecimal() and 1 <= int(value) <= len(source):
            looks[place] = int(value) - 1
        elif kind == "word" and place < len(source) and (value == "" or value in vocabulary[1:]):
            words[place] = value
    meddling = Meddling(looks, words)
    return meddling if meddling.read(source) else Meddling()
