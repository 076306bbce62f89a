"""Questions about networks that forecast a series: what a forecast repeats, and whether simple methods do as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.analysis.standing import outcome
from rnnviz.lessons.checks.check import Check, Finding, UndecidedError, number
from rnnviz.lessons.evidence import Evidence

_SHIFTS: Mapping[str, str] = {
    "now": "Where it is",
    "before": "Drawn one day earlier",
    "long": "Drawn two or three days earlier",
}
_WINNERS: Mapping[str, str] = {
    "network": "The network, with every seed",
    "simple": "A simple method",
    "tie": "Neither: they are as good",
}


@dataclass(frozen=True)
class FitsBest(Check):
    """By how many days a forecast of a price must be drawn earlier to fit best."""

    kind = "fits"
    pages = ("series",)
    title = "Where a price forecast fits best"
    meaning = (
        "Right is the shift, from 0 to 3 days, at which the forecast of the next day’s price is nearest to the price "
        "on days that were not learned from: the mean distance, in the middle of the seeds."
    )
    in_browser = False

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """Three of them."""
        return _SHIFTS

    def find(self, shown: Evidence) -> Finding:
        """By the mean distance at each shift."""
        if not shown.shifted:
            raise UndecidedError("no forecast of a price is shown")
        best = min(shown.shifted, key=shown.shifted.__getitem__)
        off = ", ".join(f"{number(error)} at {shift}" for shift, error in shown.shifted.items())
        answer = ("now", "before")[best] if best < 2 else "long"
        return Finding(answer, f"by days that it is drawn earlier the forecast is off by {off}", float(best))


@dataclass(frozen=True)
class Beats(Check):
    """Whether a network forecasts better than every simple method."""

    kind = "beats"
    pages = ("series",)
    title = "Who forecasts better"
    meaning = (
        "Right is the network if it is better from every seed than the best simple method, the simple method if it is "
        "better than the network from each, and neither in between or where the nearest seed differs by less than one "
        "in the third digit: the mean absolute error on what was not learned from, of a network in its better way, "
        "direct or recursive. Of a stock, it is the return of the next day."
    )
    in_browser = False

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """Three of them."""
        return _WINNERS

    def find(self, shown: Evidence) -> Finding:
        """By the errors of every seed."""
        contest = shown.forecasts
        if contest is None:
            raise UndecidedError("no network and no simple method are shown that forecast the same")
        won = outcome(contest.network, contest.simple)
        if won == "once":
            raise UndecidedError("of one network it is not known what the seed makes")
        seeds = f"{number(min(contest.network))} to {number(max(contest.network))}"
        because = (
            f"the network is off by {seeds} over {len(contest.network)} seeds, {contest.method} by "
            f"{number(contest.simple)}"
        )
        return Finding("tie" if won == "alike" else won, because, contest.simple)
