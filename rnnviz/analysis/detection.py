"""Detecting with a network: what it does not forecast is not usual."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.analysis.forecasting import forecasts_of
from rnnviz.data.series import Series
from rnnviz.networks import checkpoints
from rnnviz.networks.forecaster import Forecaster
from rnnviz.tasks.detection import Detector, Floats, curve, learned_part, room, scores
from rnnviz.tasks.forecasting import windows

#: What was measured once of every detector on the labelled series: written by ``tools/detection.py``.
MEASURED = checkpoints.shipped("series") / "detection.json"


@dataclass(frozen=True, eq=False)
class OneStep:
    """It expects what a network forecasts one step ahead: a `rnnviz.tasks.detection.Detector`."""

    network: Forecaster

    @property
    def reach(self) -> int:
        """How many of the values before each it looks at."""
        return self.network.needed

    def distances(self, values: ArrayLike) -> Floats:
        """How far values (T,) are above what was forecast for each; nan where too little came before."""
        given = np.asarray(values, dtype=np.float64)
        if len(given) <= self.reach:
            return np.full(len(given), np.nan)
        expected = forecasts_of(self.network, windows(given, self.reach)[:, :-1], "direct")[0]
        return np.concatenate([np.full(self.reach, np.nan), given[self.reach :] - expected])


class Reached(NamedTuple):
    """What a detector reaches on a labelled series, over all thresholds.

    Attributes
    ----------
    average_precision, room
        As `rnnviz.tasks.detection` defines them.
    """

    average_precision: float
    room: float


def reached(series: Series, detector: Detector) -> Reached:
    """What a detector reaches on a labelled series."""
    scored = scores(detector, series.values, learned_part(series))
    return Reached(curve(series, scored).average_precision, room(series, scored))


@cache
def measured_on(series: str) -> Mapping[str, tuple[Reached, ...]]:
    """What was measured on a labelled series that ships: of simple detectors once, of a cell's networks by seed.

    Raises
    ------
    KeyError
        When nothing was.
    """
    found = json.loads(MEASURED.read_text())[series]
    return {name: tuple(Reached(*one) for one in seeds) for name, seeds in found.items()}
