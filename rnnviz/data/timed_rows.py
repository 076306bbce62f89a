"""Rows with a time and a value, made a series: in order, each time once, and gaps filled or left out, as is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.data.questions import Asked
from rnnviz.data.steps import Floats, Spacing, Times, all_times, spacing_of, steps_in_words, stretches

Named = tuple[tuple[str, ...], Floats, str]

UNEVEN = "The times are not evenly apart: each row is one step, whatever lies between."
#: So much of a series may be filled without asking.
_FEW = 0.05
#: Numbers that count on may be so much further apart than others, as years with decimals are.
_NEARLY = 0.2
#: So many steps a series may have once its gaps are filled.
_MOST = 20_000
#: So many series may stand in one table, one below another.
_MOST_GROUPS = 100


@dataclass(frozen=True, eq=False)
class Rows:
    """Times and values, nan where nothing was measured; `precision` is that of `rnnviz.data.time_cells.Form`."""

    times: Times
    values: Floats
    precision: str

    def at(self, places: np.ndarray) -> Rows:
        """Some of the rows, in an order."""
        return Rows(self.times[places], self.values[places], self.precision)


def regular(rows: Rows, groups: Mapping[str, Sequence[str]], asked: Asked) -> Named:
    """A series from rows: what each time is called, the values, and what a step is called.

    Parameters
    ----------
    groups
        The other columns: one of them may say to which of several series a row belongs.
    """
    rows = _each_time_once(_in_order(_one_group(rows, groups, asked), asked), asked)
    if len(rows.times) < 2:
        return tuple(_names(rows.times, rows.precision)), rows.values, "row"
    spacing = spacing_of(rows.times)
    if spacing.every is None and spacing.name == "row":
        asked.notes.append(UNEVEN)
    if spacing.every is None and spacing.name == "working day":
        asked.notes.append("There are working days alone: each is one step, also over weekends and holidays.")
    missing = spacing.missing
    share = (missing + int(np.isnan(rows.values).sum())) / (len(rows.times) + missing)
    if missing and share > _FEW:
        spacing = _about_gaps(rows, spacing, asked)
    times = all_times(rows.times, spacing)
    values = np.full(len(times), np.nan)
    values[spacing.places] = rows.values
    return _filled(_names(times, rows.precision), values, spacing.name, asked)


def counted(names: Sequence[str], values: Floats, asked: Asked) -> Named:
    """A series whose rows follow each other, named by numbers that go one way; those that count down are turned."""
    numbers = np.array([*map(float, names)])
    if len(numbers) > 1 and numbers[0] > numbers[-1]:
        names, values = names[::-1], values[::-1]
        asked.notes.append("The rows count down: they were turned around.")
    apart = np.abs(np.diff(numbers))
    if len(apart) and np.ptp(apart) > _NEARLY * np.median(apart):
        asked.notes.append(UNEVEN)
    return _filled(names, values, "step", asked)


def _one_group(rows: Rows, groups: Mapping[str, Sequence[str]], asked: Asked) -> Rows:
    """The rows of one of several series that stand below each other, told apart by another column."""
    if len(np.unique(rows.times)) == len(rows.times):
        return rows
    for name, cells in groups.items():
        often = Counter(cells)
        pairs = set(zip(rows.times.astype(np.int64).tolist(), cells))
        if 1 < len(often) <= _MOST_GROUPS and len(pairs) == len(rows.times):
            options = {one: f"{one} ({steps_in_words('row', count)})" for one, count in often.items()}
            chosen = asked.choose("group", f"Several series stand in the table. Which “{name}”?", options)
            return rows.at(np.flatnonzero([cell == chosen for cell in cells]))
    return rows


def _in_order(rows: Rows, asked: Asked) -> Rows:
    apart = np.diff(rows.times.astype(np.int64))
    if (apart >= 0).all():
        return rows
    if (apart <= 0).all():
        asked.notes.append("The newest row came first: the rows were turned around.")
    else:
        count = int((apart < 0).sum())
        asked.notes.append(f"The rows were not in the order of time ({count:,} went back): they were put in order.")
    return rows.at(np.argsort(rows.times, kind="stable"))


_TAKE: Mapping[str, Callable[[Floats], float]] = {
    "mean": lambda part: float(part.mean()),
    "first": lambda part: float(part[0]),
    "last": lambda part: float(part[-1]),
}
_TWICE = {"mean": "their mean", "first": "the first of them", "last": "the last of them"}


def _each_time_once(rows: Rows, asked: Asked) -> Rows:
    """Rows in order without those whose time was there before."""
    firsts = np.flatnonzero(np.concatenate([[True], np.diff(rows.times.astype(np.int64)) > 0]))
    if len(firsts) == len(rows.times):
        return rows
    parts = [part[~np.isnan(part)] for part in np.split(rows.values, firsts[1:])]
    more = len(rows.times) - len(firsts)
    said = "1 row has a time" if more == 1 else f"{more:,} rows have a time"
    said = f"{said} that another has as well"
    if all(len(part) < 2 or np.ptp(part) == 0 for part in parts):
        asked.notes.append(f"{said}, and the same value or none: only the first of each time counts.")
        how = "first"
    else:
        first = _names(rows.times, rows.precision)[_first_twice(firsts)]
        how = asked.choose("twice", f"{said}, the first {first}, and other values. Which counts?", _TWICE)
    take = _TAKE[how]
    values = np.array([take(part) if len(part) else np.nan for part in parts])
    return Rows(rows.times[firsts], values, rows.precision)


def _first_twice(firsts: np.ndarray) -> int:
    """The first row whose time comes again."""
    apart = np.flatnonzero(np.diff(firsts) > 1)
    return int(firsts[apart[0]] if len(apart) else firsts[-1])


def _about_gaps(rows: Rows, spacing: Spacing, asked: Asked) -> Spacing:
    """The steps of rows between which many are missing, as a person decides."""
    total = len(rows.times) + spacing.missing
    options = {"rows": "each row is one step, whatever lies between"}
    if total <= _MOST:
        options = {"line": f"a straight line fills {steps_in_words(spacing.name, spacing.missing)}", **options}
    asks = (
        f"{spacing.missing:,} of {steps_in_words(spacing.name, total)} from the first to the last "
        f"{'is' if spacing.missing == 1 else 'are'} missing. What is to be done?"
    )
    if asked.choose("gaps", asks, options, None if len(options) > 1 else "rows") == "rows":
        return Spacing("row", np.arange(len(rows.times)))
    return spacing


def _filled(names: Sequence[str], values: Floats, step: str, asked: Asked) -> Named:
    """The values with a straight line over each gap, without a gap at either end."""
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        raise ValueError("No value is left: every cell of the column says that nothing was measured.")
    first, last = known[0], known[-1] + 1
    names, values = names[first:last], values[first:last]
    gaps = stretches(np.isnan(values))
    if gaps:
        count, longest = sum(stop - start for start, stop in gaps), max(stop - start for start, stop in gaps)
        asked.notes.append(
            f"{count:,} of {len(values):,} values {'is' if count == 1 else 'are'} missing, the first at "
            f"{names[gaps[0][0]]}, the most in a row {longest:,}: a straight line fills them, which is easier to "
            "forecast than what was not measured, and leads to the value after each gap, so that what reads the line "
            "has a hint of what comes."
        )
        places = np.arange(len(values))
        there = ~np.isnan(values)
        values = np.interp(places, places[there], values[there])
    return tuple(names), values, step


def _names(times: Times, precision: str) -> list[str]:
    """What times are called: as far as they say more than the first moment of what they stand for."""
    unit = np.datetime_data(times.dtype)[0]
    if precision == "year" or (unit == "M" and not (times.astype("datetime64[M]").astype(int) % 12).any()):
        return [f"{time.item():%Y}" for time in times.astype("datetime64[D]")]
    if unit == "M" or precision in ("month", "quarter"):
        return [f"{time.item():%Y-%m}" for time in times.astype("datetime64[D]")]
    moments = [time.item() for time in times.astype("datetime64[us]")]
    if not any(moment.microsecond or moment.second or moment.minute or moment.hour for moment in moments):
        return [f"{moment:%Y-%m-%d}" for moment in moments]
    if any(moment.microsecond for moment in moments):
        return [f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in moments]
    form = "%Y-%m-%d %H:%M:%S" if any(moment.second for moment in moments) else "%Y-%m-%d %H:%M"
    return [moment.strftime(form) for moment in moments]
