"""Numbers in a column of a table: every custom by which all of its cells can be read, and the cell that cannot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.units import parted

#: The largest number, up or down, that a series may hold.
LARGEST_NUMBER = 1e12
#: No number is longer, whatever stands beside it.
LONGEST_CELL = 200
#: What stands where nothing was measured, in small letters.
MISSING = frozenset(
    (
        *("", "-", "--", "---", "?", ".", "..", "...", "*", "nan", "na", "n/a", "n.a.", "#n/a", "null", "none", "nil"),
        *("nd", "missing", "nat", "<na>", "\\n", "#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!"),
        *("1.#qnan", "-1.#ind"),
    )
)
_INFINITE = re.compile(r"[+-]?(?:inf|infinity|∞|1\.#inf)", re.IGNORECASE)
_FORMULA = re.compile(r"[=@].+|[+-]\s*[A-Za-z(].*", re.DOTALL)
_SIGNS = (
    dict.fromkeys(map(ord, "‐‑‒–−﹣－"), "-")
    | dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
    | dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u200e\u200f"), None)
    | dict.fromkeys(map(ord, "’‘´`"), "'")
)
#: A loss in brackets, as accounts write it.
_LOSS = re.compile(r"\((.*)\)")
#: Before an exponent, a digit that is not 0.
_NOT_ZERO = re.compile(r"[^eE]*[1-9]")
_EXPONENT = r"(?:[eE][+-]?\d{1,3})?"


@dataclass(frozen=True)
class Custom:
    """A way to write numbers: what stands between thousands, "" for nothing, and before decimals."""

    thousands: str
    decimals: str

    @cached_property
    def form(self) -> re.Pattern[str]:
        """What a number looks like."""
        part, point = re.escape(self.thousands), re.escape(self.decimals)
        groups = rf"[1-9]\d{{0,2}}(?:{part}\d{{3}})+|[1-9]\d?(?:{part}\d\d)+{part}\d{{3}}|" if self.thousands else ""
        return re.compile(rf"[+-]?(?:(?:{groups}\d+)(?:{point}\d*)?|{point}\d+){_EXPONENT}", re.ASCII)

    @property
    def in_words(self) -> str:
        """The number one thousand two hundred thirty-four and a half."""
        return f"1{self.thousands}234{self.decimals}5"

    def value(self, cell: str) -> float:
        """The number that a cell is, which has this form."""
        bare = cell.replace(self.thousands, "") if self.thousands else cell
        return float(bare.replace(self.decimals, "."))


CUSTOMS = tuple(
    Custom(thousands, decimals) for thousands in ("", ",", ".", " ", "'") for decimals in ".," if thousands != decimals
)


def _written(cell: str) -> tuple[str, str]:
    """A number as a cell writes it, with one sign for each meaning, and its unit; nothing of one that is too long."""
    if len(cell) > LONGEST_CELL:
        return "", ""
    plain = cell.translate(_SIGNS).strip()
    if loss := _LOSS.fullmatch(plain):
        plain = f"-{loss[1].strip()}"
    number, unit = parted(plain)
    return number.strip(), unit


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing was measured."""
    return len(cell) <= LONGEST_CELL and cell.translate(_SIGNS).strip().casefold() in MISSING


def looks_like_number(cell: str) -> bool:
    """Whether a cell is meant as a number, by some custom or without end; nothing measured is none."""
    plain = _written(cell)[0]
    return any(custom.form.fullmatch(plain) for custom in CUSTOMS) or _INFINITE.fullmatch(plain) is not None


def readings(cells: Sequence[str]) -> dict[Custom, NDArray[np.float64]]:
    """The numbers of a column by every custom in which all of them can be read; nan where nothing was measured.

    Customs by which they are the same numbers are one.

    Raises
    ------
    BadCellError
        With the place of the first cell that cannot be read as most are, or is too near to 0 to be told from it.
    """
    given = [None if is_missing(cell) else _written(cell)[0] for cell in cells]
    found: dict[bytes, tuple[Custom, NDArray[np.float64]]] = {}
    for custom in CUSTOMS:
        form = custom.form
        if all(cell is None or form.fullmatch(cell) for cell in given):
            numbers = np.array([np.nan if cell is None else custom.value(cell) for cell in given])
            _check_vanished(numbers, given)
            found.setdefault(numbers.tobytes(), (custom, numbers))
    if not found:
        raise BadCellError(*_misfit(cells, given))
    return dict(found.values())


def unit_of(cells: Sequence[str]) -> str:
    """The unit that stands beside the numbers of a column; "" where none does.

    Raises
    ------
    BadCellError
        With the place of the first number that has another unit than most, or none where most have one.
    """
    units = {place: _written(cell)[1] for place, cell in enumerate(cells) if not is_missing(cell)}
    if not units:
        return ""
    usual = Counter(units.values()).most_common(1)[0][0]
    other = next((place for place, unit in units.items() if unit != usual), None)
    if other is None:
        return usual
    if not usual:
        raise BadCellError(other, "has a unit, and most numbers of the column have none: write all in one way")
    has = f"is in {units[other]}" if units[other] else "has no unit"
    raise BadCellError(other, f"{has}, and most numbers of the column are in {usual}: write all in one unit")


def _check_vanished(numbers: NDArray[np.float64], given: Sequence[str | None]) -> None:
    """Refuse what is written as another number than 0 and so near to it that a computer holds 0."""
    for place in np.flatnonzero(numbers == 0).tolist():
        if _NOT_ZERO.match(given[place] or ""):
            raise BadCellError(place, "is too near to 0 to be told from it; 0 itself is accepted")


def check_size(numbers: NDArray[np.float64]) -> None:
    """Refuse a number that is too large.

    Raises
    ------
    BadCellError
        With the place of the first.
    """
    if (large := np.flatnonzero(np.abs(numbers) > LARGEST_NUMBER)).size:
        raise BadCellError(int(large[0]), f"is too large: numbers up to {LARGEST_NUMBER:,.0f} are accepted")


class BadCellError(ValueError):
    """A cell that cannot be read: its place in its column, from 0, and why, as the end of a sentence about it."""

    def __init__(self, place: int, why: str) -> None:
        super().__init__(why)
        self.place, self.why = place, why


def _misfit(cells: Sequence[str], given: Sequence[str | None]) -> tuple[int, str]:
    """The first cell that cannot be read by the custom by which most can, and why not."""
    bad = {
        custom: [place for place, cell in enumerate(given) if cell is not None and not custom.form.fullmatch(cell)]
        for custom in CUSTOMS
    }
    custom = min(bad, key=lambda one: len(bad[one]))
    place = bad[custom][0]
    cell = given[place] or ""
    if len(cells[place]) > LONGEST_CELL:
        return place, f"is too long to be a number: cells of numbers have up to {LONGEST_CELL} characters"
    if _INFINITE.fullmatch(cell):
        return place, "is not finite: only numbers that can be measured are accepted, and an empty cell for none"
    if _FORMULA.fullmatch(cell):
        return place, "is a formula or a text: nothing is worked out here; the number itself is accepted"
    if looks_like_number(cell):
        return place, f"is written in another way than most numbers of the column, which are as {custom.in_words}"
    return place, f"is no number; numbers such as {custom.in_words} are accepted, and an empty cell or NaN for none"
