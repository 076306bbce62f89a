"""A network that forecasts a series: it reads numbers, one a step, and answers with the next ones.

Importing this module does not import torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.cells import ANSWER, Array, Cell, Weights, sizes_of
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks.checkpoints import parts
from rnnviz.trace import Change, Trace, run

#: What a network reads of a series, and what its answers are of: the value itself, or its change.
READS: Mapping[str, str] = {"value": "Values", "change": "Changes"}


@dataclass(frozen=True, eq=False)
class Forecaster:
    """A network that forecasts.

    It reads a window of numbers and answers after each with K numbers, the next ones: all horizons at once.

    Attributes
    ----------
    cell, weights, readout
        The cell and its weights, and those of `rnnviz.cells.ANSWER`: W_hy (K, H), b_y (K,).
    reads
        A name of `READS`. "value": it reads (value - centre) / scale, and the value k steps ahead is
        centre + scale y_k.
        "change": it reads (value - the one before - centre) / scale, so a window has one value more, and the value k
        steps ahead is the last one + scale y_k.
    window
        How many numbers it reads, from a state of zeros.
    centre, scale
        Of what it learned from.
    """

    cell: Cell
    weights: Weights
    readout: Weights
    reads: str
    window: int
    centre: float
    scale: float

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], cell: Cell, reads: str, window: int) -> Forecaster:
        """A network from weights by part and name, "core.W_xh" and "readout.b_y", and "series.centre", "series.scale".

        Raises
        ------
        ValueError
            When the weights do not fit the equations.
        """
        found = parts(arrays)
        cell.sizes(found.get("core", {}))
        sizes_of(ANSWER, found.get("readout", {}), "the read-out")
        about = found["series"]
        return cls(cell, found["core"], found["readout"], reads, window, float(about["centre"]), float(about["scale"]))

    @property
    def horizon(self) -> int:
        """How many steps ahead it answers at once."""
        return len(self.readout["b_y"])

    @property
    def needed(self) -> int:
        """How many values it needs: one more than its window where it reads changes."""
        return self.window + (self.reads == "change")

    def inputs(self, values: ArrayLike) -> Array:
        """What it reads of values (N, ...) in the order of time: (N, ..., 1), one step less of changes."""
        given = np.asarray(values, dtype=np.float64)
        read = np.diff(given, axis=0) if self.reads == "change" else given
        return ((read - self.centre) / self.scale)[..., None]

    def run(self, values: ArrayLike, changes: tuple[Change, ...] = ()) -> Trace:
        """Read values (N,) or several series of them side by side (N, B), from a state of zeros."""
        return run(self.cell, self.weights, self.inputs(values), changes=changes)

    def answers(self, hidden: Array) -> Array:
        """What it answers in a hidden state (..., H): (..., K), in its own scale."""
        found: Array = evaluate(ANSWER, self.readout, {"h": hidden})["y"]
        return found

    def direct(self, values: ArrayLike) -> Array:
        """The next K values after windows (needed, ...), by all its answers at once: (K, ...)."""
        given = np.asarray(values, dtype=np.float64)
        hidden = self.run(given)[self.cell.state[0]][-1]
        return self._values(np.moveaxis(self.answers(hidden), -1, 0), given[-1])

    def recursive(self, values: ArrayLike, steps: int) -> Array:
        """The next values after windows (needed, ...), each read as if it had come: (steps, ...)."""
        given = np.asarray(values, dtype=np.float64)
        trace = self.run(given)
        state = {name: trace[name][-1] for name in self.cell.state}
        found, last = np.empty((steps, *given.shape[1:])), given[-1]
        for step in range(steps):
            found[step] = now = self._values(self.answers(state[self.cell.state[0]])[..., 0], last)
            trace = run(self.cell, self.weights, self.inputs(np.stack([last, now]))[-1:], state)
            state, last = {name: trace[name][-1] for name in self.cell.state}, now
        return found

    def wanted(self, targets: ArrayLike, last: ArrayLike) -> Array:
        """The answers (K, ...), in its own scale, that forecast values (K, ...) after windows that end with (...)."""
        found: Array = (np.asarray(targets, dtype=np.float64) - self._from(np.asarray(last))) / self.scale
        return found

    def _values(self, answers: Array, last: Array) -> Array:
        return self.scale * answers + self._from(last)

    def _from(self, last: Array) -> Array | float:
        return last if self.reads == "change" else self.centre


def scaling_of(values: ArrayLike, reads: str) -> tuple[float, float]:
    """The centre and the scale of a network that learns from values (T,): mean and deviation of what it reads.

    The scale of what never changes is 1.
    """
    given = np.asarray(values, dtype=np.float64)
    read = np.diff(given) if reads == "change" else given
    centre = float(read.mean())
    largest = float(np.abs(read - centre).max()) or 1.0  # so that no square is too large or too small
    return centre, largest * float(((read - centre) / largest).std()) or 1.0
