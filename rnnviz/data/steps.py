"""The steps of a series over time: how far its times are apart, and after how many it comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.datetime64]
Floats = NDArray[np.float64]

#: In microseconds.
_SECOND, _DAY = 1_000_000, 86_400_000_000
_NAMES = {
    **{1: "microsecond", 1000: "millisecond", _SECOND: "second", 60 * _SECOND: "minute", 3600 * _SECOND: "hour"},
    **{_DAY: "day", 7 * _DAY: "week"},
}
_MONTHS = {1: "month", 3: "quarter", 12: "year"}
#: So many of the distances must be so near to the usual one where times are not exact.
_REGULAR, _NEAR = 0.95, 0.1
#: So many of all working days must be there for a series to be one of working days.
_WORKED = 0.8
#: What comes back by the names of steps: a day, a week, a year.
_SEASONS = {
    "minute": (60, 1440), "5 minutes": (288,), "10 minutes": (144,), "15 minutes": (96,), "30 minutes": (48,),
    "hour": (24, 168), "day": (7, 365), "working day": (5,), "week": (52,), "month": (12,), "quarter": (4,),
}  # fmt: skip
#: How alike a series and itself a season later are at the least, and by how much more than at any lag before.
_ALIKE, _MORE = 0.3, 0.15
#: So far below the peak beside it a lag may lie that means something.
_PEAK = 0.05


@dataclass(frozen=True)
class Spacing:
    """How far apart the times of a series are.

    Attributes
    ----------
    name
        What a step is called: "day"; "row" where the times are at no even distance.
    places
        At which step each time is, from 0; without gaps they count on.
    every
        The distance, in months or in microseconds; None where steps are rows, whatever lies between them.
    """

    name: str
    places: NDArray[np.intp]
    every: np.timedelta64 | None = None

    @property
    def missing(self) -> int:
        """How many steps have no time."""
        return int(self.places[-1]) + 1 - len(self.places)


def steps_in_words(step: str, count: int) -> str:
    """So many steps of a name: 1 day, 7 days, 12 steps of 5 minutes."""
    if step[:1].isdigit():
        return f"1 step of {step}" if count == 1 else f"{count:,} steps of {step}"
    return f"1 {step}" if count == 1 else f"{count:,} {step}s"


def spacing_of(times: Times) -> Spacing:
    """How far apart times are, in order, none of them twice."""
    rows = np.arange(len(times))
    moments = times.astype("datetime64[us]").astype(np.int64)
    months = _months(times)
    if months is not None and (found := _even(months)):
        step, places = found
        return Spacing(_MONTHS.get(step) or f"{step} months", places, np.timedelta64(step, "M"))
    if found := _even(moments):
        step, places = found
        if step == _DAY and places[-1] + 1 > len(times) and _working(times):
            return Spacing("working day", rows)
        return Spacing(_name(step), places, np.timedelta64(step, "us"))
    usual = float(np.median(np.diff(moments)))
    near = np.abs(np.diff(moments) - usual) <= _NEAR * usual
    return Spacing(_name(round(usual)) if near.mean() >= _REGULAR else "row", rows)


def all_times(times: Times, spacing: Spacing) -> Times:
    """The times of all steps, those that are missing too."""
    if spacing.every is None:
        return times
    unit = np.datetime_data(spacing.every.dtype)[0]
    first = times[0].astype(f"datetime64[{unit}]")
    found: Times = first + np.arange(int(spacing.places[-1]) + 1) * spacing.every
    return found


def _months(times: Times) -> NDArray[np.int64] | None:
    """The months of times that stand at the same day of each, or at its end; None of any others."""
    days = times.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    in_month = (days - months).astype(int)
    at_end = days + 1 == (months + 1).astype("datetime64[D]")
    clock = (times - days).astype(int)
    alike = (in_month == in_month[0]).all() or at_end.all()
    count: NDArray[np.int64] = months.astype(np.int64)
    return count if alike and (clock == clock[0]).all() else None


def _even(numbers: NDArray[np.int64]) -> tuple[int, NDArray[np.intp]] | None:
    """The usual distance of numbers and at which multiple of it each stands; None where some stand between."""
    apart, often = np.unique(np.diff(numbers), return_counts=True)
    step = int(apart[often.argmax()])
    if not step or (apart % step).any():
        return None
    return step, (numbers - numbers[0]) // step


def _working(times: Times) -> bool:
    """Whether times are days from Monday to Friday, nearly all that there are."""
    days = times.astype("datetime64[D]")
    all_of_them = int(np.busday_count(days[0], days[-1])) + 1
    return bool(np.is_busday(days).all()) and len(days) >= _WORKED * all_of_them


def _name(microseconds: int) -> str:
    if microseconds in _NAMES:
        return _NAMES[microseconds]
    size, name = max((size, name) for size, name in _NAMES.items() if microseconds % size == 0)
    return f"{microseconds // size} {name}s"


def stretches(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a row of flags is true: from each first place up to but not with the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def seasons_of(values: Floats, step: str) -> list[int]:
    """After how many steps a series comes back, as far as it does, the likeliest first.

    Of a series without its straight line: the lag at which it is most like itself, after it was less so, and no more
    than a third of its length. Lags that mean something for such steps (24 hours) come before others.
    """
    likeness = _likeness(values)
    meant = [lag for lag in meant_seasons(step) if lag < len(likeness) and _returns(likeness, lag, _PEAK)]
    if meant:
        return sorted(meant, key=likeness.__getitem__, reverse=True)
    lags = [lag for lag in range(2, len(likeness) - 1) if _returns(likeness, lag, 0.0)]
    return [max(lags, key=likeness.__getitem__)] if lags else []


def meant_seasons(step: str) -> tuple[int, ...]:
    """After how many steps of a name something may come back: a day, a week, a year."""
    return _SEASONS.get(step, ())


def _returns(likeness: Floats, lag: int, below: float) -> bool:
    """Whether a series is as much like itself at a lag as at any about it, or so little less."""
    around = likeness[max(2, round(0.9 * lag)) : round(1.1 * lag) + 2]
    return bool(
        likeness[lag] >= _ALIKE
        and likeness[lag] >= around.max() - below
        and likeness[lag] > likeness[1:lag].min(initial=1.0) + _MORE
    )


def _likeness(values: Floats) -> Floats:
    """How a series without its straight line correlates with itself, by lag, up to a third of its length."""
    steps = np.arange(len(values))
    rest = values - np.polyval(np.polyfit(steps, values, 1), steps)
    size = 1 << (2 * len(values) - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(rest, size)) ** 2
    lags = np.arange(len(values) // 3 + 1)
    products = np.fft.irfft(spectrum, size)[lags]
    energy = np.concatenate([[0.0], np.cumsum(rest**2)])
    early, late = energy[len(values) - lags], energy[-1] - energy[lags]
    found: Floats = products / np.maximum(np.sqrt(early * late), np.finfo(float).tiny)
    return found
