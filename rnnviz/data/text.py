"""Text as the networks that write read it: character by character, each one of an alphabet or unknown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: What the networks that ship know: the end of a line and every printable character of ASCII. A place is a code.
ALPHABET = ("\n", *map(chr, range(32, 127)))

#: What is read before a text, so that its first character is predicted too: a line has ended.
BEGINNING = "\n"


def encode(text: str, alphabet: Sequence[str] = ALPHABET) -> NDArray[np.int64]:
    """The code of each character, (T,); of one that the alphabet has not ``len(alphabet)``, which reads as zeros."""
    codes = {character: code for code, character in enumerate(alphabet)}
    return np.array([codes.get(character, len(alphabet)) for character in text], dtype=np.int64)
