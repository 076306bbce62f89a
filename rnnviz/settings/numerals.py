"""Numbers in a text, in the ways in which people write them: every series that it can be read as.

A comma may stand between two numbers, before decimals or between thousands; a point and a space have two meanings each.
A text is read by each custom. Whoever asks decides whether what is found is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Numbers = tuple[float, ...]

#: So many numbers of a reading are quoted.
_QUOTED = 6

_DASHES = "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{MINUS SIGN}\N{SMALL HYPHEN-MINUS}"
_UNSEEN = "\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}\N{LEFT-TO-RIGHT MARK}"
#: Signs that mean the same as one that is read; what cannot be seen parts numbers as a space does.
_SAME = (
    dict.fromkeys(map(ord, f"{_DASHES}\N{FULLWIDTH HYPHEN-MINUS}"), "-")
    | {0xFEE0 + ord(sign): sign for sign in "0123456789+.;"}
    | dict.fromkeys(map(ord, "\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}"), ", ")
    | dict.fromkeys(map(ord, _UNSEEN), " ")
)
_RAISED = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
#: As pages write powers of ten: 1.8·10⁻⁶, and 10⁻⁶ alone.
_TIMES_POWER = re.compile(r"(?<=\d)\s*[·×]\s*10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_POWER = re.compile(r"(?<![\d.,])10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_APOSTROPHE = re.compile(r"(?<=\d)['’](?=\d{3}(?!\d))")

_EXPONENT = r"(?:[eE][+-]?\d+)?"
#: The forms of a number; one in groups of thousands has three of them at most.
_WHOLE = re.compile(rf"[+-]?\d+{_EXPONENT}", re.ASCII)
_POINT = re.compile(rf"[+-]?(?:\d+\.?\d*|\.\d+){_EXPONENT}", re.ASCII)
_COMMA = re.compile(rf"[+-]?\d*,\d+{_EXPONENT}", re.ASCII)
_COMMA_GROUPS = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:,\d{{3}}){{1,2}}(?:\.\d*)?{_EXPONENT}", re.ASCII)
_POINT_GROUPS = re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:\.\d{{3}}){{1,2}}(?:,\d+)?{_EXPONENT}", re.ASCII)
#: A space within a line and a cell of a table, and one that keeps what stands about it together; a space that parts.
_SPACE, _TYING = r"[^\S\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]", "[\u00a0\u2007\u2009\u202f]"
_PARTING_SPACE = re.compile(rf"(?<![\s,;]){_SPACE}+(?![\s,;])")


def _grouped(space: str) -> re.Pattern[str]:
    """A number with such spaces between its thousands."""
    return re.compile(rf"(?<![0-9.])(?<![0-9]{space})[1-9][0-9]{{0,2}}(?:{space}[0-9]{{3}}){{1,2}}(?!{space}?[0-9])")


_SPACE_GROUPS, _TIED_GROUPS = _grouped(_SPACE), _grouped(_TYING)
#: Three digits that begin with 0 after others are thousands, if they are no number of their own.
_ZERO_LED = re.compile(rf"[0-9]{_SPACE}0[0-9][0-9](?![0-9.,])")
_SEVERAL_GROUPS = re.compile(rf"(?<![0-9.,])[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+(?![0-9.,])")
#: The full stop of a sentence that ends in a number.
_FULL_STOP = re.compile(r"(?<=[0-9])\.(?=[\s;]*$)")
#: Points part thousands only where something shows it: two in one number, or a comma before decimals.
_POINTS_PART = re.compile(r"\.\d{3}\.\d{3}|\d,\d")


@dataclass(frozen=True)
class _Custom:
    """A way to write numbers: what parts them, and their forms, each with the signs of thousands and of decimals."""

    gap: re.Pattern[str]
    forms: tuple[tuple[re.Pattern[str], str, str], ...]

    def read(self, text: str) -> Numbers | None:
        """The numbers of a text; None where something in it is none."""
        values = [self._value(part) for part in self.gap.split(text) if part]
        return None if None in values or not values else tuple(value for value in values if value is not None)

    def _value(self, part: str) -> float | None:
        for form, thousands, decimals in self.forms:
            if form.fullmatch(part):
                return float((part.replace(thousands, "") if thousands else part).replace(decimals, "."))
        return None

    def ways(self, text: str) -> set[str]:
        """By which signs numbers are parted: any of a comma, a semicolon, and a space where it stands alone."""
        return {sign for gap in self.gap.findall(text) for sign in (set(gap) & {",", ";"} or {" "})}


_EVERY_COMMA = re.compile(r"[\s,;]+")
#: A comma before a digit belongs to the number, unless another stands before it.
_LOOSE_COMMA = re.compile(r"(?:[\s;]|,(?!\d)|(?<=,),)+")
_POINT_DECIMALS = (_POINT, "", ".")
_COMMA_DECIMALS = (_COMMA, "", ",")
_CUSTOMS = (
    _Custom(_EVERY_COMMA, (_POINT_DECIMALS,)),
    _Custom(_LOOSE_COMMA, (_POINT_DECIMALS, _COMMA_DECIMALS)),
    _Custom(_LOOSE_COMMA, ((_COMMA_GROUPS, ",", "."), _POINT_DECIMALS)),
)
_POINTS_PART_THOUSANDS = _Custom(_LOOSE_COMMA, ((_POINT_GROUPS, ".", ","), _COMMA_DECIMALS, (_WHOLE, "", ".")))


def readings(text: str) -> list[Numbers]:
    """Every series that a text can be read as, each once; none where it is not of numbers alone.

    Where numbers can be parted in one way, by commas, by semicolons or by spaces, readings that part them in several do
    not count: “0,5; 1,2” is two numbers. Sizes are not bounded.
    """
    found = list(_read(plainly(text)))
    alike = [numbers for numbers, ways in found if len(ways) < 2]
    return list(dict.fromkeys(alike or [numbers for numbers, _ in found]))


def _read(text: str) -> Iterator[tuple[Numbers, set[str]]]:
    """Each reading of a text in plain signs, with the ways in which it parts numbers."""
    spaced, tied = (
        groups.sub(lambda number: re.sub(_SPACE, "", number[0]), text) for groups in (_SPACE_GROUPS, _TIED_GROUPS)
    )
    several = _SEVERAL_GROUPS.sub(lambda number: re.sub(_SPACE, "", number[0]), text)
    others = (text if _PARTING_SPACE.search(spaced) else spaced, several if _ZERO_LED.search(text) else text)
    for one in dict.fromkeys([text, tied, *others]):
        for custom in (*_CUSTOMS, *([_POINTS_PART_THOUSANDS] if _POINTS_PART.search(one) else [])):
            numbers = custom.read(one)
            if numbers is not None:
                yield numbers, custom.ways(one)


def plainly(text: str) -> str:
    """A text with one sign for each meaning, its powers of ten as exponents."""
    timed = _TIMES_POWER.sub(lambda power: f"e{power[1].translate(_RAISED)}", text)
    powers = _POWER.sub(lambda power: f"1e{power[1].translate(_RAISED)}", timed)
    return _FULL_STOP.sub("", _APOSTROPHE.sub("", powers.translate(_SAME)).strip())


def parts(text: str) -> list[str]:
    """What stands between the commas, semicolons and spaces of a text in plain signs."""
    return [part for part in _EVERY_COMMA.split(text) if part]


def is_number(part: str) -> bool:
    """Whether a part is a number, with a point before its decimals."""
    return _POINT.fullmatch(part) is not None


def written(numbers: Iterable[float]) -> str:
    """Numbers in a way that has no other reading."""
    return "; ".join(repr(number).removesuffix(".0") for number in numbers)


def ambiguous(quoted: str, found: Sequence[Numbers]) -> str:
    """A sentence, without its full stop, about a text with several readings: each as it can be written instead."""
    listed = [f"“{written(numbers[:_QUOTED])}{'; …' * (len(numbers) > _QUOTED)}”" for numbers in found]
    return f"“{quoted}” can be read as {', '.join(listed[:-1])} or {listed[-1]}; write the one that is meant"
