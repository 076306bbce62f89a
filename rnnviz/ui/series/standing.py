"""Who forecasts a series how well: networks beside simple methods on the same steps, and what that says."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10

import numpy as np

from rnnviz.analysis.standing import alike
from rnnviz.data.series import Series
from rnnviz.data.steps import steps_in_words
from rnnviz.notation import percent
from rnnviz.ui.series.results import Forecasts, best_of, outcome

#: An interval that is made for 90 % of what comes does so where it covers so much in per cent.
AS_MADE_FOR = (85, 95)
#: An error that is so small a share of the largest value is none.
EXACT = 1e-9


def in_steps(series: Series, count: int) -> str:
    """So many steps of a series in words: 1 day, 7 days, 12 steps of 5 minutes."""
    return steps_in_words(series.step, count)


def span(least: float, most: float) -> str:
    """Two shares as a range; one where they are written alike."""
    return percent(least) if percent(least) == percent(most) else f"{percent(least)} to {percent(most)}"


def to_digits(value: float, of: float) -> str:
    """A number of a column, with as many decimals as give another number three digits."""
    decimals = max(0, 2 - floor(log10(of))) if of > 0 else 2
    return f"{value:,.{decimals}f}"


def between(numbers: Sequence[float]) -> str:
    """The least and the largest of some numbers, in three digits; one where they are written alike."""
    low, high = digits(min(numbers)), digits(max(numbers))
    return low if low == high else f"{low} to {high}"


def measure(series: Series, value: float) -> str:
    """A number in three digits, with its unit."""
    return f"{digits(value)} {series.unit}".rstrip()


def digits(value: float) -> str:
    """A number in three digits, whatever they are."""
    return to_digits(value, value)


def verdict(series: Series, network: Forecasts, simple: Forecasts) -> str:
    """Who forecasts better, the network or the best simple method, by how much, and what the numbers say."""
    won = outcome(network, simple)
    exact = simple.middle <= EXACT * np.abs(series.values).max()
    said = _VERDICTS["exact" if exact and won == "simple" else won].format(
        network=network.said,
        winner=capital(network.said),
        simple=simple.said,
        horizon=in_steps(series, network.errors.shape[1]),
        error=measure(series, simple.middle),
        errors=f"{between(network.overall)} {series.unit}".rstrip(),
        middle=measure(series, network.middle),
        seeds=len(network.measured),
        apart=percent(abs(network.middle / simple.middle - 1)) if not exact else "",
    )
    return " ".join(filter(None, (said, series.meaning)))


_VERDICTS = {
    "exact": (
        "**A simple method wins: {simple}.** Over {horizon} it is right, and {network} is off by {errors} on "
        "average from each of {seeds} seeds."
    ),
    "simple": (
        "**A simple method wins: {simple}.** Over {horizon} it is off by {error} on average, and {network} by "
        "{errors} from each of {seeds} seeds: the middle one has {apart} more error."
    ),
    "tie": (
        "**No winner: {simple}, a simple method, is as good.** Over {horizon} it is off by {error} on average, and "
        "{network} by {errors} from {seeds} seeds: the difference is within what the seed alone makes."
    ),
    "alike": (
        "**No winner: {simple}, a simple method, is as good.** Over {horizon} it is off by {error} on average, and "
        "{network} by {errors} from {seeds} seeds: the nearest of them differs by less than one in the third digit."
    ),
    "network": (
        "**{winner} wins.** Over {horizon} it is off by {errors} on average from each of {seeds} seeds, and the "
        "best simple method, {simple}, by {error}: the middle one of the seeds has {apart} less error."
    ),
    "once": (
        "**One training of {network} is off by {middle} on average over {horizon}**, and the best simple method, "
        "{simple}, by {error}. What the seed alone makes is not known from one: train more."
    ),
}


def chosen_afterwards(networks: int, simple: int) -> str:
    """That who stands for either side, of so many, was chosen by the errors that are compared."""
    return (
        f":small[By these same errors the network is the best of {networks}, counting both ways to forecast (direct "
        f"and recursive), and the simple method the best of {simple}: on what comes next either may do worse.]"
    )


def by_horizon(series: Series, network: Forecasts, methods: Sequence[Forecasts]) -> str:
    """Who is better one step ahead, and who at the end."""
    last = network.errors.shape[1]
    if last == 1:
        return ""
    near, far = (min(methods, key=lambda one: one.at(ahead)) for ahead in (1, last))
    return (
        f"{capital(in_steps(series, 1))} ahead {network.said} is off by {measure(series, network.at(1))} in the "
        f"middle of its seeds and the best simple method, {near.said}, by {measure(series, near.at(1))}; "
        f"{in_steps(series, last)} ahead it is off by {measure(series, network.at(last))} and the best of them, "
        f"{far.said}, by {measure(series, far.at(last))}."
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
        f"of all, {best.said}, has {percent(less)} less error."
    )


def ways(series: Series, direct: Forecasts, recursive: Forecasts) -> str:
    """Whether it is better to ask for all steps at once, or to feed each answer back."""
    last = direct.errors.shape[1]
    if last == 1:
        return ""
    once, fed = direct.errors[:, -1], recursive.errors[:, -1]
    apart = [not alike(one, other) for one, other in zip(once, fed)]
    grows, shrinks = ((fed > once) & apart).all(), ((fed < once) & apart).all()
    return _WAYS["grows" if grows else "shrinks" if shrinks else "depends" if any(apart) else "alike"].format(
        ahead=capital(in_steps(series, last)),
        network=direct.said,
        direct=measure(series, direct.at(last)),
        recursive=measure(series, recursive.at(last)),
    )


_BOTH_WAYS = (
    "{ahead} ahead {network} is off by {direct} where all steps are asked for at once (**direct**), and by {recursive} "
    "where it is fed its own answers one by one (**recursive**): "
)
_WAYS = {
    "grows": f"{_BOTH_WAYS}from every seed its errors grow as they are fed back.",
    "shrinks": f"{_BOTH_WAYS}from every seed feeding back is better here.",
    "depends": f"{_BOTH_WAYS}which is better depends on the seed.",
    "alike": f"{_BOTH_WAYS}from every seed both are as good, to less than one in the third digit.",
}


def coverage_sentence(network: Forecasts) -> str:
    """How often what came lay in the interval that was made for nine in ten, judged by what is shown."""
    least, most = network.covered
    low, high = AS_MADE_FOR
    judged = (
        "right"
        if low <= _shown(least) and _shown(most) <= high
        else "few"
        if _shown(most) < low
        else "many"
        if _shown(least) > high
        else "mixed"
    )
    return _COVERED[judged].format(network=network.said, covered=span(least, most))


def _shown(share: float) -> int:
    """A share in whole per cent, as it is written."""
    return round(100 * share)


_COVERAGE = (
    "The 90 % interval of {network}, by the errors on the part before, covered **{covered}** of what came in the last "
    "part, by how far ahead: "
)
_COVERED = {
    "right": f"{_COVERAGE}about what it was made for.",
    "few": f"{_COVERAGE}**too few**. What came later was harder than what the interval was measured on.",
    "many": f"{_COVERAGE}too many. What came later was easier than what the interval was measured on.",
    "mixed": (
        f"{_COVERAGE}not everywhere what it was made for. The last part may differ from the one before, or it is "
        "chance."
    ),
}


def capital(text: str) -> str:
    """The same as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
