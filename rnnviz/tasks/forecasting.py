"""Forecasting a series: what is learned from, chooses and tests; windows, targets, and how good answers are.

A series is split by time, never by chance: whoever forecasts knows nothing of what comes later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from rnnviz.data.series import Series
from rnnviz.tasks.task import Metric

Floats = NDArray[np.float64]

MEAN_ABSOLUTE_ERROR = Metric("absolute_error", "Mean absolute error", "smaller")
#: The share of what comes that an interval is made to cover.
COVERED = 0.9
#: Where the first and the second part end, in percent of a series.
_ENDS = (64, 80)


class Split(NamedTuple):
    """The steps of a series in three stretches: the first is learned from, the second chooses, the last one tests."""

    learn: range
    choose: range
    test: range


@dataclass(frozen=True, eq=False)
class Examples:
    """Windows of a series, with what comes after each.

    Attributes
    ----------
    origins
        (N,): the last step that each window reads.
    windows
        (W, N).
    targets
        (K, N): the values one to K steps after the origin.
    """

    origins: NDArray[np.int64]
    windows: Floats
    targets: Floats


class Interval(NamedTuple):
    """How far what comes lies from a forecast, by horizon: from ``lower`` to ``upper``, both (K,)."""

    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class Measured:
    """How good forecasts are, each by horizon, (K,).

    Attributes
    ----------
    mae
        The mean absolute error on the test part.
    lower, upper
        Where what comes lies from a forecast, by the errors on the part that chooses: see `residual_interval`.
    covered
        The share of the test part that lies there.
    """

    mae: Floats
    lower: Floats
    upper: Floats
    covered: Floats

    @classmethod
    def of(cls, chosen: tuple[Floats, Floats], tested: tuple[Floats, Floats]) -> Measured:
        """From forecasts and targets, both (K, N), of the part that chooses and of the test part."""
        interval = residual_interval(*chosen)
        return cls(absolute_errors(*tested), *interval, coverage(*tested, interval))

    @classmethod
    def read(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Measured:
        """What `arrays` has kept under a name."""
        return cls(**{what: arrays[f"{what}.{name}"] for what in (field.name for field in fields(cls))})

    @property
    def first(self) -> Measured:
        """The same one step ahead alone."""
        return Measured(*(getattr(self, field.name)[:1] for field in fields(self)))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Under a name, as runs keep it: "mae.linear"."""
        return {f"{field.name}.{name}": getattr(self, field.name) for field in fields(self)}


def split(length: int) -> Split:
    """A series of so many values by time: 64 %, 16 % and 20 % of its steps."""
    learned, chosen = (length * percent // 100 for percent in _ENDS)
    return Split(range(learned), range(learned, chosen), range(chosen, length))


def usual_values(series: Series) -> Floats:
    """The values that are learned from, choose and test: all, or of a labelled series those without an event."""
    return series.values[series.usual.start : series.usual.stop]


def shortest(window: int, horizon: int) -> int:
    """How many values a series needs so that there is an example in each part of it."""
    needed = window + horizon
    return 1 + max(
        length for length in range(10 * needed) if not all(origins_of(part, window, horizon) for part in split(length))
    )


def origins_of(part: range, window: int, horizon: int) -> range:
    """The steps at which a window ends whose targets all lie in a part; the window may begin before the part."""
    return range(max(part.start - 1, window - 1), part.stop - horizon)


def windows(values: ArrayLike, length: int) -> Floats:
    """Every stretch of so many values (T,), side by side: (length, T - length + 1)."""
    return sliding_window_view(np.asarray(values, dtype=np.float64), length).T


def examples(values: ArrayLike, part: range, window: int, horizon: int) -> Examples:
    """The examples of a series (T,) whose targets all lie in a part of it: a rolling origin.

    Raises
    ------
    ValueError
        When there is none.
    """
    origins = origins_of(part, window, horizon)
    if not origins:
        raise ValueError(
            f"a window of {window} and {horizon} values after it need a series of at least "
            f"{shortest(window, horizon)} values"
        )
    given = np.asarray(values, dtype=np.float64)
    steps = np.asarray(origins, dtype=np.int64)
    return Examples(
        steps,
        windows(given, window)[:, steps - (window - 1)],
        windows(given, horizon)[:, steps + 1],
    )


def absolute_errors(forecasts: Floats, targets: Floats) -> Floats:
    """The mean absolute error by horizon, (K,), of forecasts and targets (K, N)."""
    found: Floats = np.abs(targets - forecasts).mean(-1)
    return found


def residual_interval(forecasts: Floats, targets: Floats, covered: float = COVERED) -> Interval:
    """Between which errors of forecasts (K, N) a share of what came lies, by horizon: the same share on either side.

    Split conformal prediction (Lei et al. 2018): of N errors in order the (N + 1) q-th. So forecasts whose errors are
    like these are covered at least as often as was asked for; where N is too small for that, all errors are inside.
    """
    errors = np.sort(targets - forecasts, axis=-1)
    count = errors.shape[-1]
    outside = math.floor((count + 1) * (1 - covered) / 2 + 1e-9)
    first = max(outside, 1) - 1
    return Interval(errors[:, first], errors[:, count - 1 - first])


def coverage(forecasts: Floats, targets: Floats, interval: Interval) -> Floats:
    """The share of targets (K, N) inside the interval around their forecasts, by horizon, (K,)."""
    errors = targets - forecasts
    inside = (errors >= interval.lower[:, None]) & (errors <= interval.upper[:, None])
    found: Floats = inside.mean(-1)
    return found
