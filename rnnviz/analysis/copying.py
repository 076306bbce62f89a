"""Whether a forecast only repeats what came last, and whether it knows which way things go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from rnnviz.cells import Array

#: Guessing lies between the ends of its span in so many of 100 such series.
_SURE = 0.95


@dataclass(frozen=True)
class Direction:
    """How often a forecast says rightly whether what comes is above or below zero.

    Attributes
    ----------
    right
        The share of the forecasts that do.
    count
        How many there are: of those that came to exactly zero none is counted.
    always
        The share in which one who always says the same, above or below, is right: the better of the two.
    chance
        Between which shares one who tosses a coin would be in 95 of 100 such series.
    """

    right: float
    count: int
    always: float
    chance: tuple[float, float]

    @property
    def knows(self) -> bool:
        """Whether that is more than a coin would be likely to reach, and than always to say the same."""
        return self.right > max(self.chance[1], self.always)


def shifted_errors(forecasts: ArrayLike, came: ArrayLike, shifts: Sequence[int]) -> dict[int, float]:
    """How far forecasts (N,), one for each step, are from what came (N,) so many steps before: the mean distance.

    Over the same steps for each shift, those at which the largest of them leaves something to compare with. A forecast
    that is nearest to what came one step before has copied that.

    Raises
    ------
    ValueError
        When there are no more steps than the largest shift.
    """
    said, values, most = np.asarray(forecasts), np.asarray(came), max(shifts)
    if len(said) <= most:
        raise ValueError(f"{most} steps back need more than {most} forecasts, not {len(said)}")
    return {shift: float(np.abs(said[most:] - values[most - shift : len(values) - shift]).mean()) for shift in shifts}


def direction(forecasts: ArrayLike, came: ArrayLike) -> Direction:
    """How often the sign of forecasts (N,) is that of what came (N,); a forecast of zero is wrong.

    Raises
    ------
    ValueError
        When all that came is zero.
    """
    said, values = np.sign(np.asarray(forecasts)), np.sign(np.asarray(came))
    moved = values != 0
    count = int(moved.sum())
    if not count:
        raise ValueError("nothing has moved: there is no direction")
    low, high = (float(end) / count for end in binom.interval(_SURE, count, 0.5))
    above = float((values[moved] > 0).mean())
    return Direction(float((said == values)[moved].mean()), count, max(above, 1 - above), (low, high))


def returns_of(prices: ArrayLike, before: ArrayLike) -> Array:
    """By how many percent prices are above those before: 100 times the difference of the logarithms."""
    found: Array = 100 * (np.log(np.asarray(prices, dtype=np.float64)) - np.log(np.asarray(before, dtype=np.float64)))
    return found
