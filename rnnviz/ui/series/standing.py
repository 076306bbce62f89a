"""Who forecasts a series how well: networks beside simple methods on the same steps, and what that says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

import numpy as np

from rnnviz.data.series import Series
from rnnviz.notation import percent
from rnnviz.tasks.baselines import Fitted
from rnnviz.tasks.forecasting import Floats, Measured
from rnnviz.ui.tables import words

Outcome = Literal["network", "simple", "tie", "once"]

#: An interval that is made for 90 % of what comes does so where it covers from 85 to 95 %.
AS_MADE_FOR = (0.85, 0.95)


@dataclass(frozen=True, eq=False)
class Forecasts:
    """What a network or a simple method reaches, once for each seed; a simple method, which draws nothing, once.

    Attributes
    ----------
    name, title
        In code and on screen.
    measured
        By seed, from 0 on.
    fitted
        Of a simple method its parameters; None of a network.
    """

    name: str
    title: str
    measured: tuple[Measured, ...]
    fitted: Fitted | None = None

    @property
    def errors(self) -> Floats:
        """The mean absolute error by seed and horizon, (S, K)."""
        return np.array([one.mae for one in self.measured], dtype=np.float64)

    @property
    def overall(self) -> tuple[float, ...]:
        """The mean over all horizons, by seed."""
        return tuple(map(float, self.errors.mean(axis=1)))

    @property
    def middle(self) -> float:
        """The median of that over the seeds."""
        return float(np.median(self.overall))

    def at(self, ahead: int) -> float:
        """The median over the seeds so many steps ahead."""
        return float(np.median(self.errors[:, ahead - 1]))

    @property
    def covered(self) -> tuple[float, float]:
        """The least and the largest share over the horizons that the interval covers: the median over the seeds."""
        shares = np.median([one.covered for one in self.measured], axis=0)
        return float(shares.min()), float(shares.max())


def in_sentence(one: Forecasts) -> str:
    """What it is called within a sentence: a simple method without its capital."""
    return one.title if one.fitted is None else one.title[:1].lower() + one.title[1:]


def best_of(forecasts: Sequence[Forecasts]) -> Forecasts:
    """The one with the smallest error over all horizons."""
    return min(forecasts, key=lambda one: one.middle)


def outcome(network: Forecasts, simple: Forecasts) -> Outcome:
    """Who wins: the network where all its seeds are better, the simple method where it is better than all.

    Between the two it is a tie: the difference is within the spread over the seeds. Of one seed there is no spread.
    """
    (one,) = simple.overall
    if len(network.measured) == 1:
        return "once"
    return "network" if max(network.overall) < one else "simple" if min(network.overall) > one else "tie"


def in_steps(series: Series, count: int) -> str:
    """So many steps of a series in words: 1 day, 7 days, 12 steps of 5 minutes."""
    step = series.step
    if step[:1].isdigit():
        return f"{count} step of {step}" if count == 1 else f"{count} steps of {step}"
    return f"{count} {step}" if count == 1 else f"{count} {step}s"


def span(least: float, most: float) -> str:
    """Two shares as a range; one where they are written alike."""
    return percent(least) if percent(least) == percent(most) else f"{percent(least)} to {percent(most)}"


def to_digits(value: float, of: float) -> str:
    """A number of a column, with as many decimals as give another number three digits."""
    decimals = max(0, 2 - floor(log10(of))) if of > 0 else 2
    return f"{value:,.{decimals}f}"


def measure(series: Series, value: float) -> str:
    """A number with its unit."""
    return f"{words(value)} {series.unit}".rstrip()


def verdict(series: Series, network: Forecasts, simple: Forecasts) -> str:
    """Who forecasts better, the network or the best simple method, and by how much."""
    low, high = min(network.overall), max(network.overall)
    return _VERDICTS[outcome(network, simple)].format(
        network=network.title,
        simple=in_sentence(simple),
        horizon=in_steps(series, network.errors.shape[1]),
        error=measure(series, simple.middle),
        low=words(low),
        high=measure(series, high),
        middle=measure(series, network.middle),
        seeds=len(network.measured),
        apart=percent(abs(network.middle / simple.middle - 1)) if simple.middle else "",
    )


_VERDICTS = {
    "simple": (
        "**A simple method wins: {simple}.** Over {horizon} it is off by {error} on average, the {network} by {low} to "
        "{high} (each of {seeds} seeds): {apart} more in the middle."
    ),
    "tie": (
        "**No winner: {simple}, a simple method, is as good.** Over {horizon} it is off by {error} on average, and "
        "{seeds} seeds of the {network} by {low} to {high}: the difference is within what the seed alone makes."
    ),
    "network": (
        "**The {network} wins.** Over {horizon} each of {seeds} seeds is off by {low} to {high} on average, and the "
        "best simple method, {simple}, by {error}: the network is {apart} better in the middle."
    ),
    "once": (
        "**One training of the {network} is off by {middle} on average over {horizon}**, the best simple method, "
        "{simple}, by {error}. What the seed alone makes is not known of one: train more."
    ),
}


def by_horizon(series: Series, network: Forecasts, methods: Sequence[Forecasts]) -> str:
    """Who is better one step ahead, and who at the end."""
    last = network.errors.shape[1]
    if last == 1:
        return ""
    first_best, last_best = (min(methods, key=lambda one: one.at(ahead)) for ahead in (1, last))
    return (
        "{first} ahead the {network} is off by {near} in the middle of its seeds, and the best simple method "
        "({near_method}) by {near_best}; {last} ahead by {far}, and {far_best} ({far_method})."
    ).format(
        network=network.title,
        first=_capital(in_steps(series, 1)),
        near=measure(series, network.at(1)),
        near_best=measure(series, first_best.at(1)),
        near_method=in_sentence(first_best),
        last=in_steps(series, last),
        far=measure(series, network.at(last)),
        far_best=measure(series, last_best.at(last)),
        far_method=in_sentence(last_best),
    )


def beside_persistence(series: Series, forecasts: Sequence[Forecasts]) -> str:
    """How much of the error of "as it is now" is left to the best of all."""
    persistence = next(one for one in forecasts if one.name == "persistence")
    best = best_of(forecasts)
    if best is persistence or not persistence.middle:
        return "**Nothing here is better than to say that all stays as it is now.**"
    less = 1 - best.middle / persistence.middle
    if less < 0.02:
        return (
            f"Nothing here is more than 2 % better than to say that all stays as it is now (off by "
            f"{measure(series, persistence.middle)})."
        )
    return (
        f"To say that all stays as it is now (persistence) is off by {measure(series, persistence.middle)}; the best "
        f"of all, the {in_sentence(best)}, has {percent(less)} less error."
    )


def ways(series: Series, direct: Forecasts, recursive: Forecasts) -> str:
    """Whether it is better to ask for all steps at once, or to feed each answer back."""
    last = direct.errors.shape[1]
    if last == 1:
        return ""
    once, fed = direct.errors[:, -1], recursive.errors[:, -1]
    gaps = {
        "last": in_steps(series, last),
        "once": measure(series, direct.at(last)),
        "fed": measure(series, recursive.at(last)),
    }
    if (fed > once).all():
        said = (
            "Asked for all at once (**direct**), it is off by {once} {last} ahead; fed its own answers one by one "
            "(**recursive**), by {fed}: with every seed its errors grow as they are fed back."
        )
    elif (fed < once).all():
        said = (
            "Asked for all at once (**direct**), it is off by {once} {last} ahead; fed its own answers one by one "
            "(**recursive**), by {fed}: with every seed feeding back is better here."
        )
    else:
        said = (
            "Asked for all at once (**direct**), it is off by {once} {last} ahead; fed its own answers one by one "
            "(**recursive**), by {fed}: which is better depends on the seed."
        )
    return said.format(**gaps)


def coverage_sentence(network: Forecasts) -> str:
    """How often what came lay in the interval that was made for nine in ten."""
    least, most = network.covered
    low, high = AS_MADE_FOR
    given = (
        f"Its 90 % interval, by the errors on the part before, covered **{span(least, most)}** of what came in the "
        "last part, by how far ahead"
    )
    if low <= least and most <= high:
        return f"{given}: about what it was made for."
    if most < low:
        return f"{given}: **too few**. What came later was harder than what the interval was measured on."
    if least > high:
        return f"{given}: too many. What came later was easier than what the interval was measured on."
    return f"{given}: not everywhere what it was made for, since the last part is not like the one before."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
