"""The next character of US first names.

The names are those of the pip package ``names`` (MIT licence), which took them from the US Census of 1990.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
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
        As `fold`.
    """
    return tuple(_CODES[symbol] for symbol in (BOUNDARY, *fold(text), BOUNDARY))


def fold(text: str) -> str:
    """A name in the letters a to z: accents and strokes go, as do spaces, hyphens and apostrophes; ß is ss, æ is ae.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when no letter is left or one cannot be written so.
    """
    if text.isascii() and text.isalpha():
        return text.lower()
    folded = []
    for place, character in enumerate(_seen(_PARTING_DOT.sub("", _UNSEEN.sub("", text))), start=1):
        letters = _letters(character)
        if letters is None:
            raise ValueError(f"Character {place} of the name{_called(character)}; write the letters a to z only.")
        folded.append(letters)
    if not any(folded):
        raise ValueError("The name is empty; write at least one of the letters a to z.")
    return "".join(folded)


#: What stands between the parts of a name.
_BETWEEN = set("-'`´’‘ʼʻʹ′\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}.")
#: What is left of copying, and cannot be seen.
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]")
#: The dot that parts the two letters of a Catalan name: Gal·la.
_PARTING_DOT = re.compile("(?<=l)·(?=l)", re.IGNORECASE)
#: Letters of Latin alphabets whose name does not say which of a to z they are.
_OTHER_LETTERS = {
    "SHARP S": "ss",
    "THORN": "th",
    "ETH": "d",
    "ENG": "ng",
    "DOTLESS I": "i",
    "DOTLESS J": "j",
    "SCHWA": "e",
    "KRA": "k",
    "AFRICAN D": "d",
    "TURNED E": "e",
    "REVERSED E": "e",
    "OPEN E": "e",
    "OPEN O": "o",
}
_LATIN = re.compile(r"LATIN (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) (.+?)(?: WITH .+)?")
_JOINER = "\N{ZERO WIDTH JOINER}"
_FLAG = re.compile("[\N{REGIONAL INDICATOR SYMBOL LETTER A}-\N{REGIONAL INDICATOR SYMBOL LETTER Z}]")


def _seen(text: str) -> Iterator[str]:
    """The characters of a text as a person sees them: with their accents, and an emoji of several signs as one."""
    whole = ""
    for sign in text:
        flag = len(whole) == 1 and _FLAG.match(whole) and _FLAG.match(sign)
        belongs = unicodedata.category(sign).startswith("M") or "\U0001f3fb" <= sign <= "\U0001f3ff" or flag
        if whole and (belongs or sign == _JOINER or whole.endswith(_JOINER)):
            whole += sign
            continue
        if whole:
            yield whole
        whole = sign
    if whole:
        yield whole


def _letters(character: str) -> str | None:
    """What a character is in the letters a to z: "" for what only parts a name, None for what has no such letters."""
    name = unicodedata.name(character[0], "")
    if character in _BETWEEN or character.isspace() or name.startswith("MODIFIER LETTER"):
        return ""
    if not unicodedata.category(character[0]).startswith("L"):
        return None
    found = ""
    for sign in unicodedata.normalize("NFKD", character):
        if unicodedata.category(sign) == "Mn" or sign in _BETWEEN or sign == BOUNDARY:  # that of ŀ
            continue
        match = _LATIN.fullmatch(unicodedata.name(sign, ""))
        called = match[1] if match else ""
        if called not in _OTHER_LETTERS and not re.fullmatch("[A-Z]{1,2}", called):
            return None
        found += _OTHER_LETTERS.get(called, called.lower())
    return found


def _called(character: str) -> str:
    """What is said of a character that is no letter: how it looks, or its name where nothing is seen."""
    if character[0].isprintable() and not unicodedata.category(character[0]).startswith("M"):
        return f", “{character}”, is not known"
    name = unicodedata.name(character[0], f"U+{ord(character[0]):04X}")
    return f" cannot be seen ({name if name.startswith('U+') else name.lower()})"


def load_names() -> tuple[str, ...]:
    """The 5,163 distinct names in lower case, sorted; needs the package ``names``."""
    files = [resources.files("names").joinpath(file).read_text("ascii") for file in _FILES]
    return tuple(sorted({line.split()[0].lower() for file in files for line in file.splitlines()}))


def split(names: Sequence[str], seed: int) -> Split:
    """Shuffle the names and cut them into train (80%), validation (10%) and test (the rest)."""
    shuffled = [names[index] for index in np.random.default_rng(seed).permutation(len(names))]
    first, second = len(names) * 8 // 10, len(names) * 9 // 10
    return Split(tuple(shuffled[:first]), tuple(shuffled[first:second]), tuple(shuffled[second:]))
