"""The next character of US first names.

The names are those of the pip package ``names`` (MIT licence), which took them from the US Census of 1990.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from importlib import resources
from typing import NamedTuple

import numpy as np

#: Stands before the first character of a name and after its last.
BOUNDARY = "·"

#: The symbols a network reads and predicts; a symbol's index is its code.
VOCABULARY = (BOUNDARY, *string.ascii_lowercase)

_CODES = {symbol: code for code, symbol in enumerate(VOCABULARY)}
_FILES = ("dist.male.first", "dist.female.first")


class Split(NamedTuple):
    """Names to learn from, to choose settings by, and to report once."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]


def encode(text: str) -> tuple[int, ...]:
    """The codes of a name with the boundary at both ends; ``codes[:-1]`` is read, ``codes[1:]`` predicted.

    Raises
    ------
    ValueError
        When the text is empty or holds anything but the letters a to z; upper case is taken as lower case.
    """
    if not text:
        raise ValueError("The name is empty; write at least one of the letters a to z.")
    for place, character in enumerate(text, start=1):
        # Before lowering: "İ".lower() is two characters, and the Kelvin sign's is a plain "k".
        if character not in string.ascii_letters:
            raise ValueError(
                f"Character {place} of the name, {character!r}, is not known; write the letters a to z only."
            )
    return tuple(_CODES[symbol] for symbol in (BOUNDARY, *text.lower(), BOUNDARY))


def load_names() -> tuple[str, ...]:
    """The 5,163 distinct names in lower case, sorted; needs the package ``names``."""
    files = [resources.files("names").joinpath(file).read_text("ascii") for file in _FILES]
    return tuple(sorted({line.split()[0].lower() for file in files for line in file.splitlines()}))


def split(names: Sequence[str], seed: int) -> Split:
    """Shuffle the names and cut them into train (80%), validation (10%) and test (the rest)."""
    shuffled = [names[index] for index in np.random.default_rng(seed).permutation(len(names))]
    first, second = len(names) * 8 // 10, len(names) * 9 // 10
    return Split(tuple(shuffled[:first]), tuple(shuffled[first:second]), tuple(shuffled[second:]))
