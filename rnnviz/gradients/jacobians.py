"""How the states of one step follow those of the step before, and of all steps before: Jacobians and their products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rnnviz.cells import Array
from rnnviz.gradients.linear import Linear, free_units, linear_equations, representable, state_places
from rnnviz.gradients.linear_maps import Diagonal, Map
from rnnviz.gradients.scaled import Norm, Scaled
from rnnviz.language.equations import Value
from rnnviz.trace import Trace


def state_jacobians(trace: Trace) -> Array:
    """Compute ds_t/ds_{t-1} at every time step, where s holds all states of the cell, in the order of ``cell.state``.

    For an Elman RNN this is diag(1 - h_t^2) W_hh; for every cell it follows from its equations by the chain rule.

    Parameters
    ----------
    trace
        A run, of one sequence or of a batch.

    Returns
    -------
    Array
        (T, S, S) or (T, B, S, S), with S the number of units of all states together; [t, i, j] is the derivative of
        component i after step t by component j before it. The first is by the initial state.

    Raises
    ------
    ValueError
        When the run or a derivative is too large for float64.
    """
    return jacobians_of(trace, linear_equations(trace))


def jacobians_of(trace: Trace, lines: Mapping[str, Linear]) -> Array:
    """The `state_jacobians` of a run whose equations are linear already."""
    states = trace.cell.state
    by: dict[str, Mapping[str, Map]] = {
        f"{state}'": {state: Diagonal(np.ones(trace[state].shape[-1]))} for state in states
    }
    with np.errstate(all="ignore"):
        for letter, node in lines.items():
            free = Diagonal(free_units(trace, letter))
            by[letter] = {state: free @ slope for state, slope in _derivatives(node, by).items()}
    places = state_places(trace)
    size = places[states[-1]].stop
    jacobians = np.zeros((*trace[states[0]].shape[:-1], size, size))
    for state in states:
        for before, slope in by[state].items():
            jacobians[..., places[state], places[before]] = slope.matrix
    return representable(jacobians, "a state Jacobian")


def _derivatives(node: Linear, by: Mapping[str, Mapping[str, Map]]) -> Mapping[str, Map]:
    """The derivative of an expression by each previous state it depends on: the chain rule forwards."""
    if isinstance(node.expression, Value):
        return by.get(node.expression.key, {})
    total: dict[str, Map] = {}
    for slope, part in node.parts:
        for state, inner in _derivatives(part, by).items():
            term = slope @ inner
            total[state] = total[state] + term if state in total else term
    return total


def jacobian_norms(trace: Trace, ord: Norm = 2, steps: range | None = None) -> Array:
    """Compute how much the hidden state of each step follows that of each step before: the norms of dh_t/dh_s.

    dh_t/dh_s is the block of the hidden state in the product of the state Jacobians of the steps s+1 to t, so every
    path from h_s to h_t counts, those through other states too (Pascanu, Mikolov & Bengio 2013, equations 3 to 5).

    Parameters
    ----------
    trace
        A run, of one sequence or of a batch.
    ord
        As in `numpy.linalg.norm`: 2, the largest singular value, or "fro", the root of the sum of all squares.
    steps
        Only between these n steps, of which each is later than the one before; all where None.

    Returns
    -------
    Array
        (T, T) or (T, T, B), with `steps` (n, n) or (n, n, B); [t, s] = ||dh_t/dh_s||, 0 where s > t. [t, t] is the norm
        of the identity. Infinite where it is too large for float64, never nan.

    Raises
    ------
    ValueError
        When `ord` is another norm, or the run or a state Jacobian is too large for float64.
    """
    if ord not in (2, "fro"):
        raise ValueError(f'ord must be 2 or "fro", not {ord!r}')
    chosen = range(len(trace)) if steps is None else steps
    if not (chosen and chosen.step > 0 and chosen[0] >= 0 and chosen[-1] < len(trace)):
        raise ValueError(f"steps must be rising and from 0 to {len(trace) - 1}, not {steps}")
    norms = np.zeros((len(chosen), len(chosen), *trace.inputs.shape[1:-1]))
    for s, reach in _reaches(trace, chosen):
        if s in chosen:
            place = chosen.index(s)
            norms[place:, place] = reach.norms(ord)
    return norms


def singular_values(trace: Trace, time_step: int = -1) -> Array:
    """Compute the singular values of dh_T/dh_t, for T = `time_step` and each t up to it, from large to small.

    By each of them, one direction of the hidden state of step t is stretched on its way to step T.

    Parameters
    ----------
    trace
        A run, of one sequence or of a batch.
    time_step
        From 0, or from -1 for the last.

    Returns
    -------
    Array
        (T + 1, H) or (T + 1, B, H); the whole sequence for the last step. All 1 at step T itself.
    """
    reaches = [reach for _, reach in _reaches(trace, _one_step(trace, time_step))]
    return np.stack([reach.singular_values()[0] for reach in reversed(reaches)])


def gradient_reach(trace: Trace, time_step: int = -1) -> Array:
    """Compute ||dh_T/dh_t|| for T = `time_step` and each t up to it: one row of `jacobian_norms`, without the others.

    Returns
    -------
    Array
        (T + 1,) or (T + 1, B); the whole sequence for the last step.
    """
    return np.stack([reach.norms(2)[0] for _, reach in _reaches(trace, _one_step(trace, time_step))][::-1])


def _one_step(trace: Trace, time_step: int) -> range:
    if not -len(trace) <= time_step < len(trace):
        raise ValueError(f"time_step must be from {-len(trace)} to {len(trace) - 1}, not {time_step}")
    step = time_step % len(trace)
    return range(step, step + 1)


def _reaches(trace: Trace, steps: range) -> Iterator[tuple[int, Scaled]]:
    """For each s from the last of `steps` to the first of all: dh_t/dh_s (n, [B,] H, H) for the n steps t >= s."""
    jacobians = Scaled.of(state_jacobians(trace))
    size = trace[trace.cell.state[0]].shape[-1]
    shape = (len(steps), *jacobians.numbers.shape[1:-2])
    identity = np.eye(size, jacobians.numbers.shape[-1])
    by_states = Scaled(np.tile(identity, (*shape, 1, 1)), np.zeros((*shape, 1, 1), np.intc))
    for s in reversed(range(steps[-1] + 1)):
        after = slice(max(-((steps.start - s) // steps.step), 0), None)
        reach = by_states[after]
        yield s, Scaled.of(reach.numbers[..., :size], reach.exponent)
        by_states[after] = reach @ jacobians[s]
