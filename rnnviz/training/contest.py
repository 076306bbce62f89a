"""Several cells, several seeds, one task: what is trained, and what the results say. Nothing is decided in advance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from statistics import median

import numpy as np

from rnnviz.analysis.anatomy import network_size_for, network_total
from rnnviz.cells import LSTM, MAIN, Cell, from_value
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Metric, Task
from rnnviz.training.recipe import LIMITS, Recipe
from rnnviz.training.run import Run

#: The most seeds of one cell, and the most lengths of one comparison.
MOST_SEEDS, MOST_LENGTHS = 5, 6


@dataclass(frozen=True)
class Contest:
    """What is compared.

    Attributes
    ----------
    recipe
        What all runs share; its cell and seed do not matter.
    cells
        In the order in which they are shown; one of `rnnviz.cells.CELLS` may be given by its name.
    seeds, first_seed
        How many runs of each, and the seed of the first; the others follow.
    equal
        "hidden_size": every cell has that of the recipe. "parameters": every cell is as wide as brings its network
        nearest to the number of weights of an LSTM's with that hidden size.
    """

    recipe: Recipe
    cells: tuple[Cell, ...] = MAIN
    seeds: int = 3
    first_seed: int = 0
    equal: str = "hidden_size"

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", tuple(map(from_value, self.cells)))

    @property
    def task(self) -> Task:
        """What is to be learned."""
        return TASKS[self.recipe.task]

    def recipes(self) -> dict[Cell, list[Recipe]]:
        """The recipe of every run, by its cell.

        A way to start that changes nothing in a cell is the default there, so that no run is made twice.
        """
        unmoved, seeds = self.unmoved(), range(self.first_seed, self.first_seed + self.seeds)
        starts = {cell: "default" if cell in unmoved else self.recipe.initialisation for cell in self.cells}
        return {
            cell: [
                replace(self.recipe, cell=cell, hidden_size=size, seed=seed, initialisation=starts[cell])
                for seed in seeds
            ]
            for cell, size in self.sizes().items()
        }

    def unmoved(self) -> tuple[Cell, ...]:
        """The cells that have no gate for the way to start to act on."""
        start = INITIALISATIONS[self.recipe.initialisation]
        return tuple(cell for cell in self.cells if not start.changes(cell, 1, 2, np.random.default_rng(0)))

    def sizes(self) -> dict[Cell, int]:
        """The hidden size of each cell."""
        recipe = self.recipe
        if self.equal == "hidden_size":
            return dict.fromkeys(self.cells, recipe.hidden_size)
        budget, most = network_total(LSTM, *self.ends, recipe.hidden_size, *self.shape), int(LIMITS["hidden_size"][1])
        return {cell: network_size_for(cell, *self.ends, budget, *self.shape, most) for cell in self.cells}

    def parameters(self) -> dict[Cell, int]:
        """How many weights the network of each cell has, read-out included."""
        return {cell: network_total(cell, *self.ends, size, *self.shape) for cell, size in self.sizes().items()}

    @property
    def ends(self) -> tuple[int, int]:
        """How many numbers every network reads and gives at each step."""
        return len(self.task.inputs), self.task.output_size

    @property
    def shape(self) -> tuple[int, int]:
        """How many layers and directions every network has."""
        return self.recipe.layers, self.recipe.directions

    def at(self, length: int) -> Contest:
        """The same at another length."""
        return replace(self, recipe=replace(self.recipe, length=length))


@dataclass(frozen=True)
class Spread:
    """The median of some numbers and the smallest and largest of them."""

    low: float
    median: float
    high: float
    n: int


def spread(values: Sequence[float]) -> Spread | None:
    """The spread of some numbers; None of none."""
    return Spread(min(values), median(values), max(values), len(values)) if values else None


@dataclass(frozen=True)
class Result:
    """What the finished runs of one cell reached.

    Attributes
    ----------
    metric
        On held-out sequences at the end, of the runs that did not diverge.
    seconds_per_step
        Measured.
    steps_to_level
        Of the runs that reached it: how many steps until the metric was first as good as the level.
    clipped
        The share of the steps whose gradient was longer than the limit.
    finished, diverged
        How many runs ended, and how many of these because numbers became too large.
    begun
        How many have got to a first point.
    shipped
        How many of those that ended came with rnnviz.
    timed_on
        The machine that made all of those that ended, each by itself; None where there is no such machine.
    """

    cell: Cell
    metric: Spread | None
    seconds_per_step: Spread | None
    steps_to_level: Spread | None
    clipped: Spread | None
    finished: int
    diverged: int
    begun: int = 0
    shipped: int = 0
    timed_on: str | None = None


def result(cell: Cell, runs: Sequence[Run], metric: Metric, level: float | None) -> Result:
    """Sum up the runs of one cell; those that are not finished do not count."""
    ended = [(run, run.ended) for run in runs if run.ended]
    steps = [steps_to(run, metric, level) for run, _ in ended] if level is not None else []
    machines = {end.timed_on for _, end in ended}
    return Result(
        cell,
        spread([end.metric for _, end in ended if end.metric is not None]),
        spread([end.seconds / end.step for _, end in ended if end.step]),
        spread([step for step in steps if step is not None]),
        spread([clipped_share(run) for run, _ in ended if run.points]),
        len(ended),
        sum(end.reason == "diverged" for _, end in ended),
        sum(bool(run.points) for run in runs),
        sum(run.shipped for run, _ in ended),
        machines.pop() if len(machines) == 1 else None,
    )


def steps_to(run: Run, metric: Metric, level: float) -> int | None:
    """After how many steps a run's metric was first as good as a level; None when it never was."""
    return next((point.step for point in run.points if metric.reached(point.metric, level)), None)


