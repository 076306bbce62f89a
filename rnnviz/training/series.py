"""Recipes of networks that learn to forecast a series.

Importing this module does not import torch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, final

from rnnviz.cells import GRU, Cell, from_value
from rnnviz.data.own_series import series_of
from rnnviz.data.own_text import OwnText
from rnnviz.data.series import SERIES
from rnnviz.networks.forecaster import READS
from rnnviz.networks.initialisation import INITIALISATIONS
from rnnviz.tasks.forecasting import MEAN_ABSOLUTE_ERROR
from rnnviz.tasks.task import Metric
from rnnviz.training.recipe import AnyRecipe

if TYPE_CHECKING:
    from rnnviz.training.run import Loop, State

#: Under which name the last moment of a run says after how many steps its network was best.
CHOSEN_AT = "chosen.step"

#: The least and the most that may be read and forecast.
LIMITS: Mapping[str, tuple[float, float]] = {"window": (2, 400), "horizon": (1, 60)}
_OWN = re.compile("[0-9a-f]{64}")


class AboutSeries(AnyRecipe):
    """What recipes about a series have in common, be it one that ships or one of a person's own.

    Attributes
    ----------
    series
        A name of `rnnviz.data.series.SERIES`, or the SHA-256 of a series of one's own, which comes beside it.
    """

    series: str

    @property
    def data(self) -> dict[str, str]:
        """What is forecast."""
        return {"series": self.series}

    @property
    def own_text(self) -> str | None:
        """The name of the series of one's own, written as text; None for one with a name."""
        return self.series if _OWN.fullmatch(self.series) else None

    def _check_series(self) -> None:
        """Refuse what names no series, and numbers outside of their limits."""
        if not isinstance(self.series, str) or not (self.series in SERIES or self.own_text):
            raise ValueError(f"series must be one of {', '.join(SERIES)}, or the SHA-256 of one, not {self.series!r}")
        self._check_numbers(**LIMITS)


@final
@dataclass(frozen=True)
class SeriesRecipe(AboutSeries):
    """A training run of a network that forecasts a series, before it is made.

    By Adam, whose learning rate falls to zero along half a cosine.

    Attributes
    ----------
    series
        A name of `rnnviz.data.series.SERIES`, or the SHA-256 of a series of one's own, which comes beside it.
    reads
        A name of `rnnviz.networks.forecaster.READS`.
    window, horizon
        How many numbers it reads before each forecast, and how many it forecasts.
    initialisation
        How the weights start: a name of `rnnviz.networks.initialisation.INITIALISATIONS`.
    learning_rate
        That of the first step.
    clip
        The longest gradient a step may have; 0 for no limit.
    seed
        Fixes the start of the weights and the windows learned from at each step.

    Raises
    ------
    ValueError
        With a sentence that says what is accepted.
    """

    kind: ClassVar[str] = "series"
    loop: ClassVar[str] = "rnnviz.training.series_loop.SeriesTraining"
    budget: ClassVar[str] = "steps"

    series: str = "seattle"
    cell: Cell = GRU
    hidden_size: int = 24
    reads: str = "value"
    window: int = 28
    horizon: int = 7
    initialisation: str = "default"
    batch_size: int = 64
    learning_rate: float = 0.01
    clip: float = 1.0
    steps: int = 600
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "cell", from_value(self.cell))
        self._check_names(initialisation=INITIALISATIONS, reads=READS)
        self._check_series()

    @property
    def metric(self) -> Metric:
        """What is measured of the network."""
        return MEAN_ABSOLUTE_ERROR

    @property
    def shipped_name(self) -> str | None:
        """What the files of its run are called if one comes with rnnviz."""
        return None if self.own_text else f"{self.series}-{self.cell.name}-{self.key}"

    def training(self, state: State | None = None, text: OwnText | None = None) -> Loop:
        """The run itself; a series of one's own comes as a text."""
        if text is None:
            return super().training(state)
        loop: Loop = import_module("rnnviz.training.series_loop").SeriesTraining(self, state, series_of(text))
        return loop

    @property
    def in_words(self) -> str:
        """The recipe as a line in a list of them."""
        name = self.series[:10]
        return f"{name:<10} {self.cell.name:<11} {self.hidden_size:>3} units, {self.steps} steps, seed {self.seed}"

    def spent(self, step: int, seconds: float) -> float:
        """The share of the budget that is spent after so many steps; how long they took does not matter."""
        return min(1.0, step / self.steps)


#: What the networks on a series read and forecast: of what was tried the best on the second part of it. For Seattle of
#: windows of 14, 28 and 60; longer ones, looked at when the third part had been seen: see docs/data.md.
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "seattle": {"window": 60, "horizon": 7},
    "sunspots": {"window": 24, "horizon": 11},
    "co2": {"reads": "change", "window": 36, "horizon": 12},
    "glucose": {"window": 24, "horizon": 12, "steps": 1200},
    "price": {"reads": "change", "window": 20, "horizon": 5, "hidden_size": 16},
    "return": {"window": 20, "horizon": 5, "hidden_size": 16},
    "range": {"window": 20, "horizon": 5, "hidden_size": 16},
    "bleeding": {"reads": "change", "window": 40, "horizon": 1, "steps": 1200},
    "water": {"reads": "change", "window": 48, "horizon": 1, "hidden_size": 16},
}


def recipe_for(series: str, cell: Cell, seed: int = 0) -> SeriesRecipe:
    """The training of a cell on a series that ships; with the cells of rnnviz and seeds 0, 1 and 2 it ships too.

    Raises
    ------
    KeyError
        When no series of this name ships.
    """
    what = series.rpartition("-")[2]  # a stock's quantity; the name itself of another series
    return SeriesRecipe(series=series, cell=cell, seed=seed, **_SETTINGS[what])
