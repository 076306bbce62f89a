"""How often the gates of a cell are wide open or shut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnnviz.cells import Array, Cell
from rnnviz.trace import Trace


@dataclass(frozen=True, eq=False)
class Saturation:
    """The share of steps at which each unit's gate is nearly shut (`left`) and nearly open (`right`), each (H,)."""

    left: Array
    right: Array


def saturation(gate: Array, low: float = 0.1, high: float = 0.9) -> Saturation:
    """How often a gate (..., H) is left-saturated, under `low`, and right-saturated, over `high`.

    After Karpathy, Johnson & Fei-Fei 2015, "Visualizing and Understanding Recurrent Networks".
    """
    steps = tuple(range(gate.ndim - 1))
    return Saturation((gate < low).mean(axis=steps), (gate > high).mean(axis=steps))


def gates(cell: Cell) -> tuple[str, ...]:
    """The letters of a cell's gates: of whatever lies between 0 and 1."""
    return tuple(symbol for symbol in cell.program.targets if cell.quantity(symbol).scale == "gate")


def gate_saturation(traces: Iterable[Trace]) -> dict[str, Saturation]:
    """The saturation of each gate, by its name, over all steps of all `traces` of one network."""
    shown = list(traces)
    return {
        cell.quantity(symbol).name: saturation(
            np.concatenate([trace[symbol].reshape(-1, trace[symbol].shape[-1]) for trace in shown])
        )
        for cell in [shown[0].cell]
        for symbol in gates(cell)
    }
