"""Numerals that a person types. One that can be read in two ways is refused with both."""

from __future__ import annotations

import re

from rnnviz.data.number_words import LANGUAGES, LARGEST

#: What each language parts thousands by, where that is a sign: French leaves a gap.
_MARKS = {"en": ",", "de": "."}
_MARK_NAMES = {",": "comma", ".": "point"}
_MINUS = "-−‐–"
_SIGN = re.compile(rf"^[{_MINUS}+]")
#: Digits alone, or with gaps or apostrophes before every three of them.
_WHOLE = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?:(?:\s[0-9]{3})+|(?:['’][0-9]{3})+)")
#: Digits with commas or points before every three of them.
_MARKED = re.compile(r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:\.[0-9]{3})+)")
#: A numeral that has a fraction in any case.
_FRACTION = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:[\s'’,.][0-9]{3})+)?[.,][0-9]+")
_MOST_DIGITS = 40


def read_numeral(typed: str, language: str, *, example: str) -> tuple[int, str]:
    """The number that a numeral is, and a sentence that says how it was read where that is not plain, or "".

    Parameters
    ----------
    typed
        What holds a digit or another sign for a number, without spaces around it.
    example
        What may be typed instead, for a refusal: "such as ...".

    Raises
    ------
    ValueError
        With a sentence that says what cannot be read, or both ways to read it.
    """
    shown, title = shortened(typed), LANGUAGES[language].title
    if strange := [sign for sign in typed if sign.isnumeric() and sign not in "0123456789"]:
        raise ValueError(f"Only the digits 0 to 9 can be read, not “{strange[0]}”; type a number {example}.")
    body = " ".join(_SIGN.sub("", typed, count=1).split())
    marked = _MARKED.fullmatch(body)
    if not marked and not _WHOLE.fullmatch(body):
        if _FRACTION.fullmatch(body):
            raise ValueError(f"“{shown}” is no whole number; type a number from 0 to {LARGEST:,}, {example}.")
        raise ValueError(f"“{shown}” is no numeral that can be read; type a number in {title} words, {example}.")
    digits = re.sub("[^0-9]", "", body)
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"Numbers from 0 to {LARGEST:,} can be said here, not one of {len(digits)} digits.")
    number = int(digits)
    if typed[0] in _MINUS and number:
        raise ValueError(f"Numbers from 0 to {LARGEST:,} can be said here, not {shown}.")
    if not marked or number > LARGEST:
        return number, ""
    mark = "," if "," in body else "."
    if mark != _MARKS.get(language):
        whole = body.partition(mark)[0]
        raise ValueError(
            f"“{shown}” can be read as {number} or as {whole} and a fraction; type {number} if that is what you mean."
        )
    return number, f"“{shown}” was read as {number}: in {title} a {_MARK_NAMES[mark]} parts thousands."


def shortened(text: str) -> str:
    """As much of what was typed as stands in a sentence."""
    return text if len(text) <= 40 else f"{text[:39]}…"
