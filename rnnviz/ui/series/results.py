"""What networks and simple methods have reached on a series, as it is kept with their runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.analysis.forecasting import WAYS
from rnnviz.analysis.standing import Outcome
from rnnviz.analysis.standing import outcome as outcome_of
from rnnviz.cells import Cell
from rnnviz.data.series import Series
from rnnviz.tasks.baselines import METHODS, Fitted
from rnnviz.tasks.forecasting import Floats, Measured
from rnnviz.training.baselines import baselines_of
from rnnviz.training.series import SeriesRecipe
from rnnviz.ui.jobs import kept, visitor
from rnnviz.ui.series.shown import runs_of


@dataclass(frozen=True, eq=False)
class Forecasts:
    """What a network or a simple method reaches, once for each seed; a simple method, which draws nothing, once.

    Attributes
    ----------
    name, title, said
        In code, on screen, and within a sentence.
    measured
        By seed, from 0 on.
    fitted
        Of a simple method its parameters; None of a network.
    """

    name: str
    title: str
    said: str
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
    def first(self) -> Forecasts:
        """The same one step ahead alone."""
        return replace(self, measured=tuple(one.first for one in self.measured))

    @property
    def covered(self) -> tuple[float, float]:
        """The least and the largest share over the horizons that the interval covers: the median over the seeds."""
        shares = np.median([one.covered for one in self.measured], axis=0)
        return float(shares.min()), float(shares.max())


def best_of(forecasts: Sequence[Forecasts]) -> Forecasts:
    """The one with the smallest error over all horizons."""
    return min(forecasts, key=lambda one: one.middle)


def outcome(network: Forecasts, simple: Forecasts) -> Outcome:
    """Who wins over all horizons: see `rnnviz.analysis.standing.outcome`."""
    return outcome_of(network.overall, simple.middle)


def networks_of(series: Series, cell: Cell) -> dict[str, Forecasts]:
    """What the finished networks of a cell reach on a series, by the way they forecast: none where there are none."""
    runs = [run for run in runs_of(series, cell).values() if run.status == "done"]
    kept_of = [kept().weights(run, max(run.moments)) for run in runs]
    titles = {"direct": cell.title, "recursive": f"{cell.title}, fed back"}
    said = {"direct": f"the {cell.title}", "recursive": f"the recursive {cell.title}"}
    return {
        way: Forecasts(cell.name, titles[way], said[way], tuple(Measured.read(way, arrays) for arrays in kept_of))
        for way in WAYS
        if kept_of
    }


def simple_methods(recipe: SeriesRecipe) -> list[Forecasts]:
    """What the simple methods reach beside a network; none while that is not measured."""
    wanted = baselines_of(recipe)
    run = kept().find(wanted, visitor())
    if run is None or not run.moments:
        return []
    found = wanted.read(kept().weights(run, max(run.moments)))
    return [Forecasts(name, one.title, METHODS[name].said, (one.measured,), one.fitted) for name, one in found.items()]
