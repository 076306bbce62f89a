"""Looking into a network that forecasts: how good it is, how far back it looks, and what its units follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.analysis.units import LEFT, TELLS, UNTRAINED_SEED, correlation
from rnnviz.cells import Array
from rnnviz.data.series import Series
from rnnviz.gradients import backpropagate
from rnnviz.networks.forecaster import Forecaster, scaling_of
from rnnviz.tasks.forecasting import Examples, Measured, examples, split, usual_values

#: The two ways to forecast many steps: all answers at once, or the first one read as if it had come.
WAYS: Mapping[str, Callable[[Forecaster, Array], Array]] = {
    "direct": Forecaster.direct,
    "recursive": lambda network, windows: network.recursive(windows, network.horizon),
}
#: So many windows are read side by side.
AT_ONCE = 512
#: In so many windows, evenly over the part that tests, it is tried how far back a network looks.
PLACES = 50
#: It looks as far back as the values reach that have such a share of all that any does to the forecasts.
MOST = 0.9
#: What units are compared with, by name: see `features`.
FEATURES = ("last", "change", "mean", "season")

#: A finding; or no finding, since the last value alone or the untrained network tells it already, since no unit follows
#: it much better than these, or since there is nothing to compare.
Verdict = Literal["finding", "last", "untrained", "weak", "undefined"]


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
    """How far back a network looks.

    Attributes
    ----------
    moved
        (needed,): how far the direct forecasts move, over all horizons, when the last value, the one before, and so on,
        is higher by a typical change; the mean over windows of the part that tests. A typical change is the standard
        deviation of the changes that were learned from; where there was none, nothing moves.
    """

    moved: Array

    @property
    def far(self) -> int:
        """How many of the last values have `MOST` of all that they do one by one; 0 where none does anything."""
        together = np.cumsum(self.moved)
        return int(np.argmax(together >= MOST * together[-1])) + 1 if together[-1] else 0

    @classmethod
    def of(cls, network: Forecaster, values: Array) -> Reach:
        """That of a network on a series (T,)."""
        _, tests = held_out(network, values)
        count = min(PLACES, tests.windows.shape[1])
        places = np.linspace(0, tests.windows.shape[1] - 1, count).round().astype(int)
        learned = values[: split(len(values)).learn.stop]
        if not np.ptp(np.diff(learned)):
            return cls(np.zeros(network.needed))
        typical = scaling_of(learned, "change")[1]
        moved = []
        for window in tests.windows[:, places].T:
            changed = window[:, None] + typical * np.eye(len(window))
            moved.append(np.abs(forecasts_of(network, changed) - network.direct(window)[:, None]).mean(0))
        return cls(np.mean(moved, axis=0)[::-1])

    @classmethod
    def read_from(cls, arrays: Mapping[str, NDArray[Any]]) -> Reach:
        """What `arrays` has kept."""
        return cls(arrays["reach.moved"].astype(np.float64))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """As runs keep it."""
        return {"reach.moved": self.moved}


@dataclass(frozen=True)
class Followed:
    """The unit that follows a feature best, beside what it has to be compared with.

    Attributes
    ----------
    feature
        One of `FEATURES`.
    place, rises
        Which unit of the state, and whether it rises with the feature; otherwise it falls.
    score, untrained, last
        Correlations on the part that tests, as `Follows` has them: that of the unit turned round where it falls, of
        the others the size alone. nan where they are not defined.
    """

    feature: str
    place: int
    rises: bool
    score: float
    untrained: float
    last: float

    @property
    def verdict(self) -> Verdict:
        """Whether it is a finding, by the rule of `rnnviz.analysis.units.Found`, and if not, why.

        With the last value itself only the untrained network is compared.
        """
        if not np.isfinite(self.score):
            return "undefined"
        last = 0.0 if self.feature == "last" else self.last
        control = float(np.nanmax([last, self.untrained, 0.0]))
        if control >= TELLS:
            return "last" if last >= TELLS else "untrained"
        return "finding" if 1 - self.score <= LEFT * (1 - control) else "weak"


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

    def best(self, feature: str) -> Followed:
        """The unit that is the first of them."""
        row = FEATURES.index(feature)
        place = int(self.ranked(feature)[0])
        rises = not self.chosen[row, place] < 0
        score = float(self.tested[row, place]) * (1 if rises else -1)
        return Followed(feature, place, rises, score, abs(float(self.untrained[row])), abs(float(self.last[row])))

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
        return cls(*(arrays[f"follows.{field.name}"].astype(np.float64) for field in fields(cls)))

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
