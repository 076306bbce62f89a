"""Questions about trainings: who learns first, what is clipped, what batches waste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from statistics import median

from rnnviz.lessons.checks.check import (
    NONE,
    Check,
    Finding,
    Numeric,
    UndecidedError,
    check_number,
)
from rnnviz.lessons.evidence import Evidence, Race
from rnnviz.notation import percent


@dataclass(frozen=True)
class _OfRace(Check):
    """A check of a contest."""

    in_browser = False

    def race(self, shown: Evidence) -> Race:
        """The contest, which there is."""
        if shown.race is None:
            raise UndecidedError("no race is shown")
        return shown.race

    def options(self, shown: Evidence) -> Mapping[str, str] | None:
        """The cells."""
        return {cell.name: cell.title for cell in shown.race.contest.cells} if shown.race else {}


@dataclass(frozen=True)
class LearnsFirst(_OfRace):
    """Which cell of a contest first reaches what counts as learned, in the median of its runs."""

    kind = "first"
    pages = ("compare",)
    title = "Which cell learns it first"
    meaning = (
        "Right is the cell whose runs reach what counts as learned after the fewest steps, in the median of its seeds; "
        "a run that never does counts as the slowest. All runs must be finished."
    )
    needs = ("task",)

    def options(self, shown: Evidence) -> Mapping[str, str]:
        """The cells, and none."""
        return {**(super().options(shown) or {}), NONE: "None of them"}

    def find(self, shown: Evidence) -> Finding:
        """By the finished runs."""
        race = self.race(shown)
        steps = race.steps_to_learn
        if untrained := [cell.title for cell in race.contest.cells if len(steps.get(cell, ())) < race.contest.seeds]:
            raise UndecidedError(f"not trained, or not to the end: {', '.join(untrained)}")
        medians = {cell: median([inf if step is None else step for step in of_cell]) for cell, of_cell in steps.items()}
        told = ", ".join(f"{cell.title} {_steps(middle, steps[cell])}" for cell, middle in medians.items())
        least = min(medians.values())
        if isfinite(least) and sum(middle == least for middle in medians.values()) > 1:
            raise UndecidedError(f"two are level: {told}")
        first = min(medians, key=medians.__getitem__).name if isfinite(least) else NONE
        because = f"median steps until it counts as learned: {told}; a run that never gets there counts as the slowest"
        return Finding(first, because, least)


def _steps(middle: float, found: Sequence[int | None]) -> str:
    """A median in words, with how many runs there were to be counted."""
    there = sum(step is not None for step in found)
    told = f"{middle:,.0f}" if isfinite(middle) else "never"
    return f"{told} ({there} of {len(found)} runs learn it)"


@dataclass(frozen=True)
class Clipped(Numeric, _OfRace):
    """Which share of a cell's training steps was clipped, in percent."""

    kind = "clipped"
    pages = ("compare",)
    title = "How often gradients were clipped (a number)"
    meaning = (
        "The number is the share of that cell's training steps whose gradient was clipped, in percent, the median of "
        "its seeds; so far from it an answer still counts as right."
    )
    needs = ("task",)

    cell: str
    within: float

    def __post_init__(self) -> None:
        check_number("tolerance", self.within, 0)

    def find(self, shown: Evidence) -> Finding:
        """By the finished runs."""
        race = self.race(shown)
        found = next((one for cell, one in race.results.items() if cell.name == self.cell), None)
        if found is None:
            raise UndecidedError(f"no {self.cell} is shown")
        if found.clipped is None or found.finished < race.contest.seeds:
            raise UndecidedError(f"not trained, or not to the end: {found.cell.title}")
        share = found.clipped.median
        because = f"{percent(share)} of the steps of the {found.cell.title} were clipped, the median of its seeds"
        return Finding(100 * share, because, 100 * share)


@dataclass(frozen=True)
class Widest(_OfRace):
    """Which cell of a contest has the most units."""

    kind = "widest"
    pages = ("compare",)
    title = "Which cell has the most units"
    meaning = "Right is the cell whose layers are widest in this contest, as the page makes them equal."
    needs = ("more",)

    def find(self, shown: Evidence) -> Finding:
        """By the sizes that the contest gives them."""
        contest = self.race(shown).contest
        sizes, weights = contest.sizes(), contest.parameters()
        best = max(sizes, key=sizes.__getitem__)
        told = ", ".join(f"{cell.title} {size} units and {weights[cell]:,} weights" for cell, size in sizes.items())
        if sum(size == sizes[best] for size in sizes.values()) > 1:
            raise UndecidedError(f"two are level: {told}")
        return Finding(best.name, told, float(sizes[best]))


@dataclass(frozen=True)
class Padding(Numeric, Check):
    """Which share of the work on a padded batch is padding, in percent."""

    kind = "padding"
    pages = ("compare",)
    title = "How much of a padded batch is padding (a number)"
    meaning = (
        "The number is the share of steps that are padding when batches are made as the names come, in percent; so far "
        "from it an answer still counts as right."
    )
    in_browser = False

    within: float

    def __post_init__(self) -> None:
        check_number("tolerance", self.within, 0)

    def find(self, shown: Evidence) -> Finding:
        """By counting."""
        if not shown.padding:
            raise UndecidedError("no batches are shown")
        padded, bucketed = shown.padding["padded"], shown.padding["bucketed"]
        because = (
            f"{padded.padding:,} of {padded.steps:,} steps are padding, {percent(padded.wasted)}; with names of "
            f"like length together it is {percent(bucketed.wasted)}"
        )
        return Finding(100 * padded.wasted, because, 100 * padded.wasted)
