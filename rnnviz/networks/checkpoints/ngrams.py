"""The n-gram that stands beside each network that writes, counted on the same text: ``python.ngram`` beside ``python``.

Its file holds the n-grams of the highest order and their counts, from which all else follows: see `rnnviz.tasks.leb128`
for how they are packed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rnnviz.networks import checkpoints
from rnnviz.tasks.kneser_ney import KneserNey

#: How many symbols an n-gram that ships has.
ORDER = 5

_FOLDER = checkpoints.shipped("text")


@dataclass(frozen=True, eq=False)
class NgramCheckpoint:
    """An n-gram that ships, with its card."""

    model: KneserNey
    card: Mapping[str, Any]


def stem(network: str) -> str:
    """What the files of the n-gram beside a network are called."""
    return f"{network}.ngram"


def save_ngram(network: str, model: KneserNey, card: Mapping[str, Any]) -> None:
    """Write the n-gram beside a network; its card says the `vocabulary` and the rest of what every card says."""
    recipe = {"smoothing": "interpolated Kneser-Ney, modified", "order": len(model.orders)}
    checkpoints.save(_FOLDER, stem(network), model.arrays, {"recipe": recipe, "entries": model.entries, **card})


@lru_cache(maxsize=2)
def load_ngram(network: str) -> NgramCheckpoint:
    """The n-gram beside a network.

    Raises
    ------
    FileNotFoundError
        When there is none.
    ValueError
        When its file cannot be read.
    """
    card = checkpoints.read_card(_FOLDER, stem(network))
    arrays = checkpoints.read_arrays(_FOLDER, stem(network))
    return NgramCheckpoint(KneserNey.of(arrays, len(card["vocabulary"]), card["recipe"]["order"]), card)
