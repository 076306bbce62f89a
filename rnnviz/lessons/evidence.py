"""What a check of a prediction looks at: the runs, trainings, translation, units or forecasts that a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnnviz.analysis.units import Found
from rnnviz.cells import READOUT, Array, Cell, Weights
from rnnviz.language.arithmetic import evaluate
from rnnviz.trace import Change, Trace, run
from rnnviz.training.batching import Work
from rnnviz.training.clipping import Path
from rnnviz.training.contest import Contest, Result
from rnnviz.what_if import Erase


@dataclass(frozen=True, eq=False)
class ShownRun:
    """A network over one sequence, as a page shows it.

    Attributes
    ----------
    cell, weights, inputs
        As `rnnviz.trace.run` takes them; inputs (T, I).
    changes
        What a person has changed.
    readout, symbols
        The weights of `rnnviz.cells.READOUT` and what its outputs stand for; () where the network guesses nothing.
    gradient_norms
        (T,): the norm of the gradient of the page's loss by each hidden state; () where the page carries none back.
    """

    cell: Cell
    weights: Weights
    inputs: Array
    changes: Sequence[Change] = ()
    readout: Weights = field(default_factory=dict)
    symbols: Sequence[str] = ()
    gradient_norms: Array = field(default_factory=lambda: np.zeros(0))

    def trace(self, *more: Change) -> Trace:
        """The run with what a person has changed, and more."""
        return run(self.cell, self.weights, self.inputs, changes=[*self.changes, *more])

    def guesses(self, *, changed: bool = True) -> Array:
        """The probability of every symbol after each step, (T, O)."""
        trace = self.trace() if changed else run(self.cell, self.weights, self.inputs)
        found: Array = evaluate(READOUT, self.readout, {"h": trace["hidden_state"]})["y"]
        return found

    def change_without(self, time_step: int) -> float:
        """How far the last hidden state is another one without the input of a step, in the unit that changes most."""
        hidden = self.cell.state[0]
        return float(np.abs(self.trace()[hidden][-1] - self.trace(Erase(time_step))[hidden][-1]).max())


@dataclass(frozen=True, eq=False)
class Race:
    """A contest, what its finished runs reached, and how often each run was to learn in steps: None for never.

    `steps_to_learn` has an entry for every finished run of a cell.
    """

    contest: Contest
    results: Mapping[Cell, Result]
    steps_to_learn: Mapping[Cell, Sequence[int | None]]


@dataclass(frozen=True, eq=False)
class ShownTranslation:
    """A translation as a page shows it, with what a person has changed.

    Attributes
    ----------
    read, written
        The words.
    alignment
        (written, read), with the step of the end where it came; () without attention.
    labels
        What each step writes, the end included.
    right
        The words of the right translation; () where what is read is no number.
    left_out
        (written, read): how much the log probability of each word written falls without each word read.
    """

    read: Sequence[str]
    written: Sequence[str]
    labels: Sequence[str]
    alignment: Array
    right: Sequence[str] = ()
    left_out: Array = field(default_factory=lambda: np.zeros((0, 0)))


@dataclass(frozen=True)
class ShownForecasts:
    """How far off forecasts of a series are: those of a network from each seed, and those of the best simple method."""

    network: tuple[float, ...]
    simple: float
    method: str


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that a page shows and a check may look at; what it does not show is empty or None.

    Attributes
    ----------
    about
        A text that is another one where anything of this is.
    runs
        By the name of their cell.
    descents
        The paths over the cliff, by "without" and "with" clipping.
    padding
        How much of the work is padding, by the way of making batches.
    found
        What was found of a concept in the units of a network.
    shifted
        How far a forecast of a price is from the price, by the days that it is drawn earlier.
    """

    about: str = ""
    runs: Mapping[str, ShownRun] = field(default_factory=dict)
    race: Race | None = None
    descents: Mapping[str, Path] = field(default_factory=dict)
    padding: Mapping[str, Work] = field(default_factory=dict)
    translation: ShownTranslation | None = None
    found: Found | None = None
    forecasts: ShownForecasts | None = None
    shifted: Mapping[int, float] = field(default_factory=dict)
