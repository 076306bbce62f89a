"""How long a cell holds what it stores, how often its gates are wide open or shut, and how far its matrix stretches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.cells import Array, Cell
from rnnviz.gradients.through_time import known
from rnnviz.language.equations import Expression, Number, Operation, Program, Value, Weight, bind, leaves
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
    values = known(trace)
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


def carried(trace: Trace) -> dict[str, Array]:
    """What is left at the last step of what each state held at step t, along the state's own path alone.

    The product of the shares `kept` of the steps t+1 to T: for the cell state of an LSTM the product of its forget
    gates, which Hochreiter & Schmidhuber (1997) called the constant error carousel when it was 1. What a state does to
    itself through gates and candidates is left out; `rnnviz.gradients.through_time.jacobian_norms` has it all.

    Returns
    -------
    dict
        By the state's letter, for states that keep a share of themselves: (T, H) or (T, B, H), 1 at the last step.
    """
    return {state: _products(np.where(_free(trace, state), share, 0.0)) for state, share in kept(trace).items()}


def _products(shares: Array) -> Array:
    """The product of all later shares, for each step: infinite where too large, and 0 for ever once a share is 0."""
    later = np.concatenate([np.ones_like(shares[:1]), shares[:0:-1]])
    with np.errstate(over="ignore", invalid="ignore"):
        products = np.cumprod(later, axis=0)
    return np.where(np.minimum.accumulate(np.abs(later), axis=0) == 0, 0.0, products)[::-1]


def _free(trace: Trace, state: str) -> NDArray[np.bool_]:
    return np.isnan(trace.held.get(state, np.array(np.nan)))


def spectral_radius(matrix: ArrayLike) -> float:
    """The largest absolute value of an eigenvalue: how fast powers of a square matrix grow or shrink in the end."""
    return float(np.abs(np.linalg.eigvals(_square(matrix))).max())


def spectral_norm(matrix: ArrayLike) -> float:
    """The largest singular value: how far a matrix can stretch a vector in one step; at least the spectral radius."""
    return float(np.linalg.norm(_square(matrix), 2))


def with_spectral_radius(matrix: ArrayLike, radius: float) -> Array:
    """A square matrix times the number that makes its spectral radius `radius`.

    Raises
    ------
    ValueError
        When `radius` is negative or not finite, or the matrix has no eigenvalue but 0, so that no number does it.
    """
    if not 0 <= radius < np.inf:
        raise ValueError(f"radius must be a finite number from 0, not {radius}")
    square = _square(matrix)
    now = spectral_radius(square)
    if now == 0:
        raise ValueError("a matrix whose eigenvalues are all 0 cannot be given another spectral radius")
    return square / now * radius


def _square(matrix: ArrayLike) -> Array:
    array = np.asarray(matrix, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"matrix must be square, not of shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("matrix must be finite numbers; found nan or infinity")
    return array


#: How steep each activation is at its steepest; for softmax, how far it stretches at most.
_LARGEST_SLOPE: Mapping[str, float] = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0, "softmax": 0.5}


def recurrence(cell: Cell) -> tuple[str, float]:
    """The recurrent matrix of a simple recurrent cell, by its name, and the largest slope of its activation.

    Simple is a cell with one state, whose new value is an activation of a sum, or the sum itself, in which the state
    before occurs once, times a matrix: ``h = tanh(W_xh @ x + W_hh @ h + b_h)``.

    Raises
    ------
    ValueError
        When the cell is of another kind, such as one with gates.
    """
    equations = {line.target: line.expression for line in cell.program.equations}

    def written_out(expression: Expression) -> Expression:
        match expression:
            case Value(name, previous=False) if name in equations:
                return written_out(equations[name])
            case Operation(function, arguments):
                return Operation(function, tuple(map(written_out, arguments)))
        return expression

    total, slope = written_out(equations[cell.state[0]]), 1.0
    match total:
        case Operation(function, (argument,)) if function in _LARGEST_SLOPE:
            total, slope = argument, _LARGEST_SLOPE[function]
    match [term for term in _terms(total) if any(_is_previous(leaf) for leaf in leaves(term))]:
        case [Operation("@", (Weight(name), Value(previous=True)))] if len(cell.state) == 1:
            return name, slope
    raise ValueError(f"{cell.title} is not an activation of one sum with one recurrent matrix, as Elman's is")


def _is_previous(leaf: Expression) -> bool:
    return isinstance(leaf, Value) and leaf.previous


def _terms(expression: Expression) -> Iterator[Expression]:
    """What is added or subtracted in a sum."""
    match expression:
        case Operation("+" | "-", (left, right)):
            yield from _terms(left)
            yield from _terms(right)
        case Operation("negate", (inner,)):
            yield from _terms(inner)
        case _:
            yield expression


def pascanu_bound(trace: Trace) -> Array:
    """Bound ||dh_T/dh_t|| from above for each step t of a simple recurrent cell, see `recurrence`.

    (sigma gamma)^(T - t), with sigma the largest singular value of the recurrent matrix and gamma the largest slope of
    the activation: 1 for tanh and relu, 1/4 for sigmoid. Under 1 the gradient must vanish; over 1 it may explode, but
    need not (Pascanu, Mikolov & Bengio 2013, section 2.1).

    Returns
    -------
    Array
        (T,), infinite where it is too large for float64.

    Raises
    ------
    ValueError
        When the cell is of another kind, such as one with gates.
    """
    matrix, slope = recurrence(trace.cell)
    with np.errstate(over="ignore"):
        bound: Array = (spectral_norm(trace.weights[matrix]) * slope) ** np.arange(len(trace) - 1.0, -1.0, -1.0)
    return bound


def _gaussian(size: int, seed: int) -> Array:
    return np.random.default_rng(seed).normal(scale=size**-0.5, size=(size, size))


def _orthogonal(size: int, seed: int) -> Array:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))
    return q * np.copysign(1.0, np.diag(r))  # without it, not all orthogonal matrices would be equally likely


def _identity(size: int, seed: int) -> Array:
    return np.eye(size)


#: The ways to start a recurrent matrix.
STARTS: Mapping[str, Callable[[int, int], Array]] = {
    "gaussian": _gaussian,
    "orthogonal": _orthogonal,
    "identity": _identity,
}


def recurrent_start(kind: str, size: int, seed: int) -> Array:
    """A recurrent matrix (size, size) to start from.

    "gaussian": independent normal numbers of variance 1/size, whose spectral radius is near 1 for many units (Geman
    1986). "orthogonal": uniform among the orthogonal matrices, which keep every length (Saxe, McClelland & Ganguli
    2014). "identity": a state that keeps itself, meant for ReLU (Le, Jaitly & Hinton 2015); the seed changes nothing.

    Raises
    ------
    ValueError
        When `kind` is another, or `size` is less than 1.
    """
    if kind not in STARTS:
        raise ValueError(f"kind must be one of {', '.join(STARTS)}, not {kind!r}")
    if size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    return STARTS[kind](size, seed)
