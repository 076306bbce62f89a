"""What a network is trained with on a series of one's own.

Importing this module does not import torch.
"""

from __future__ import annotations

import numpy as np

from rnnviz.cells import Cell
from rnnviz.data.series import Series
from rnnviz.tasks.forecasting import split
from rnnviz.training.series import SeriesRecipe

#: How many steps ahead are forecast, by what a step is called; at most one in so many values of the series.
_HORIZONS = {"day": 7, "working day": 5, "trading day": 5, "week": 8, "month": 12, "quarter": 4, "year": 5, "hour": 24}
_HORIZON, _VALUES_A_HORIZON = 8, 25
#: The least and the most that is read before a forecast; at most one in so many values of the series.
_SHORTEST, _LONGEST, _VALUES_A_WINDOW = 4, 48, 8
#: A step that changes so little of what a series ranges over is read as a change.
_SMALL_STEP = 0.2


def own_recipe(series: Series, cell: Cell, seed: int = 0) -> SeriesRecipe:
    """The training of a cell on a series of one's own: what it reads and forecasts follows from the series alone."""
    return SeriesRecipe(
        series=series.name,
        cell=cell,
        reads=reads_of(series),
        window=window_of(series),
        horizon=horizon_of(series),
        seed=seed,
    )


def horizon_of(series: Series) -> int:
    """How many steps of a series are forecast."""
    return max(1, min(_HORIZONS.get(series.step, _HORIZON), len(series.values) // _VALUES_A_HORIZON))


def window_of(series: Series) -> int:
    """How many values are read before a forecast: two seasons where there is room, and four horizons else."""
    wanted = 2 * series.season or 4 * horizon_of(series)
    return max(_SHORTEST, min(wanted, _LONGEST, len(series.values) // _VALUES_A_WINDOW))


def reads_of(series: Series) -> str:
    """What is read of a series: its changes where its level moves on, or a step changes little of it; else its values.

    By the parts that are learned from and chosen on alone.
    """
    learned, chosen = (series.values[part.start : part.stop] for part in split(len(series.values))[:2])
    moves = abs(chosen.mean() - learned.mean()) > learned.std()
    smooth = np.abs(np.diff(learned)).mean() < _SMALL_STEP * learned.std()
    return "change" if moves or smooth else "value"
