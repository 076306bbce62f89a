"""What a person types for a number, in words or digits, read in English, German or French.

Every usual spelling of a number is read as the words that `rnnviz.data.number_words.say` gives it. Words that say no
number are read one by one: a network translates those, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rnnviz.data.number_spellings import cut, meant, number_said, pieces
from rnnviz.data.number_words import LANGUAGES, LARGEST, MOST_WORDS, say, write
from rnnviz.data.numerals import read_numeral, shortened

#: What may stand around a number: spaces, quotes, brackets, the end of a sentence.
_AROUND = " \t\r\n\v\f\u00a0\u3000\"'“”„‚‘’«»‹›()[]{},;:"
_FEW_DIGITS = re.compile("[0-9]{1,3}", re.ASCII)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class Understood:
    """What was read of a text.

    Attributes
    ----------
    parts
        Words of the language's vocabulary.
    number
        The number that they say; None where they say none.
    note
        A sentence that says how the text was read, where it is spelled in another way; "" where it is not.
    """

    parts: tuple[str, ...]
    number: int | None
    note: str = ""


def understand(text: str, language: str) -> Understood:
    """Read what a person typed: words, or a numeral, which is said first.

    Raises
    ------
    ValueError
        With a sentence that names what cannot be read and what is accepted, or both ways to read it.
    """
    typed = _folded(text)
    title, example = LANGUAGES[language].title, _example(language)
    if not typed:
        raise ValueError(f"Type a number in {title} words, {example}.")
    typed = _in_words(typed, language)
    if any(character.isnumeric() for character in typed):
        number, note = read_numeral(typed, language, example=example)
        return Understood(say(number, language), number, note)
    spelled = _spelled(typed, language, example)
    if not spelled:
        raise ValueError(f"“{shortened(text)}” holds no number word; type a number in {title}, {example}.")
    found = _said(spelled, language, example)
    if len(found.parts) > MOST_WORDS:
        raise ValueError(f"That is {len(found.parts)} words; at most {MOST_WORDS} can be read.")
    if "".join(spelled) == "".join(found.parts):
        return found
    note = f"“{shortened(' '.join(text.split()))}” was read as “{write(found.parts, language)}”."
    return Understood(found.parts, found.number, note)


def read(text: str, language: str) -> tuple[str, ...]:
    """The words that are read of a text; raises what `understand` raises."""
    return understand(text, language).parts


def number_of(text: str, language: str) -> int | None:
    """The number that a text says in a language; None where it says none."""
    try:
        return understand(text, language).number
    except ValueError:
        return None


@cache
def _example(language: str) -> str:
    return f"such as “{write(say(97_412, language), language)}” or 97412"


def _folded(text: str) -> str:
    """Small letters, composed; ASCII for its full-width twins; nothing that cannot be seen."""
    composed = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    seen = "".join(sign for sign in composed if unicodedata.category(sign) != "Cf")
    return seen.strip(_AROUND).lower()


def _in_words(typed: str, language: str) -> str:
    """A text of words with the numerals in it in words, too: 5 thousand is five thousand."""
    words = typed.split()
    if not any(word.isalpha() for word in words):
        return typed
    known = [write(say(int(word), language), language) if _FEW_DIGITS.fullmatch(word) else word for word in words]
    return " ".join(known)


def _spelled(typed: str, language: str, example: str) -> list[str]:
    """The pieces of all words, but for those that may be left out."""
    found: list[str] = []
    for word in filter(None, re.split(r"[\s,\-‐-―−]+", typed.rstrip(".!?"))):
        made_of = cut(word, language)
        if made_of is None:
            raise ValueError(_unknown(word, language, example))
        found += [piece for piece in made_of if pieces(language)[piece].parts != ()]
    return found


def _said(spelled: Sequence[str], language: str, example: str) -> Understood:
    number = number_said(spelled, language)
    if number is not None:
        return Understood(say(number, language), number)
    parts: list[str] = []
    for piece in spelled:
        own = pieces(language)[piece].parts
        if own is None:
            raise ValueError(_unknown(piece, language, example))
        parts += own
    return Understood(tuple(parts), None)


def _unknown(word: str, language: str, example: str) -> str:
    title, shown = LANGUAGES[language].title, shortened(word)
    at_home = [other.title for code, other in LANGUAGES.items() if code != language and _is_at_home(word, code)]
    if at_home:
        return (
            f"“{shown}” is no {title} number word up to {LARGEST:,} (it is one in {' and '.join(at_home)}); type a "
            f"number in {title} words, {example}."
        )
    if slips := meant(word, language):
        likely = " or ".join(f"“{one}”" for one in slips[:3])
        return f"“{shown}” is no {title} number word up to {LARGEST:,}; did you mean {likely}?"
    return f"“{shown}” is no {title} number word up to {LARGEST:,}; type a number in {title} words, {example}."


def _is_at_home(word: str, language: str) -> bool:
    made_of = cut(word, language)
    return made_of is not None and all(pieces(language)[piece].parts for piece in made_of)
