"""Finding what does not belong in a series: detectors, their scores, and what alarms at a threshold find.

A detector expects every value from nothing but what came before it. Its score is how far off that was, in multiples of
what is usual: the root mean square over the part of the series that it learned from. An alarm is a score of the
threshold or more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from rnnviz.data.series import Series
from rnnviz.tasks.baselines import Problem, autoregression
from rnnviz.tasks.forecasting import shortest, split

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: How many of the last values the rolling z looks at; the autoregression chooses how many, and tries so many and more.
ROLLING, LAGS = 24, 20
#: A rolling z divides by no less than this share of the deviation of what it learned from: a still stretch is no event.
STILL = 0.1
#: What is off by no more than this share of the values is off by rounding.
EXACT = 1e-9
#: For so many steps after an event an alarm is neither right nor false: a method still has the event in what it reads.
AFTER = 50


class Detector(Protocol):
    """What says how far values are from what was expected of them."""

    @property
    def reach(self) -> int:
        """How many of the values before each it looks at."""

    def distances(self, values: ArrayLike) -> Floats:
        """How far values (T,) are above what was expected of each; nan where too little came before."""


@dataclass(frozen=True, eq=False)
class Linear:
    """It expects a constant and a weighted sum of the last values.

    Attributes
    ----------
    constant
        What is added to the sum.
    weights
        (p,), that of the last value first.
    """

    constant: float
    weights: Floats

    @property
    def reach(self) -> int:
        """As `Detector` says."""
        return len(self.weights)

    def distances(self, values: ArrayLike) -> Floats:
        """As `Detector` says."""
        given = np.asarray(values, dtype=np.float64)
        expected = self.constant + _before(given, self.reach) @ self.weights[::-1]
        return _at_the_end(given, given[self.reach :] - expected)


@dataclass(frozen=True)
class Rolling:
    """It expects the mean of the last values, give or take their standard deviation: the rolling z.

    Attributes
    ----------
    length
        Of how many of the last values.
    floor
        The least that is divided by.
    """

    length: int
    floor: float

    @property
    def reach(self) -> int:
        """As `Detector` says."""
        return self.length

    def distances(self, values: ArrayLike) -> Floats:
        """As `Detector` says, in standard deviations."""
        given = np.asarray(values, dtype=np.float64)
        before = _before(given, self.length)
        deviation = np.maximum(before.std(-1), self.floor)
        return _at_the_end(given, (given[self.length :] - before.mean(-1)) / deviation)


def _before(values: Floats, length: int) -> Floats:
    """So many values before each but the first ones, the oldest first: (T - length, length)."""
    if not 0 < length < len(values):
        return np.empty((max(0, len(values) - length), length))
    return sliding_window_view(values, length)[:-1]


def _at_the_end(values: Floats, found: Floats) -> Floats:
    """What was found of the last of values (T,); nan before."""
    return np.concatenate([np.full(len(values) - len(found), np.nan), found])


def learned_part(series: Series) -> range:
    """The steps that a detector learns from: those that a network trained on the series does."""
    usual = series.usual
    return usual[: len(split(len(usual)).learn)]


def _learned(series: Series) -> Floats:
    return _of(series.values, learned_part(series))


def level(series: Series) -> Linear:
    """What expects the mean of what was learned from."""
    return Linear(float(_learned(series).mean()), np.empty(0))


def difference(_: Series) -> Linear:
    """What expects the value before."""
    return Linear(0.0, np.ones(1))


def rolling(series: Series) -> Rolling:
    """What expects the mean of the last values."""
    return Rolling(ROLLING, STILL * float(_learned(series).std()) or 1.0)


def linear(series: Series) -> Linear:
    """What expects the best weighted sum of the last values: see `rnnviz.tasks.baselines.autoregression`."""
    constant, *weights = autoregression(Problem(series, LAGS, 1)).coefficients[0]
    return Linear(float(constant), np.array(weights, dtype=np.float64))


#: The detectors that are no network, by name: how they learn from a series.
SIMPLE: Mapping[str, Callable[[Series], Detector]] = {
    "mean": level,
    "difference": difference,
    "rolling": rolling,
    "autoregression": linear,
}


def simple_detectors(series: Series) -> dict[str, Detector]:
    """The detectors that are no network, with what they learned of a series, by name.

    Raises
    ------
    ValueError
        When the series is too short.
    """
    given, least = len(series.usual), shortest(LAGS, 1)
    if given < least:
        raise ValueError(f"to be watched, a series needs at least {least} values to learn from, and this has {given}")
    return {name: learn(series) for name, learn in SIMPLE.items()}


def usual_distance(detector: Detector, values: Floats, learned: range) -> float:
    """The root mean square of a detector's distances over what was learned from, of values (T,).

    1 where all was expected, but for what rounding leaves of the values: then a score is in their own unit.
    """
    seen = _of(values, range(max(0, learned.start - detector.reach), learned.stop))
    known = detector.distances(seen)[-len(learned) :]
    known = known[np.isfinite(known)]
    usual = float(np.sqrt((known**2).mean())) if known.size else 0.0
    return usual if usual > EXACT * np.abs(_of(values, learned)).max(initial=0.0) else 1.0


def scores(detector: Detector, values: Floats, learned: range) -> Floats:
    """The scores of values (T,): their distances in multiples of the usual one; nan where there is none."""
    return np.abs(detector.distances(values)) / usual_distance(detector, values, learned)


def _of(values: Floats, steps: range) -> Floats:
    return values[steps.start : steps.stop]


def usual_steps(series: Series) -> Flags:
    """The steps at which an alarm is false, (T,): none that is learned from, of an event, or soon `AFTER` one."""
    counts = np.ones(len(series.values), dtype=bool)
    learned = series.usual if series.clean else learned_part(series)
    counts[learned.start : learned.stop] = False
    for start, stop in series.events:
        counts[start : stop + AFTER] = False
    return counts


class Found(NamedTuple):
    """What alarms at a threshold find.

    Attributes
    ----------
    after
        For each event, how many steps after its start the first alarm in it is; None where there is none.
    false_alarms, steps
        How many of the usual steps have an alarm, and how many there are.
    """

    after: tuple[int | None, ...]
    false_alarms: int
    steps: int

    @property
    def events(self) -> int:
        """How many events are found."""
        return sum(one is not None for one in self.after)

    @property
    def recall(self) -> float:
        """The share of the events that is found; nan where there is none."""
        return self.events / len(self.after) if self.after else float("nan")

    @property
    def precision(self) -> float:
        """The share that events have of the events found and the false alarms together; nan where neither is."""
        alarms = self.events + self.false_alarms
        return self.events / alarms if alarms else float("nan")

    @property
    def per_thousand(self) -> float:
        """How many false alarms there are in 1,000 usual steps; nan where there is none to count."""
        return 1000 * self.false_alarms / self.steps if self.steps else float("nan")


def found(series: Series, scored: Floats, threshold: float) -> Found:
    """What alarms at a threshold find in a series with the scores (T,)."""
    alarms = scored >= threshold
    counted = usual_steps(series) & np.isfinite(scored)
    in_events = [np.flatnonzero(alarms[start:stop]) for start, stop in series.events]
    after = tuple(int(steps[0]) if steps.size else None for steps in in_events)
    return Found(after, int((alarms & counted).sum()), int(counted.sum()))


class Curve(NamedTuple):
    """Precision and recall at every threshold at which they change, from the highest on; each (N,)."""

    thresholds: Floats
    precision: Floats
    recall: Floats

    @property
    def average_precision(self) -> float:
        """The mean of the precision, each weighted by how much recall is gained there."""
        return float(np.diff(self.recall, prepend=0.0) @ self.precision)


def cases(series: Series, scored: Floats) -> tuple[Flags, Floats]:
    """What is to be told apart: the events, true, by the highest score in each, and the usual steps, false, by theirs.

    A step without a score is none; an event without one has the score 0.
    """
    counted = usual_steps(series) & np.isfinite(scored)
    highest = [float(np.nan_to_num(scored[start:stop]).max()) for start, stop in series.events]
    return (
        np.concatenate([np.ones(len(highest), dtype=bool), np.zeros(int(counted.sum()), dtype=bool)]),
        np.concatenate([highest, scored[counted]]),
    )


def curve(series: Series, scored: Floats) -> Curve:
    """Precision and recall of the scores (T,) of a series, by threshold.

    Raises
    ------
    ValueError
        When the series has no event.
    """
    if not series.events:
        raise ValueError(f"nobody has labelled an event in {series.title}: there is neither precision nor recall")
    labels, given = cases(series, scored)
    order = np.argsort(-given, kind="stable")
    thresholds, right = given[order], np.cumsum(labels[order])
    last = np.append(np.diff(thresholds) != 0, True)  # of equal scores
    counts = np.flatnonzero(last) + 1
    return Curve(thresholds[last], right[last] / counts, right[last] / len(series.events))


def room(series: Series, scored: Floats) -> float:
    """How many times the highest usual score the lowest event's is: above 1 a threshold finds all and nothing else."""
    labels, given = cases(series, scored)
    highest = given[~labels].max(initial=0.0)
    return float(given[labels].min() / highest) if highest else float("inf")
