"""How good a network's forecasts are, direct and recursive."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rnnviz.cells import Array
from rnnviz.networks.forecaster import Forecaster
from rnnviz.tasks.forecasting import Measured, examples, split

#: The two ways to forecast many steps: all answers at once, or the first one read as if it had come.
WAYS: Mapping[str, Callable[[Forecaster, Array], Array]] = {
    "direct": Forecaster.direct,
    "recursive": lambda network, windows: network.recursive(windows, network.horizon),
}
#: So many windows are read side by side.
AT_ONCE = 512


def forecasts_of(network: Forecaster, windows: Array, way: str) -> Array:
    """The forecasts of a network after windows (needed, N), in a way of `WAYS`: (K, N)."""
    some = np.array_split(windows, max(1, windows.shape[1] // AT_ONCE), axis=1)
    return np.concatenate([WAYS[way](network, each) for each in some], axis=1)


def measured(network: Forecaster, values: Array) -> dict[str, Measured]:
    """What a network reaches on the values of a series (T,), in each way of `WAYS`."""
    chooses, tests = (examples(values, part, network.needed, network.horizon) for part in split(len(values))[1:])
    return {
        way: Measured.of(*((forecasts_of(network, part.windows, way), part.targets) for part in (chooses, tests)))
        for way in WAYS
    }
