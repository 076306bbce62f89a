"""How long a cell holds what it stores, and how often its gates are wide open or shut: read off a trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from math import log

import numpy as np

from rnnviz.cells import Array, Cell
from rnnviz.equations import Expression, Number, Operation, Program, Value, bind
from rnnviz.trace import NUMPY, Trace


def kept_share(program: Program) -> dict[str, Expression]:
    """What the previous value of each state is multiplied with in the sum that makes the new one.

    The forget gate of ``c = f * c + i * g``, the update gate of ``h = (1 - z) * n + z * h``, the number one of
    ``c = c + i * g``. A state that is only seen through other functions, such as Elman's, is left out.
    """
    shares = {line.target: list(_factors(line.expression, line.target)) for line in program.equations}
    return {
        state: reduce(lambda left, right: Operation("+", (left, right)), factors)
        for state, factors in shares.items()
        if factors
    }


def _factors(expression: Expression, state: str) -> Iterator[Expression]:
    """What multiplies the previous value of `state` in each term of a sum."""
    match expression:
        case Value(name, previous=True) if name == state:
            yield Number(1.0)
        case Operation("+", (left, right)):
            yield from _factors(left, state)
            yield from _factors(right, state)
        case Operation("-", (left, right)):
            yield from _factors(left, state)
            yield from (Operation("negate", (factor,)) for factor in _factors(right, state))
        case Operation("*", (left, right)):
            yield from (_times(factor, right) for factor in _factors(left, state))
            yield from (_times(left, factor) for factor in _factors(right, state))


def _times(left: Expression, right: Expression) -> Expression:
    if left == Number(1.0):
        return right
    return left if right == Number(1.0) else Operation("*", (left, right))


def kept(trace: Trace) -> dict[str, Array]:
    """The share of each state's previous value that every step keeps, by the state's letter: (T, H) or (T, B, H)."""
    previous = {
        f"{state}'": np.concatenate([trace.initial_state[state][None], trace.values[state][:-1]])
        for state in trace.cell.state
    }
    values = {**trace.weights, **trace.values, **previous, "x": trace.inputs}
    return {
        state: np.broadcast_to(bind(share, NUMPY)(values), trace.values[state].shape)
        for state, share in kept_share(trace.cell.program).items()
    }


def half_life(kept: Array) -> Array:
    """How many steps after each step one half is left of what a unit then held, from the shares `kept`.

    Within the step in which the product of the shares passes one half, it is taken to fall at an even rate.

    Parameters
    ----------
    kept
        (T, H) or (T, B, H), the share of the previous value that each step keeps; 0 or more.

    Returns
    -------
    Array
        Of the same shape, in steps; infinite where the sequence ends before one half is lost.
    """
    lives = np.full(kept.shape, np.inf)
    for step in range(len(kept) - 1):
        left = np.cumprod(kept[step + 1 :], axis=0)
        fallen = left <= 0.5
        after = fallen.argmax(axis=0)[None]
        before = np.concatenate([np.ones_like(left[:1]), left[:-1]])
        with np.errstate(divide="ignore"):  # a closed gate leaves nothing, whose logarithm is minus infinity
            first, second = (np.log(np.take_along_axis(product, after, axis=0)) for product in (before, left))
        passed = fallen.any(axis=0)
        lives[step][passed] = (after + (first - log(0.5)) / np.where(passed, first - second, 1.0))[0][passed]
    return lives


def mean_half_life(kept: Array) -> Array:
    """The half-life of each unit at its mean rate of loss, in steps: ln 2 over the mean of -ln of the shares `kept`.

    The first step is left out: what it keeps is the initial state. 0 where a step keeps nothing, infinite where nothing
    is ever lost.

    Parameters
    ----------
    kept
        (T, H) or (T, B, H), as from `kept`.

    Returns
    -------
    Array
        (H,) or (B, H).
    """
    if len(kept) < 2:
        return np.full(kept.shape[1:], np.inf)
    with np.errstate(divide="ignore"):
        rate = -np.log(kept[1:]).mean(axis=0)
        lives: Array = np.where(rate > 0, log(2) / rate, np.inf)
    return lives


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
