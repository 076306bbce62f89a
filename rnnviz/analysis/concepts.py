"""What is so at each character of a text: labels to look for in the units of a network that has read it.

A label says what a reader may know who has read up to and with its character: an opening quote is inside its string, a
closing one is not. What Python calls a string, a bracket, a keyword or a number is asked of `tokenize`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate
from keyword import kwlist
from token import tok_name
from tokenize import TokenError, generate_tokens
from typing import Literal, NamedTuple

import numpy as np

from rnnviz.cells import Array

#: What the networks that ship have learned to write.
CORPORA = ("python", "prose")


@dataclass(frozen=True)
class Concept:
    """Something that is so, or how much of it, at each character of a text.

    Attributes
    ----------
    name, title
        In code and addresses, and in prose.
    kind
        Whether a label is yes or no (1 or 0), or a number.
    sentence
        What the label of a character says.
    corpora
        The texts in which it can be looked for.
    label
        From a text the label of each character, (T,). A `ValueError` with a sentence where a text has none.
    """

    name: str
    title: str
    kind: Literal["yes or no", "number"]
    sentence: str
    corpora: tuple[str, ...]
    label: Callable[[str], Array]


class _Token(NamedTuple):
    """A piece of Python: what `token` calls it, what is written, and where it starts and ends in the text."""

    name: str
    written: str
    start: int
    end: int


#: The start of a string, after the letters that may stand before it, and what may follow a short one on its line.
_OPENED = re.compile(r"[A-Za-z]{0,2}(?P<quote>(?P<long>\"{3}|'{3})|['\"])")
_UNCLOSED = re.compile(r"(?:[^\\\n]|\\.)*\\?", re.DOTALL)
_CLOSES = {")": "(", "]": "[", "}": "{"}


def _python(text: str) -> Iterator[_Token]:
    """The tokens of a text; a string that the end of the text cuts off reaches up to there.

    Raises
    ------
    ValueError
        With a sentence, when the text is no Python.
    """
    starts = [*accumulate((len(line) + 1 for line in text.split("\n")), initial=0)]
    try:
        for token in generate_tokens(StringIO(text).readline):
            (first, column), (last, end) = token.start, token.end
            found = _Token(tok_name[token.type], token.string, starts[first - 1] + column, starts[last - 1] + end)
            if found.name == "ERRORTOKEN":
                yield _cut_off(text, found.start, first)
                return
            yield found
    except TokenError as error:
        why, (line, column) = error.args
        if "statement" not in why:  # what is cut off in a bracket has been told up to there
            yield _cut_off(text, starts[line - 1] + max(column, 0), line)
    except SyntaxError as error:
        raise ValueError(f"This is no Python: line {error.lineno} is indented as no line before it.") from error


def _cut_off(text: str, start: int, line: int) -> _Token:
    """What the end of a text leaves open from a place on, on a line that counts from 1."""
    rest = text[start:].lstrip(" \t\f")
    start = len(text) - len(rest)
    if rest in ("\\", "\\\n"):
        return _Token("OPEN LINE", rest, start, len(text))
    opened = _OPENED.match(rest)
    if opened is None:
        raise ValueError(f"This is no Python: line {line} has a sign that does not belong there.")
    if not (opened["long"] or _UNCLOSED.fullmatch(rest, opened.end())):
        raise ValueError(f"This is no Python: line {line} opens a string that is not closed.")
    return _Token("OPEN STRING", rest, start, len(text))


def _whole_strings(tokens: Iterator[_Token]) -> Iterator[_Token]:
    """The same tokens, with a string that newer versions of `tokenize` take to pieces as one."""
    opened: list[int] = []
    for token in tokens:
        if token.name.endswith("STRING_START"):
            opened.append(token.start)
        elif token.name.endswith("STRING_END"):
            start = opened.pop()
            if not opened:
                yield token._replace(name="STRING", start=start)
        elif token.name == "OPEN STRING" and opened:
            yield token._replace(start=opened[0])
        elif not opened:
            yield token


def _spans(text: str) -> list[_Token]:
    return list(_whole_strings(_python(text)))


def _marked(text: str, spans: Iterator[tuple[int, int]]) -> Array:
    labels = np.zeros(len(text))
    for start, end in spans:
        labels[start:end] = 1.0
    return labels


def _strings(text: str) -> Iterator[tuple[int, int]]:
    """From the first quote of each string up to its last, which is not inside any more."""
    for token in _spans(text):
        if token.name in ("STRING", "OPEN STRING"):
            opened = _OPENED.match(text, token.start)
            yield (opened.start("quote") if opened else token.start), token.end - (token.name == "STRING")


def _in_string(text: str) -> Array:
    return _marked(text, _strings(text))


def _depth(text: str) -> Array:
    """How many brackets are open after each character."""
    depths, opened, last = np.zeros(len(text)), list[str](), 0
    for token in _spans(text):
        if token.name != "OP" or token.written not in "()[]{}":
            continue
        depths[last : token.start], last = len(opened), token.start
        if token.written in _CLOSES:
            if not opened or opened.pop() != _CLOSES[token.written]:
                line = text.count("\n", 0, token.start) + 1
                raise ValueError(f"This is no Python: line {line} closes a bracket that is not open.")
        else:
            opened.append(token.written)
    depths[last:] = len(opened)
    return depths


def _in_brackets(text: str) -> Array:
    return np.minimum(_depth(text), 1.0)


def _named(name: str, written: Callable[[str], bool]) -> Callable[[str], Array]:
    def label(text: str) -> Array:
        return _marked(
            text, ((one.start, one.end) for one in _spans(text) if one.name == name and written(one.written))
        )

    return label


def _runs(text: str, counts: Callable[[str], bool]) -> Array:
    """At each character how many up to it count in a row."""
    lengths = accumulate((counts(character) for character in text), lambda run, more: (run + 1) * more, initial=0)
    return np.array([*lengths][1:], dtype=np.float64)


def _column(text: str) -> Array:
    """The place of each character in its line, from 1; the end of a line is the last of its own."""
    places = accumulate(text, lambda run, before: (0 if before == "\n" else run) + 1, initial=1)
    return np.array([*places][: len(text)], dtype=np.float64)


def _indentation(text: str) -> Array:
    """With how many spaces each character's line has begun, as far as it has been read."""
    spaces = [np.minimum(_column(line), len(line) - len(line.lstrip(" "))) for line in StringIO(text)]
    return np.concatenate([np.zeros(0), *spaces])


