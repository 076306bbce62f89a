"""What simple methods reach on a series: fitted and measured as networks are, on the same days.

Importing this module does not import torch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import ClassVar, final

from rnnviz.data.own_series import series_of
from rnnviz.data.own_text import OwnText
from rnnviz.data.series import Series, load_series
from rnnviz.tasks.baselines import METHODS, Fitted, LinearMap, Problem, Smoothing
from rnnviz.tasks.forecasting import Measured
from rnnviz.training.run import Arrays, Ended, Loop, Moment, Point, State
from rnnviz.training.series import AboutSeries, SeriesRecipe


@final
@dataclass(frozen=True)
class BaselinesRecipe(AboutSeries):
    """A measurement of the simple methods on a series, before it is made.

    Attributes
    ----------
    series
        A name of `rnnviz.data.series.SERIES`, or the SHA-256 of a series of one's own, which comes beside it.
    window, horizon
        How many values the networks read that they stand beside, and how many are forecast.

    Raises
    ------
    ValueError
        With a sentence that says what is accepted.
    """

    kind: ClassVar[str] = "baselines"
    loop: ClassVar[str] = "rnnviz.training.baselines.Baselines"
    #: Nothing is drawn.
    seed: ClassVar[int] = 0

    series: str = "seattle"
    window: int = 28
    horizon: int = 7

    def __post_init__(self) -> None:
        self._check_series()

    @property
    def shipped_name(self) -> str | None:
        """What the files of its run are called if one comes with rnnviz."""
        return None if self.own_text else f"{self.kind}-{self.series}-{self.key}"

    @property
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""
        return f"{self.series[:10]:<10} simple methods, {self.horizon} steps ahead"

    def spent(self, step: int, seconds: float) -> float:
        """The share of the methods that are measured."""
        return step / len(METHODS)

    def training(self, state: State | None = None, text: OwnText | None = None) -> Loop:
        """The measurement itself; a series of one's own comes as a text."""
        return Baselines(self, state, series_of(text) if text else None)

    def read(self, arrays: Arrays) -> dict[str, Baseline]:
        """Each method that the series has something for, by name."""
        return {name: self._baseline(name, arrays) for name in METHODS if f"mae.{name}" in arrays}

    def _baseline(self, name: str, arrays: Arrays) -> Baseline:
        fitted = (
            LinearMap(arrays[f"coefficients.{name}"])
            if f"coefficients.{name}" in arrays
            else Smoothing(arrays[f"weights.{name}"], arrays[f"start.{name}"], self.horizon)
        )
        return Baseline(METHODS[name].title, fitted, Measured.read(name, arrays))


def baselines_of(recipe: SeriesRecipe) -> BaselinesRecipe:
    """The simple methods that a network stands beside."""
    return BaselinesRecipe(recipe.series, recipe.window, recipe.horizon)


@dataclass(frozen=True, eq=False)
class Baseline:
    """A simple method on a series: what it is called, its parameters, and how good it is."""

    title: str
    fitted: Fitted
    measured: Measured


class Baselines:
    """The run of a `BaselinesRecipe`, from its start or from a state on: see `rnnviz.training.run.Loop`.

    A step is a method; the only moment, at the end, holds what each has reached and its parameters, "mae.linear" and
    "coefficients.linear".
    """

    def __init__(self, recipe: BaselinesRecipe, state: State | None = None, series: Series | None = None) -> None:
        self.problem = Problem(series or load_series(recipe.series), recipe.window, recipe.horizon)
        self.ended: Ended | None = None
        self.step, self.seconds = (state.step, state.seconds) if state else (0, 0.0)
        self._found = dict(state.arrays) if state else {}

    def __iter__(self) -> Iterator[Point | Moment | None]:
        """Fit and measure one method after the other."""
        for name, method in [*METHODS.items()][self.step :]:
            start = perf_counter()
            fitted = method.fit(self.problem)
            if fitted is not None:
                self._found |= self._measured(fitted).arrays(name)
                self._found |= {f"{what}.{name}": found for what, found in fitted.parameters.items()}
            self.step, self.seconds = self.step + 1, self.seconds + perf_counter() - start
            yield Point(self.step, self.seconds)
        yield Moment(self.step, self.seconds, math.nan, dict(self._found))
        self.ended = Ended("done", self.step, self.seconds, 0)

    def _measured(self, fitted: Fitted) -> Measured:
        chosen, tested = (
            (fitted.forecast(self.problem.values, part.origins), part.targets)
            for part in (self.problem.choose, self.problem.test)
        )
        return Measured.of(chosen, tested)

    def state(self) -> State:
        """The methods that are measured."""
        return State(self.step, self.seconds, dict(self._found))
