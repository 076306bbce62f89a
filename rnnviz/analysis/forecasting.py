"""How good a network's forecasts are, direct and recursive."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rnnviz.cells import Array
from rnnviz.networks.forecaster import Forecaster
from rnnviz.tasks.forecasting import absolute_errors, coverage, examples, residual_interval, split

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


def measured(network: Forecaster, values: Array) -> dict[str, Array]:
    """What a network reaches on a series (T,), by horizon, in each way of `WAYS`.

    Returns
    -------
    Arrays (K,) under "mae.direct", "lower.direct", "upper.direct", "covered.direct" and the same of "recursive": the
    mean absolute error on the part that tests, the ends of the interval by the errors on the part that chooses, and the
    share of the part that tests that lies in it.
    """
    chooses, tests = (examples(values, part, network.needed, network.horizon) for part in split(len(values))[1:])
    found: dict[str, Array] = {}
    for way in WAYS:
        interval = residual_interval(forecasts_of(network, chooses.windows, way), chooses.targets)
        forecasts = forecasts_of(network, tests.windows, way)
        found |= {
            f"mae.{way}": absolute_errors(forecasts, tests.targets),
            f"lower.{way}": interval.lower,
            f"upper.{way}": interval.upper,
            f"covered.{way}": coverage(forecasts, tests.targets, interval),
        }
    return found