def _after_capital(text: str) -> Array:
    return np.array([before.isupper() for before in ("\n" + text)[: len(text)]], dtype=np.float64)


#: A line of capitals alone after an empty one: GLOUCESTER.
_SPEAKER = re.compile(r"(?:(?<=\n\n)|\A)[A-Z][A-Z .,'-]*(?=\n)")


def _speaker(text: str) -> Array:
    return _marked(text, (line.span() for line in _SPEAKER.finditer(text)))


def _direction(text: str) -> Array:
    """From each square bracket that opens up to the next that closes."""
    inside = accumulate(text, lambda before, sign: sign == "[" or (before and sign != "]"), initial=False)
    return np.array([*inside][1:], dtype=np.float64)


def _vowel(text: str) -> Array:
    return np.array([character in "aeiouAEIOU" for character in text], dtype=np.float64)


#: All that can be looked for, by name.
CONCEPTS: Mapping[str, Concept] = {
    concept.name: concept
    for concept in (
        Concept(
            "string", "Inside a string", "yes or no",
            "From the opening quote of a string up to the character before its closing quote.",
            ("python",), _in_string,
        ),
        Concept(
            "brackets", "Inside brackets", "yes or no",
            "From an opening bracket, round, square or curly, up to the character before the one that closes it.",
            ("python",), _in_brackets,
        ),
        Concept(
            "depth", "Bracket depth", "number",
            "How many brackets are open after the character.",
            ("python",), _depth,
        ),
        Concept(
            "indentation", "Indentation", "number",
            "With how many spaces the character's line has begun, as far as it has been read.",
            ("python",), _indentation,
        ),
        Concept(
            "column", "Column", "number",
            "The place of the character in its line, counted from 1.",
            CORPORA, _column,
        ),
        Concept(
            "keyword", "In a keyword", "yes or no",
            "Every letter of Python's own words, such as for, return and None.",
            ("python",), _named("NAME", kwlist.__contains__),
        ),
        Concept(
            "number", "In a number", "yes or no",
            "Every character of a number that is written out, such as 12 or 1e-9.",
            ("python",), _named("NUMBER", bool),
        ),
        Concept(
            "direction", "In a stage direction", "yes or no",
            "From an opening square bracket up to the character before the one that closes it.",
            ("prose",), _direction,
        ),
        Concept(
            "speaker", "In a speaker's name", "yes or no",
            "Every character of a line of capitals alone that follows an empty line.",
            ("prose",), _speaker,
        ),
        Concept(
            "word", "Place in the word", "number",
            "Which letter of its word the character is, counted from 1; 0 for what is no letter.",
            CORPORA, lambda text: _runs(text, str.isalpha),
        ),
        Concept(
            "vowel", "A vowel", "yes or no",
            "Whether the character is one of a, e, i, o and u, small or capital.",
            CORPORA, _vowel,
        ),
        Concept(
            "capital", "After a capital", "yes or no",
            "Whether the character before is a capital letter.",
            CORPORA, _after_capital,
        ),
    )
}  # fmt: skip


def concepts_of(corpus: str) -> dict[str, Concept]:
    """What can be looked for in the texts of a corpus, by name."""
    return {name: concept for name, concept in CONCEPTS.items() if corpus in concept.corpora}
