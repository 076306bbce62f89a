"""What networks that write learn from: a text to learn from and one that is held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

#: What decides which documents of a corpus are held out, and how many of them: one in so many.
SPLIT_SEED, ONE_IN = 0, 12
#: How many characters an excerpt has at most, and a document in it: so that there are several.
EXCERPT, SHORT = 120_000, 16_000


@dataclass(frozen=True)
class Corpus:
    """A text in two parts.

    Attributes
    ----------
    title, source
        What it is called, and where it is from, versions included.
    training, held_out
        What is learned from, and what is never.
    """

    title: str
    source: str
    training: str
    held_out: str


def split(documents: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Documents by name to learn from and to hold out, whole ones, both in an order of chance."""
    order = [*shuffled(documents).items()]
    count = len(order) // ONE_IN
    return dict(order[count:]), dict(order[:count])


def shuffled(documents: Mapping[str, str]) -> dict[str, str]:
    """Documents by name in an order of chance, which is the same for the same names."""
    names = sorted(documents)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(names))
    return {names[place]: documents[names[place]] for place in order}


def excerpt(documents: Mapping[str, str]) -> dict[str, str]:
    """Whole documents for an excerpt: in their order, each that is short and still has room."""
    chosen: dict[str, str] = {}
    for name, document in documents.items():
        if len(document) <= SHORT and len(joined([*chosen.values(), document])) <= EXCERPT:
            chosen[name] = document
    return chosen


def joined(documents: Sequence[str]) -> str:
    """Documents as one text, an empty line after each."""
    return "\n".join(f"{document.rstrip()}\n" for document in documents)
