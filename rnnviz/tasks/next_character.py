"""The next character of US first names."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.names import VOCABULARY, Split, encode, load_names, split
from rnnviz.tasks.ngram import NGram
from rnnviz.tasks.task import Baseline, Examples, Floats, Metric, Task, one_hot

SPLIT_SEED = 0
NGRAM_ORDER = 4

#: How well what comes next is guessed: the mean of -log2 of the probability that each character had.
BITS_PER_CHARACTER = Metric("bits", "Bits per character", "smaller")

_PADDING = len(VOCABULARY)


class _Names(NamedTuple):
    """Names as codes, (longest name + 2, names), padded after the end; and how many symbols of each are predicted."""

    codes: NDArray[np.int64]
    lengths: NDArray[np.int64]


def draw(random: np.random.Generator, length: int, count: int) -> Examples:
    """Names picked at random, whatever `length` is."""
    names = _training()
    return _examples(names, random.integers(0, len(names.lengths), count))


def held_out(random: np.random.Generator, length: int, count: int) -> Examples:
    """Names kept for validation in random order; none twice before all have come."""
    names = _validation()
    return _examples(names, np.resize(random.permutation(len(names.lengths)), count))


def bits_per_character(outputs: Floats, examples: Examples) -> float:
    """The mean of -log2 of the probability given to each character, the end of the name included."""
    logits, right = outputs[examples.scored].astype(np.float64), examples.targets[examples.scored]
    logits -= logits.max(axis=-1, keepdims=True)
    nats = np.log(np.exp(logits).sum(axis=-1)) - logits[np.arange(len(right)), right]
    return float(np.mean(nats)) / math.log(2)


@cache
def ngram_bits() -> float:
    """Bits per character of the n-gram on all names kept for validation."""
    parts = _split()
    ngram = NGram(map(encode, parts.train), len(VOCABULARY), NGRAM_ORDER)
    return ngram.bits_per_symbol(map(encode, parts.validation))


@cache
def _split() -> Split:
    return split(load_names(), SPLIT_SEED)


@cache
def _training() -> _Names:
    return _padded(_split().train)


@cache
def _validation() -> _Names:
    return _padded(_split().validation)


def _padded(names: Iterable[str]) -> _Names:
    rows = [encode(name) for name in names]
    codes = np.full((max(map(len, rows)), len(rows)), _PADDING)
    for column, row in enumerate(rows):
        codes[: len(row), column] = row
    return _Names(codes, np.array([len(row) - 1 for row in rows]))


def _examples(names: _Names, picked: NDArray[np.int64]) -> Examples:
    lengths = names.lengths[picked]
    steps = lengths.max()
    codes = names.codes[: steps + 1, picked]
    mask = np.arange(steps)[:, None] < lengths
    read, predicted = np.where(mask, codes[:-1], _PADDING), np.where(mask, codes[1:], 0)
    return Examples(one_hot(read, len(VOCABULARY)), predicted, mask)


NAMES = Task(
    name="names",
    title="Names",
    asks="Character by character through a first name: which comes next, or does the name end?",
    source="5,163 distinct US first names of the 1990 census, from the package names (MIT licence)",
    inputs=VOCABULARY,
    one_hot=True,
    outputs=VOCABULARY,
    metric=BITS_PER_CHARACTER,
    lengths=(1, 1, 1),
    length_title="Names decide the length",
    draw=draw,
    held_out=held_out,
    score=bits_per_character,
    chance=lambda length: math.log2(len(VOCABULARY)),
    chance_loss=lambda length: math.log(len(VOCABULARY)),
    baseline=Baseline(f"{NGRAM_ORDER}-gram", lambda length: ngram_bits()),
    both_directions=False,
    steps=2000,
)
