"""Numbers in a column of a table: every custom by which all of its cells can be read, and the cell that cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

#: The largest number, up or down, that a series may hold.
LARGEST_NUMBER = 1e12
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
_UNIT = r"(?:[$€£¥₹]|USD|EUR|GBP|CHF)"
#: A unit before a number, after it, and a loss in brackets, as accounts write it.
_BEFORE = re.compile(rf"([+-]?)\s*{_UNIT}\s*(?=[\d.,+-])")
_AFTER = re.compile(rf"(?<=[\d.,])\s*(?:{_UNIT}|%|‰|°\s?[CF]|[CF]°)$")
_LOSS = re.compile(r"\((.*)\)")
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


def bare(cell: str) -> str:
    """A cell with one sign for each meaning, and without the unit that stands beside a number."""
    plain = cell.translate(_SIGNS).strip()
    if loss := _LOSS.fullmatch(plain):
        plain = f"-{loss[1].strip()}"
    return _AFTER.sub("", _BEFORE.sub(r"\1", plain, count=1)).strip()


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing was measured."""
    return cell.translate(_SIGNS).strip().casefold() in MISSING


def looks_like_number(cell: str) -> bool:
    """Whether a cell is meant as a number, by some custom or without end; nothing measured is none."""
    plain = bare(cell)
    return any(custom.form.fullmatch(plain) for custom in CUSTOMS) or _INFINITE.fullmatch(plain) is not None


def readings(cells: Sequence[str]) -> dict[Custom, NDArray[np.float64]]:
    """The numbers of a column by every custom in which all of them can be read; nan where nothing was measured.

    Customs by which they are the same numbers are one.

    Raises
    ------
    BadCellError
        With the place of the first cell that cannot be read as most are.
    """
    given = [None if is_missing(cell) else bare(cell) for cell in cells]
    found: dict[bytes, tuple[Custom, NDArray[np.float64]]] = {}
    for custom in CUSTOMS:
        form = custom.form
        if all(cell is None or form.fullmatch(cell) for cell in given):
            numbers = np.array([np.nan if cell is None else custom.value(cell) for cell in given])
            found.setdefault(numbers.tobytes(), (custom, numbers))
    if not found:
        raise BadCellError(*_misfit(cells, given))
    return dict(found.values())


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
    if _INFINITE.fullmatch(cell):
        return place, "is not finite: only numbers that can be measured are accepted, and an empty cell for none"
    if _FORMULA.fullmatch(cell):
        return place, "is a formula or a text: nothing is worked out here; the number itself is accepted"
    if looks_like_number(cell):
        return place, f"is written in another way than most numbers of the column, which are as {custom.in_words}"
    return place, f"is no number; numbers such as {custom.in_words} are accepted, and an empty cell or NaN for none"
