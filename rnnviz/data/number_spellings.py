"""The usual spellings of numbers in each language: their pieces, and which sequences of pieces say a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rnnviz.data.number_words import LANGUAGES, say, write

#: Longer words are not searched for pieces, nor longer stretches of a word for a slip.
_LONGEST_WORD, _LONGEST_SLIP = 160, 14


@dataclass(frozen=True)
class Piece:
    """What a piece of a spelling means.

    Attributes
    ----------
    value
        What it adds to a number, or multiplies it by; 0 for what only joins.
    letter
        Its kind, for the patterns of numbers: see `_letter`. "" for what may be left out, "&" for what joins, "a" for
        the article, which stands for one before a hundred or a thousand alone.
    parts
        The words of the vocabulary that say it; None for the article, which alone says nothing.
    """

    value: int
    letter: str
    parts: tuple[str, ...] | None


@dataclass(frozen=True)
class Grammar:
    """How a language spells numbers.

    Attributes
    ----------
    own
        The value of a word that is written within numbers, beside those of one word.
    also
        Other usual spellings of a number.
    below_100
        The pattern of the letters of 1 to 99.
    hundreds
        The pattern of what may stand before a hundred beside 1 to 9, as in twelve hundred.
    join, article
        The word that joins, and the article, where a language has one in its numbers.
    """

    own: Mapping[str, int]
    also: Mapping[str, int]
    below_100: str
    hundreds: str
    join: str = ""
    article: str = ""


_GRAMMARS = {
    "en": Grammar(
        own={"hundred": 100, "thousand": 1000},
        also={"nought": 0},
        below_100="[vys][1-9]?|[det]|[1-9]",
        hundreds="[vys][1-9]|[et]",
        article="a",
    ),
    "de": Grammar(
        own={"ein": 1, "hundert": 100, "tausend": 1000},
        also={"eine": 1, "zwo": 2, "fuenf": 5, "zwoelf": 12, "dreissig": 30, "fuenfzig": 50},
        below_100="(?:[1-9]&)?[vys]|[det]|[3-9]d|[1-9]",
        hundreds="[1-9]&[vys]|[et]|[3-9]d",
        join="und",
    ),
    "fr": Grammar(
        own={"vingts": 20, "cent": 100, "cents": 100, "mille": 1000},
        also={"zero": 0, "une": 1, "septante": 70, "huitante": 80, "octante": 80, "nonante": 90, "mil": 1000},
        below_100="[vy](?:&?1|[2-9])?|(?:s|4v)(?:&?[1e]|[2-9]|t|d[7-9]?)?|[et]|d[7-9]?|[1-9]",
        hundreds="[et]|d[7-9]",
        join="et",
    ),
}


def _letter(value: int) -> str:
    """The kind of a piece by its value: the digit itself, ten, eleven, a teen, a score, sixty, another ten, ..."""
    if value < 10:
        return str(value)
    kinds = {10: "d", 11: "e", 20: "v", 60: "s", 100: "h", 1000: "m"}
    return kinds.get(value, "t" if value < 20 else "y")


@cache
def pieces(language: str) -> dict[str, Piece]:
    """What each piece means of which a language makes its numbers, the longest first."""
    grammar = _GRAMMARS[language]
    one_word = {say(number, language): number for number in (*range(21), *range(30, 100, 10))}
    own = {parts[0]: number for parts, number in one_word.items() if len(parts) == 1} | dict(grammar.own)
    found = {word: Piece(number, _letter(number), (word,)) for word, number in own.items()}
    found |= {word: Piece(number, _letter(number), say(number, language)) for word, number in grammar.also.items()}
    found |= {word: Piece(0, "", ()) for word in LANGUAGES[language].silent}
    if grammar.join:
        found[grammar.join] = Piece(0, "&", (grammar.join,))
    if grammar.article:
        found[grammar.article] = Piece(1, "a", None)
    return {word: found[word] for word in sorted(found, key=len, reverse=True)}


@cache
def _numbers(language: str) -> re.Pattern[str]:
    grammar = _GRAMMARS[language]
    low = f"(?:{grammar.below_100})"
    below_1000 = f"(?:[a1-9]?h(?:&?{low})?|{low})"
    return re.compile(f"0|(?:{below_1000}|a)?m(?:&?{below_1000})?|{below_1000}|(?:{grammar.hundreds})h(?:&?{low})?")


def number_said(spelled: Sequence[str], language: str) -> int | None:
    """The number that pieces say; None where they say none.

    "Soixante dix" is 60 and 10, "quatre vingt" is 4 times 20; what stands before a hundred or a thousand multiplies it.
    """
    known = [pieces(language)[word] for word in spelled]
    if not _numbers(language).fullmatch("".join(piece.letter for piece in known)):
        return None
    thousands = rest = before = 0
    for piece in known:
        if piece.value == 1000:
            thousands, rest = max(rest, 1) * 1000, 0
        elif piece.value == 100:
            rest = max(rest, 1) * 100
        elif (before, piece.value) == (4, 20):
            rest += 4 * 20 - 4
        else:
            rest += piece.value
        before = piece.value
    return thousands + rest


def cut(word: str, language: str) -> list[str] | None:
    """The pieces of a word, each as long as it can be; None where it is not made of them."""
    return _ends(word, language).get(0)


@lru_cache(maxsize=64)
def _ends(word: str, language: str) -> dict[int, list[str]]:
    """The pieces of every end of a word that is made of them, by where it begins."""
    found: dict[int, list[str]] = {len(word): []}
    if len(word) > _LONGEST_WORD:
        return {}
    for start in reversed(range(len(word))):
        for piece in _beginning_with(word[start], language):
            if word.startswith(piece, start) and start + len(piece) in found:
                found[start] = [piece, *found[start + len(piece)]]
                break
    return found


@cache
def _beginning_with(letter: str, language: str) -> tuple[str, ...]:
    return tuple(piece for piece in pieces(language) if piece[0] == letter)


def meant(word: str, language: str) -> list[str]:
    """Numbers that a word would say but for one slip: a letter more, less, another, or two in each other's place."""
    numbers = (number_said(cut(other, language) or [], language) for other in _corrected(word, language))
    return [write(say(number, language), language) for number in sorted({one for one in numbers if one is not None})]


def _corrected(word: str, language: str) -> Iterator[str]:
    ends = _ends(word, language)
    for start in range(len(word)):
        yield word[:start] + word[start : start + 2][::-1] + word[start + 2 :]
        if cut(word[:start], language) is None:
            continue
        for end in ends:
            for piece in pieces(language) if 2 <= end - start <= _LONGEST_SLIP else ():
                if _one_letter_apart(word[start:end], piece):
                    yield word[:start] + piece + word[end:]


def _one_letter_apart(typed: str, piece: str) -> bool:
    shorter = min(len(typed), len(piece))
    same = next((place for place in range(shorter) if typed[place] != piece[place]), shorter)
    rest, wanted = typed[same:], piece[same:]
    return rest != wanted and (rest[1:] in (wanted, wanted[1:]) or rest == wanted[1:])
