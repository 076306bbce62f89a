"""How long a cell holds what it stores, and how far its matrix stretches."""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.cells import Array
from rnnviz.language.arithmetic import bind
from rnnviz.language.structure import kept_share, recurrence
from rnnviz.trace import Trace, known


def kept(trace: Trace) -> dict[str, Array]:
    """The share of each state's previous value that every step keeps, by the state's letter: (T, H) or (T, B, H)."""
    values = known(trace)
    return {
        state: np.broadcast_to(bind(share)(values), trace.values[state].shape)
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


def carried(trace: Trace) -> dict[str, Array]:
    """What is left at the last step of what each state held at step t, along the state's own path alone.

    The product of the shares `kept` of the steps t+1 to T: for the cell state of an LSTM the product of its forget
    gates, which Hochreiter & Schmidhuber (1997) called the constant error carousel when it was 1. What a state does to
    itself through gates and candidates is left out; `rnnviz.gradients.jacobian_norms` has it all.

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


def pascanu_bound(trace: Trace) -> Array:
    """Bound ||dh_T/dh_t|| from above for each step t of a cell that has a `recurrence`.

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
    matrix, slope = recurrence(trace.cell.program)
    with np.errstate(over="ignore"):
        bound: Array = (spectral_norm(trace.weights[matrix]) * slope) ** np.arange(len(trace) - 1.0, -1.0, -1.0)
    return bound
