"""Times in a column of a table: every form by which all of its cells can be read, and the cell that cannot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.number_cells import LARGEST_NUMBER, BadCellError

Times = NDArray[np.datetime64]

#: The months of six languages, each in small letters without accents.
_MONTHS = (
    "january januar janvier enero gennaio januari",
    "february februar fevrier febrero febbraio februari",
    "march maerz marz mars marzo maart",
    "april april avril abril aprile april",
    "may mai mai mayo maggio mei",
    "june juni juin junio giugno juni",
    "july juli juillet julio luglio juli",
    "august august aout agosto agosto augustus",
    "september september septembre septiembre settembre sept",
    "october oktober octobre octubre ottobre okt",
    "november november novembre noviembre novembre nov",
    "december dezember decembre diciembre dicembre dec",
)
_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    *("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
)
_WEEKDAY = re.compile(r"([^\W\d_]{2,10})\.?,?\s+(?=\S)")
#: Years of two digits are from 1969 to 2068, as in POSIX.
_PIVOT = 69
#: Numbers that count on in steps of one size are so evenly apart.
_EVEN = 1e-6
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.m](?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?\s?"
    r"(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_WITH_CLOCK = rf"(?:(?:\s*[T,;]\s*|\s+){_CLOCK})?"


@dataclass(frozen=True)
class Form:
    """A way to write a time.

    Attributes
    ----------
    title
        In words, for whoever is asked which is meant.
    precision
        "year", "month", "quarter", "week", "day" or "clock": what it leaves open is the first.
    pattern
        Groups year, month, day, hour, minute, second, half, zone; `sign` is the same in all cells of a column.
    """

    title: str
    precision: str
    pattern: re.Pattern[str]

    def read(self, cell: str) -> tuple[datetime, str, str] | None:
        """The time that a cell is, in its zone, with its sign and its zone; None where it is none of this form."""
        found = self.pattern.fullmatch(cell)
        if found is None:
            return None
        part = found.groupdict()
        try:
            time = _day(part) + _clock(part)
        except (ValueError, OverflowError):
            return None
        return time, part.get("sign") or "", part.get("zone") or ""


def _day(part: Mapping[str, str | None]) -> datetime:
    if part.get("since"):
        return _EPOCH + timedelta(milliseconds=int(str(part["since"]).ljust(13, "0")))
    written = part.get("year") or "1970"
    year = int(written)
    if len(written) == 2:
        year += 1900 if year >= _PIVOT else 2000
    if part.get("week"):
        return datetime.combine(
            date.fromisocalendar(year, int(part["week"] or 1), int(part.get("day") or 1)), _MIDNIGHT
        )
    if part.get("quarter"):
        return datetime(year, 3 * int(part["quarter"] or 1) - 2, 1)
    month = part.get("name")
    number = _month(month) if month else int(part.get("month") or 1)
    return datetime(year, number, int(part.get("day") or 1))


_MIDNIGHT, _EPOCH = datetime.min.time(), datetime(1970, 1, 1)


def _clock(part: Mapping[str, str | None]) -> timedelta:
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (part.get("half") or "")[:1].casefold()
    midnight = hour == 24 and not (minute or second)
    if minute > 59 or second > 60 or (hour > 23 and not midnight) or (half and not 1 <= hour <= 12):
        raise ValueError("no time of a day")
    if half:
        hour = hour % 12 + 12 * (half == "p")
    microseconds = int((part.get("part") or "").ljust(6, "0")[:6])
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)


@cache
def _month(name: str) -> int:
    """The number of a month, by its name or at least three letters of it.

    Raises
    ------
    ValueError
        When it is none, or could be two.
    """
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    found = {
        number
        for number, names in enumerate(_MONTHS, 1)
        if any(len(plain) >= 3 and one.startswith(plain) for one in names.split())
    }
    if len(found) != 1:
        raise ValueError("no month")
    return found.pop()


def _form(title: str, precision: str, pattern: str, *, clock: bool = False) -> Form:
    return Form(title, precision, re.compile((pattern + _WITH_CLOCK * clock).replace(r"\d", "[0-9]")))


_Y4, _Y = r"(?P<year>[12]\d{3})", r"(?P<year>[12]\d{3}|\d{2})"
_M, _D, _NAME = r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})", r"(?P<name>[^\W0-9_]{3,12})"
_SIGN = r"(?P<sign>[-/.])\s?"
_YMD = r"(?P<year>(?:1[5-9]|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
_DAY_NAMED = r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er)?"

#: What a person may be asked to choose between comes first: the order of day, month and year.
FORMS = (
    _form("year, month, day", "day", rf"{_Y4}{_SIGN}{_M}(?P=sign)\s?{_D}", clock=True),
    _form("day, month, year", "day", rf"{_D}{_SIGN}{_M}(?P=sign)\s?{_Y}", clock=True),
    _form("month, day, year", "day", rf"{_M}{_SIGN}{_D}(?P=sign)\s?{_Y}", clock=True),
    _form("year, month, day, the year with two digits", "day",
          rf"(?P<year>\d{{2}}){_SIGN}{_M}(?P=sign)\s?{_D}", clock=True),
    _form("year, month, day without signs", "day", _YMD),
    _form("year, month, day, hour, minute without signs", "clock",
          rf"{_YMD}[T ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?"),
    _form("day, month in words, year", "day",
          rf"{_DAY_NAMED}(?P<sign>[-/. ])\s?{_NAME}\.?,?(?P=sign)\s?{_Y}", clock=True),
    _form("month in words, day, year", "day", rf"{_NAME}\.?(?P<sign>[- ]){_DAY_NAMED},?(?P=sign){_Y}", clock=True),
    _form("year, month in words, day", "day", rf"{_Y4}(?P<sign>[- ]){_NAME}\.?(?P=sign)(?P<day>\d{{1,2}})"),
    _form("year and month", "month", rf"{_Y4}(?P<sign>[-/M]){_M}"),
    _form("month and year", "month", rf"{_M}(?P<sign>[-/.]){_Y4}"),
    _form("month in words and year", "month",
          rf"{_NAME}\.?,?(?P<sign>[-/ ]?'|[-/ ])(?P<year>[12]\d{{3}}|(?<=')\d{{2}})"),
    _form("year and month in words", "month", rf"{_Y4}(?P<sign>[-/' ]?){_NAME}"),
    _form("year and month without signs", "month", r"(?P<year>(?:1[5-9]|20)\d\d)(?P<month>0[1-9]|1[0-2])"),
    _form("year and quarter", "quarter", rf"{_Y4}(?P<sign>[- ]?)[QqTt](?P<quarter>[1-4])"),
    _form("quarter and year", "quarter", rf"[QqTt](?P<quarter>[1-4])(?P<sign>[-/ ]){_Y4}"),
    _form("year and week", "week", rf"{_Y4}-?[Ww](?P<week>\d{{2}})(?:-?(?P<day>[1-7]))?"),
    _form("seconds since 1970", "clock", r"(?P<since>[1-4]\d{9})"),
    _form("milliseconds since 1970", "clock", r"(?P<since>[1-4]\d{12})"),
    _form("year", "year", _Y4),
    _form("time of day", "clock", _CLOCK),
)  # fmt: skip
#: What is a number as well: a time only where a column says so by more than its cells.
_BARE = {"year", "year, month, day without signs", "year and month without signs"} | {
    "year, month, day, hour, minute without signs",
    "seconds since 1970",
    "milliseconds since 1970",
}


@dataclass(frozen=True, eq=False)
class Reading:
    """A column as times.

    Attributes
    ----------
    form
        How they are written.
    times
        (T,), each the first moment of what is written; in UTC where the cells name different zones.
    in_utc
        Whether they were brought to UTC.
    """

    form: Form
    times: Times
    in_utc: bool


def plainly(cell: str) -> str:
    """A time with plain spaces and dashes, and without the day of the week."""
    plain = " ".join(cell.translate(_DASHES).split())
    found = _WEEKDAY.match(plain)
    if found is None or not _is_weekday(found[1]) or (_is_month(found[1]) and any(form.read(plain) for form in FORMS)):
        return plain
    return plain[found.end() :]


_DASHES = dict.fromkeys(map(ord, "‐‑‒–−"), "-") | dict.fromkeys(map(ord, "’‘"), "'")


@cache
def _is_weekday(word: str) -> bool:
    plain = "".join(one for one in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(one))
    return any(day.startswith(plain) for day in _WEEKDAYS)


def _is_month(word: str) -> bool:
    try:
        return _month(word) > 0
    except ValueError:
        return False


def looks_like_time(cell: str) -> bool:
    """Whether a cell is a time in some form, and not a number as well."""
    plain = plainly(cell)
    return any(form.title not in _BARE and form.read(plain) for form in FORMS)


def is_time_of_day(cell: str) -> bool:
    """Whether a cell is a time of a day, of whichever day."""
    return FORMS[-1].read(plainly(cell)) is not None


def count_on(cells: Sequence[str]) -> bool:
    """Whether numbers are times: days without signs; or years or any others, where they go one way."""
    told = [cell for cell in cells if cell]
    return _one_way(told) is not None or _bare_form(told) is not None


def looks_counted(cells: Sequence[str]) -> bool:
    """Whether times only count on: they are numbers that go one way, and neither years nor days."""
    return _one_way(cells) is not None and _bare_form(cells) is None


def are_even(cells: Sequence[str]) -> bool:
    """Whether numbers count on in steps of one size."""
    apart = _one_way([cell for cell in cells if cell])
    return apart is not None and bool(np.ptp(apart) <= _EVEN * abs(apart[0]))


def _bare_form(cells: Sequence[str]) -> Form | None:
    """As what numbers are times; days are that in any order, what has fewer digits where it goes one way."""
    for form in FORMS:
        if form.title in _BARE and all(form.read(cell) for cell in cells):
            return form if len(cells[0]) >= 8 or _one_way(cells) is not None else None
    return None


def _one_way(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """How far apart numbers are that all go up or all go down; None for others."""
    try:
        numbers = np.array([float(cell) for cell in cells])
    except ValueError:
        return None
    if not np.isfinite(numbers).all() or np.abs(numbers).max(initial=0.0) > LARGEST_NUMBER:
        return None
    apart: NDArray[np.float64] = np.diff(numbers)
    return apart if len(apart) and ((apart > 0).all() or (apart < 0).all()) else None


#: What columns are called, in small letters, that say a part of a time each; the largest part first.
_PARTS: Mapping[str, str] = {
    "year": "year years yr yyyy jahr année annee año ano anno jaar",
    "month": "month months mon mo mm monat mois mes mese maand",
    "day": "day days dd tag jour día dia giorno dag",
    "hour": "hour hours hr hh stunde std heure hora ora uur",
    "minute": "minute minutes minuten minuto",
}
_JOINED = {"year": "{}", "month": "-{}", "day": "-{}", "hour": " {}", "minute": ":{}"}


def part_called(name: str) -> str | None:
    """Which part of a time a column says by its name: "month"; None for any other name."""
    return next((part for part, names in _PARTS.items() if name.casefold() in names.split()), None)


def from_parts(parts: Mapping[str, str]) -> str:
    """A time of which each part stands in a cell of its own, from the largest on; a date may stand before the hour."""
    joined = "".join(_JOINED.get(part, "{}").format(cell.removesuffix(".0")) for part, cell in parts.items())
    return f"{joined}:00" if "hour" in parts and "minute" not in parts else joined


def in_words(time: np.datetime64) -> str:
    """A time for a question: 1 February 2012."""
    moment: datetime = time.astype("datetime64[s]").item()
    clock = f", {moment:%H:%M}" if moment.time() != _MIDNIGHT else ""
    return f"{moment.day} {moment:%B} {moment.year}{clock}"


def readings(cells: Sequence[str]) -> dict[str, Reading]:
    """A column as times in every form in which all cells can be read, by the form's title, each series of times once.

    Raises
    ------
    BadCellError
        With the place of the first cell that cannot be read as most are.
    """
    plain = [plainly(cell) for cell in cells]
    found: dict[bytes, Reading] = {}
    for form in FORMS:
        read = _reading(form, plain)
        if read is not None:
            found.setdefault(read.times.tobytes(), read)
    if not found:
        raise BadCellError(*_misfit(plain))
    return {one.form.title: one for one in found.values()}


def _over_midnight(times: Times) -> Times:
    """Times of day alone, which all go one way but where a day ends: with a day more from there on."""
    apart = np.diff(times).astype(np.int64)
    ends = np.abs(apart) > _HALF_A_DAY
    if not len(apart) or not ends.any():
        return times
    way = -np.sign(apart[ends][0])
    if (np.sign(apart[ends]) != -way).any() or (np.sign(apart[~ends]) == -way).any():
        return times
    days = np.concatenate([[0], np.cumsum(ends)]) * way
    later: Times = times + days.astype("timedelta64[D]")
    return later


_HALF_A_DAY = 12 * 3600 * 1_000_000


def _reading(form: Form, cells: Sequence[str]) -> Reading | None:
    """All cells in one form, with one sign; None where that cannot be."""
    times, signs, zones = [], set(), []
    for cell in cells:
        read = form.read(cell)
        if read is None:
            return None
        times.append(read[0])
        signs.add(read[1])
        zones.append(read[2])
    in_utc = len(set(zones)) > 1
    if len(signs) > 1 or ("" in zones and in_utc):
        return None
    if in_utc:
        times = [time - _offset(zone) for time, zone in zip(times, zones)]
    found: Times = np.array(times, dtype="datetime64[us]")
    return Reading(form, _over_midnight(found) if form is FORMS[-1] else found, in_utc)


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)


def _misfit(cells: Sequence[str]) -> tuple[int, str]:
    """The first cell that cannot be read in the form in which most can, and why not."""
    misfits = {form: [place for place, cell in enumerate(cells) if form.read(cell) is None] for form in FORMS}
    usual = min(misfits, key=lambda form: len(misfits[form]))
    if not misfits[usual]:
        return _other_sign(usual, cells)
    place = misfits[usual][0]
    if not cells[place]:
        return place, "is empty: every value needs its time"
    other = next((form for form in FORMS if form.read(cells[place])), None)
    if other is None:
        return (
            place,
            f"is no time that is known; most are written as {usual.title}, and 2012-01-31 is always understood",
        )
    return place, f"is written as {other.title}, and most times of the column as {usual.title}: write all in one way"


def _other_sign(form: Form, cells: Sequence[str]) -> tuple[int, str]:
    """The first cell with another sign or zone than the first one."""
    first = form.read(cells[0])
    place = next(place for place, cell in enumerate(cells) if (form.read(cell) or (0,))[1:] != (first or (0,))[1:])
    return place, f"is not written as {cells[0]!r} at the beginning is: write all times in one way"
