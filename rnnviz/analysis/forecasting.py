"""Looking into a network that forecasts: how good it is, how far back it looks, and what its units follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.analysis.units import UNTRAINED_SEED, correlation
from rnnviz.cells import Array
from rnnviz.data.series import Series
from rnnviz.gradients import backpropagate
from rnnviz.networks.forecaster import Forecaster
from rnnviz.tasks.forecasting import Examples, Measured, absolute_errors, examples, split, usual_values

#: The two ways to forecast many steps: all answers at once, or the first one read as if it had come.
WAYS: Mapping[str, Callable[[Forecaster, Array], Array]] = {
    "direct": Forecaster.direct,
    "recursive": lambda network, windows: network.recursive(windows, network.horizon),
}
#: So many windows are read side by side.
AT_ONCE = 512
#: How many of the last values are read where it is measured how far back a network looks, and all of its window.
LENGTHS = (1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40, 60, 100, 200)
#: With so many values it sees as well as with all whose error is at most so much more.
ENOUGH = 0.01
#: What units are compared with, by name: see `features`.
FEATURES = ("last", "change", "mean", "season")


def forecasts_of(network: Forecaster, windows: Array, way: str = "direct") -> Array:
    """The forecasts of a network after windows (needed, N), in a way of `WAYS`: (K, N)."""
    some = np.array_split(windows, max(1, windows.shape[1] // AT_ONCE), axis=1)
    return np.concatenate([WAYS[way](network, each) for each in some], axis=1)


def held_out(network: Forecaster, values: Array) -> tuple[Examples, Examples]:
    """What a network reads and is to forecast of the parts of a series (T,) that choose and test."""
    chooses, tests = (examples(values, part, network.needed, network.horizon) for part in split(len(values))[1:])
    return chooses, tests


def measured(network: Forecaster, values: Array) -> dict[str, Measured]:
    """What a network reaches on the values of a series (T,), in each way of `WAYS`."""
    parts = held_out(network, values)
    return {
        way: Measured.of(*((forecasts_of(network, one.windows, way), one.targets) for one in parts)) for way in WAYS
    }


def findings(network: Forecaster, series: Series) -> dict[str, NDArray[Any]]:
    """All that is found of a network on a series, as runs keep it: `measured`, `Reach` and `Follows`."""
    values = usual_values(series)
    found = Reach.of(network, values).arrays() | Follows.of(network, values, series.season).arrays()
    for way, one in measured(network, values).items():
        found |= one.arrays(way)
    return found


@dataclass(frozen=True, eq=False)
class Reach:
    """How good forecasts are by how much is read before them.

    Attributes
    ----------
    read
        (M,): how many of the last numbers are read, from a state of zeros; the last is the whole window.
    errors
        (M,): the mean absolute error on the part that tests, over all horizons.
    """

    read: NDArray[np.int64]
    errors: Array

    @property
    def enough(self) -> int:
        """The least of `read` from which on no error is more than `ENOUGH` above that of the whole window."""
        more = np.flatnonzero(self.errors > (1 + ENOUGH) * self.errors[-1])
        return int(self.read[more[-1] + 1 if more.size else 0])

    @classmethod
    def of(cls, network: Forecaster, values: Array) -> Reach:
        """That of a network on the values of a series (T,)."""
        _, tests = held_out(network, values)
        read = [length for length in LENGTHS if length < network.window] + [network.window]
        more = network.needed - network.window
        errors = [
            absolute_errors(forecasts_of(network, tests.windows[-length - more :]), tests.targets).mean()
            for length in read
        ]
        return cls(np.array(read), np.array(errors))

    @classmethod
    def read_from(cls, arrays: Mapping[str, NDArray[Any]]) -> Reach:
        """What `arrays` has kept."""
        return cls(arrays["reach.read"], arrays["reach.errors"])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """As runs keep it."""
        return {"reach.read": self.read, "reach.errors": self.errors}


@dataclass(frozen=True, eq=False)
class Follows:
    """How well each unit of the state follows each of `FEATURES`: correlations over windows that were not learned from.

    nan where a feature is not defined, or never changes. A unit is a place in the states of the cell, one after the
    other.

    Attributes
    ----------
    chosen, tested
        (F, U): on the part of the series that chooses, and on the one that tests.
    untrained
        (F,): on the part that tests, that of the unit of the same network with random weights that is the best on the
        part that chooses.
    last
        (F,): on the part that tests, that of the last value that was read.
    """

    chosen: Array
    tested: Array
    untrained: Array
    last: Array

    def ranked(self, feature: str) -> NDArray[np.int64]:
        """The units, the best first, by the part that chooses."""
        return _ranked(self.chosen[FEATURES.index(feature)])

    @classmethod
    def of(cls, network: Forecaster, values: Array, season: int) -> Follows:
        """Those of a network on a series (T,) that comes back after so many steps; 0 where it does not."""
        parts, wanted = held_out(network, values), features(values, network.window, season)
        labels = [wanted[one.origins] for one in parts]
        chosen, tested = (correlation(label, _states(network, one)) for label, one in zip(labels, parts))
        start = untrained(network)
        first, then = (correlation(label, _states(start, one)) for label, one in zip(labels, parts))
        control = np.array([row[_ranked(by)[0]] for by, row in zip(first, then)])
        (last,) = correlation(values[parts[1].origins, None], labels[1])
        return cls(chosen, tested, control, last)

    @classmethod
    def read_from(cls, arrays: Mapping[str, NDArray[Any]]) -> Follows:
        """What `arrays` has kept."""
        return cls(*(arrays[f"follows.{name}"] for name in ("chosen", "tested", "untrained", "last")))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """As runs keep it."""
        return {f"follows.{name}": value.astype(np.float16) for name, value in vars(self).items()}


def _ranked(chosen: Array) -> NDArray[np.int64]:
    return np.argsort(-np.nan_to_num(np.abs(chosen), nan=-1.0), kind="stable")


def _states(network: Forecaster, part: Examples) -> Array:
    """All units of the state after each window of a part: (N, U)."""
    some = np.array_split(part.windows, max(1, part.windows.shape[1] // AT_ONCE), axis=1)
    traces = [network.run(each) for each in some]
    return np.concatenate(
        [np.concatenate([trace[name][-1] for name in network.cell.state], axis=-1) for trace in traces]
    )


def untrained(network: Forecaster) -> Forecaster:
    """The same network before any training: random weights of its cell, as `Cell.init` draws them."""
    sizes = network.cell.sizes(network.weights)
    return replace(network, weights=network.cell.init(sizes["I"], sizes["H"], UNTRAINED_SEED))


def features(values: Array, window: int, season: int) -> Array:
    """What units are compared with at each step of a series (T,), in the order of `FEATURES`: (T, F).

    The last value; by how much it differs from the one before; the mean of a window; the wave of the season: see
    `season_wave`.
    """
    means = np.full(len(values), np.nan)
    means[window - 1 :] = np.convolve(values, np.full(window, 1 / window), "valid")
    change = np.diff(values, prepend=np.nan)
    return np.stack([values, change, means, season_wave(values, season)], axis=1)


def season_wave(values: Array, season: int) -> Array:
    """The wave of a season in a series (T,): the sine that fits the part that is learned from best, beside a trend.

    By least squares; nan where nothing comes back. It goes on over all T steps, and is known of no value but those that
    were learned from.
    """
    if season < 2:
        return np.full(len(values), np.nan)
    steps = np.arange(len(values))
    angle = 2 * np.pi * steps / season
    parts = np.stack([np.sin(angle), np.cos(angle), np.ones(len(values)), steps / len(values)], axis=1)
    learned = split(len(values)).learn.stop
    weights, *_ = np.linalg.lstsq(parts[:learned], values[:learned], rcond=None)
    wave: Array = parts[:, :2] @ weights[:2]
    return wave


def slopes(network: Forecaster, window: ArrayLike) -> Array:
    """How each forecast changes with each value of a window (needed,), by how much a unit: (K, needed).

    The derivative of the direct forecasts, by backpropagation through time.
    """
    given = np.asarray(window, dtype=np.float64)
    trace = network.run(np.repeat(given[:, None], network.horizon, axis=1))
    by_hidden = np.zeros_like(trace[network.cell.state[0]])
    by_hidden[-1] = network.readout["W_hy"]
    by_inputs = backpropagate(trace, by_hidden).inputs[..., 0].T
    if network.reads == "value":
        return by_inputs
    found = np.zeros((network.horizon, len(given)))
    found[:, 1:] += by_inputs
    found[:, :-1] -= by_inputs
    found[:, -1] += 1
    return found


def occluded(network: Forecaster, window: ArrayLike) -> Array:
    """By how much each forecast is higher than it would be without each value of a window (needed,): (K, needed).

    A value is left out as if it had not been measured: a line between its neighbours is in its place, at an end the one
    neighbour that there is.
    """
    given = np.asarray(window, dtype=np.float64)
    changed = np.repeat(given[:, None], len(given), axis=1)
    padded = np.pad(given, 1, mode="reflect")
    np.fill_diagonal(changed, (padded[:-2] + padded[2:]) / 2)
    return network.direct(given)[:, None] - network.direct(changed)