def clipped_share(run: Run) -> float:
    """The share of a run's steps whose gradient was clipped."""
    before = [0, *(point.step for point in run.points)]
    clipped = sum(point.clipped * (point.step - start) for start, point in zip(before, run.points))
    return clipped / run.points[-1].step


def ahead(results: Sequence[Result], better: str) -> list[tuple[Cell, Cell]]:
    """The pairs of cells of which the first did better with every seed than the second with any.

    Only cells with at least two finished runs are compared; a run that diverged did worse than all that did not.
    """
    pairs = []
    for one, other in combinations([result for result in results if result.finished > 1], 2):
        for first, second in ((one, other), (other, one)):
            if first.diverged or first.metric is None:
                continue
            if second.metric is None or (
                first.metric.low > second.metric.high if better == "larger" else first.metric.high < second.metric.low
            ):
                pairs.append((first.cell, second.cell))
    return pairs


def chance_of_full_order(first: int, second: int) -> float:
    """How likely two cells that are alike are to be wholly ahead of one another, with so many runs of each.

    That is the smallest p of a two-sided rank test (Mann & Whitney 1947): of all ways to deal the ranks, two have one
    cell wholly ahead.
    """
    return 2 / comb(first + second, first)


def overlapping(results: Sequence[Result], better: str) -> list[tuple[Result, Result]]:
    """The pairs of cells with at least two finished runs of which neither is ahead."""
    decided = {frozenset(pair) for pair in ahead(results, better)}
    pairs = combinations([result for result in results if result.finished > 1], 2)
    return [pair for pair in pairs if frozenset(one.cell for one in pair) not in decided]


def same_clock(results: Sequence[Result]) -> bool:
    """Whether the seconds of all finished runs can be set against each other: one machine made each by itself."""
    machines = {one.timed_on for one in results if one.finished}
    return len(machines) == 1 and None not in machines


def breaks_at(by_length: Mapping[int, Result], metric: Metric) -> int | None:
    """The first length at which the median of a cell is not as good as learned; None when none is."""
    level = metric.learned
    if level is None:
        return None
    return next(
        (
            length
            for length, found in sorted(by_length.items())
            if found.finished and (found.metric is None or not metric.reached(found.metric.median, level))
        ),
        None,
    )
