"""What if: hold a gate, silence a unit, edit a weight or an input, and run again.

Used as ``run(cell, weights, inputs, changes=[Clamp("forget_gate", 1.0, unit=3), Silence(unit=0)])``. Changes are
applied in their order; where two touch the same number, the later one counts. Units, time steps and indices count
from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.cells import Array, Cell
from rnnviz.trace import Change, Setup, run

__all__ = ["Clamp", "Erase", "SetInput", "SetSymbol", "SetWeight", "Silence", "influence", "run"]


@dataclass(frozen=True)
class Clamp:
    """Hold a quantity, by its name or letter, at a value at every time step; for one unit, or for all."""

    quantity: str
    value: float
    unit: int | None = None

    def apply(self, setup: Setup) -> None:
        """Hold it."""
        try:
            letter = setup.cell.letter(self.quantity)
        except KeyError as error:
            raise ValueError(error.args[0]) from None
        low, high = setup.cell.quantity(letter).bounds
        if not (isfinite(self.value) and low <= self.value <= high):
            raise ValueError(f"{self.quantity} can be held at {low:g} to {high:g}, not at {self.value}")
        size = setup.size_of(letter)
        held = setup.held.setdefault(letter, np.full(size, np.nan))
        held[slice(None) if self.unit is None else _place("unit", self.unit, size)] = self.value


@dataclass(frozen=True)
class Silence:
    """Let a unit pass on nothing: its hidden state is 0 at every time step, and before the first."""

    unit: int

    def apply(self, setup: Setup) -> None:
        """Silence it."""
        hidden = setup.cell.state[0]
        Clamp(hidden, 0.0, self.unit).apply(setup)
        setup.initial_state[hidden][..., self.unit] = 0.0


@dataclass(frozen=True)
class SetWeight:
    """Give one weight another value: ``SetWeight("W_hf", (2, 1), 0.5)``, ``SetWeight("b_f", 2, 0.5)``."""

    name: str
    index: int | tuple[int, ...]
    value: float

    def apply(self, setup: Setup) -> None:
        """Set it."""
        if self.name not in setup.weights:
            raise ValueError(f"{setup.cell.name} has no weight {self.name!r}; it has {', '.join(setup.weights)}")
        array = setup.weights[self.name]
        index = self.index if isinstance(self.index, tuple) else (self.index,)
        if len(index) != array.ndim:
            raise ValueError(
                f"{self.name} is of shape {array.shape} and needs an index for each axis, not {self.index}"
            )
        place = tuple(_place(f"an index of {self.name}", at, size) for at, size in zip(index, array.shape))
        array[place] = _number(self.value)


@dataclass(frozen=True)
class SetInput:
    """Give one component of the input another value at one time step."""

    time_step: int
    index: int
    value: float

    def apply(self, setup: Setup) -> None:
        """Set it."""
        inputs = setup.inputs
        step = _place("time_step", self.time_step, len(inputs))
        inputs[step, ..., _place("index", self.index, inputs.shape[-1])] = _number(self.value)


@dataclass(frozen=True)
class SetSymbol:
    """Let a one-hot input stand for another symbol at one time step; it keeps its scale."""

    time_step: int
    index: int

    def apply(self, setup: Setup) -> None:
        """Move the one."""
        read = setup.inputs[_place("time_step", self.time_step, len(setup.inputs))]
        index, scale = _place("index", self.index, read.shape[-1]), read.sum(axis=-1)
        read[:] = 0.0
        read[..., index] = scale


@dataclass(frozen=True)
class Erase:
    """Let the network read nothing, zeros, at one time step."""

    time_step: int

    def apply(self, setup: Setup) -> None:
        """Erase it."""
        setup.inputs[_place("time_step", self.time_step, len(setup.inputs))] = 0.0


def influence(
    cell: Cell,
    weights: Mapping[str, ArrayLike],
    inputs: ArrayLike,
    time_step: int,
    initial_state: Mapping[str, ArrayLike] | None = None,
    changes: Sequence[Change] = (),
) -> dict[str, Array]:
    """Measure what the input of one time step does to every state: the run minus the run without that input.

    An intervention, not a derivative: the input is replaced by zeros. Returns (T, H), or (T, B, H), for the letter of
    each state; zeros before `time_step`.
    """
    whole = run(cell, weights, inputs, initial_state, changes)
    without = run(cell, weights, inputs, initial_state, [*changes, Erase(time_step)])
    return {state: whole[state] - without[state] for state in cell.state}


def _place(what: str, at: int, size: int) -> int:
    if not 0 <= at < size or at != int(at):
        raise ValueError(f"{what} must be from 0 to {size - 1}, not {at}")
    return at


def _number(value: float) -> float:
    if not isfinite(value):
        raise ValueError(f"a value must be a finite number, not {value}")
    return value
