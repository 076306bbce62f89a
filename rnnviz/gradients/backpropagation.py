"""Backpropagation through time: the gradient of a loss by everything in a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.cells import Array, Cell, Weights
from rnnviz.gradients.jacobians import jacobians_of
from rnnviz.gradients.linear import Linear, free_units, linear_equations, representable, state_places
from rnnviz.gradients.losses import Loss
from rnnviz.gradients.scaled import Scaled
from rnnviz.language.equations import Operation, Value, Weight
from rnnviz.trace import Trace


@dataclass(frozen=True, eq=False)
class _Outer:
    """What each time step adds to the gradient of a weight, as the factors of an outer product.

    `rows` are (T, n) and `columns` (T, m), both (T, B, ...) with a batch; a vector has columns of a single 1.
    """

    rows: Array
    columns: Array


def _sums(outers: Sequence[_Outer], exponent: NDArray[np.intc], groups: int) -> Scaled:
    """The sums (groups, n, m) of outer products over the steps and sequences of each group of steps.

    `exponent` (T, 1) or (T, B, 1) is the power of two that the rows are still to be multiplied with.
    """
    exponent = exponent.reshape(groups, -1, 1)
    top = exponent.max(axis=1, keepdims=True)

    def grouped(vectors: Array) -> Array:
        return vectors.reshape(*exponent.shape[:2], -1)

    rows = [Scaled(grouped(outer.rows), exponent).to(top) for outer in outers]
    terms = [row.swapaxes(1, 2) @ grouped(outer.columns) for row, outer in zip(rows, outers)]
    return Scaled.of(np.sum(terms, axis=0), top)


@dataclass
class _Found:
    """What reached each value and each weight on the way back through the equations: the chain rule backwards."""

    values: dict[str, Array] = field(default_factory=dict)
    weights: dict[str, list[_Outer]] = field(default_factory=dict)

    def follow(self, node: Linear, adjoint: Array) -> None:
        """Hand the derivative by an expression, (T, n) or (T, B, n), on to all it is computed from."""
        match node.expression:
            case Weight(name):
                self._add(name, adjoint, np.ones(1))
            case Value():
                key = node.expression.key
                self.values[key] = self.values[key] + adjoint if key in self.values else adjoint
            case Operation("@", (Weight(name), _)):
                self._add(name, adjoint, node.parts[0][1].value)
        for slope, part in node.parts:
            self.follow(part, slope.back(adjoint))

    def _add(self, name: str, rows: Array, columns: Array) -> None:
        columns = np.broadcast_to(columns, (*rows.shape[:-1], columns.shape[-1]))
        self.weights.setdefault(name, []).append(_Outer(rows, columns))


@dataclass(frozen=True, eq=False)
class Gradients:
    """The derivative of a loss by everything in a run: ``gradients["forget_gate"]`` or ``gradients["f"]``.

    Infinite where it is too large for float64.

    Parameters
    ----------
    cell
        The cell that ran.
    quantities
        By each letter, (T, H) or (T, B, H): how the loss changes with that value, at that step, by all that follows
        from it. For a held unit, how it would change with the value the unit is held at.
    inputs
        (T, I) or (T, B, I).
    initial_state
        By each state, (H,) or (B, H).
    weights
        By each weight, of its shape; summed over time steps and sequences.
    """

    cell: Cell
    quantities: Mapping[str, Array]
    inputs: Array
    initial_state: Mapping[str, Array]
    weights: Weights
    _outers: Mapping[str, Sequence[_Outer]] = field(repr=False)
    _exponent: NDArray[np.intc] = field(repr=False)

    def __getitem__(self, name: str) -> Array:
        return self.quantities[self.cell.letter(name)]

    @property
    def states(self) -> dict[str, Array]:
        """Those of the `quantities` that are states."""
        return {state: self.quantities[state] for state in self.cell.state}

    def contribution(self, name: str) -> Array:
        """What each time step adds to the gradient of a weight: (T, *its shape), summed over sequences.

        The sum over the steps is the gradient in `weights`.
        """
        return self._contribution(name).array.reshape(-1, *self.weights[name].shape)

    def contribution_norms(self, name: str) -> Array:
        """The norm of what each time step adds to the gradient of a weight, the root of its squares' sum: (T,)."""
        return self._contribution(name).norms("fro")

    def _contribution(self, name: str) -> Scaled:
        _check_weight(self.cell, name)
        return _sums(self._outers[name], self._exponent, groups=len(self._exponent))


def backpropagate(
    trace: Trace, loss: Loss | Mapping[str, ArrayLike] | ArrayLike, truncate: int | None = None
) -> Gradients:
    """Compute the gradient of a loss by everything in a run: backpropagation through time.

    The gradient by the states obeys lambda_t = dL_t/ds_t + lambda_{t+1} ds_{t+1}/ds_t, from the last step to the first
    (Rumelhart, Hinton & Williams 1986; Werbos 1990, "Backpropagation through time: what it does and how to do it").
    From lambda_t each step's equations, followed backwards, give the rest.

    Parameters
    ----------
    trace
        A run, of one sequence or of a batch.
    loss
        A `Loss`, such as `SquaredError`; or its derivative itself: for each state it looks at, by letter or name, or
        for the hidden state alone, (T, H) or (T, B, H).
    truncate
        If given, nothing is carried back over the boundaries between windows of this many steps, counted from the first
        step: steps k-1 and k, 2k-1 and 2k, ... That is PyTorch with the states detached before each window.

    Raises
    ------
    ValueError
        When the loss or `truncate` does not fit, or the run or a derivative is too large for float64. A gradient that
        is too large because it has grown over many steps is infinite instead.
    """
    if truncate is not None and (truncate < 1 or truncate != int(truncate)):
        raise ValueError(f"truncate must be a whole number of steps from 1, not {truncate}")
    lines, places = linear_equations(trace), state_places(trace)
    jacobians = Scaled.of(jacobians_of(trace, lines))
    by_states = Scaled.of(_direct(trace, loss)[..., None, :])
    for t in reversed(range(len(trace) - 1)):
        if truncate is None or (t + 1) % truncate:
            by_states[t] = by_states[t] + by_states[t + 1] @ jacobians[t + 1]

    found = _within_steps(trace, lines, {state: by_states.numbers[..., 0, place] for state, place in places.items()})
    exponent = by_states.exponent[..., 0]

    def restored(key: str, like: Array) -> Array:
        numbers = found.values.get(key, np.zeros_like(like))
        return Scaled(numbers, exponent).array

    weights = {name: _sums(found.weights[name], exponent, groups=1).array for name in trace.weights}
    return Gradients(
        trace.cell,
        quantities={letter: restored(letter, values) for letter, values in trace.values.items()},
        inputs=restored("x", trace.inputs),
        initial_state={state: restored(f"{state}'", trace[state])[0] for state in trace.cell.state},
        weights={name: array.reshape(trace.weights[name].shape) for name, array in weights.items()},
        _outers=found.weights,
        _exponent=exponent,
    )


def gradient_by_steps_back(trace: Trace, loss: Loss | Mapping[str, ArrayLike] | ArrayLike, weight: str) -> Array:
    """Take the gradient of a loss by one weight apart by how many steps it was carried back.

    What the loss sees at step s and the use of the weight at step t belong to k = s - t: with lambda^(0)_t = dL_t/ds_t
    and lambda^(k)_t = lambda^(k-1)_{t+1} ds_{t+1}/ds_t, what k steps back contribute follows from lambda^(k)_t through
    each step's equations.

    Parameters
    ----------
    trace, loss
        As `backpropagate` takes them.
    weight
        The name of one.

    Returns
    -------
    Array
        (T, *its shape), by k; summed over time steps and sequences. The sum over k is the gradient.

    Raises
    ------
    ValueError
        As `backpropagate`.
    KeyError
        When the cell has no such weight.
    """
    _check_weight(trace.cell, weight)
    lines, places = linear_equations(trace), state_places(trace)
    jacobians = Scaled.of(jacobians_of(trace, lines))
    carried = Scaled.of(_direct(trace, loss)[..., None, :])
    parts = np.empty((len(trace), *trace.weights[weight].shape))
    for part in parts:
        found = _within_steps(trace, lines, {state: carried.numbers[..., 0, place] for state, place in places.items()})
        part[...] = _sums(found.weights[weight], carried.exponent[..., 0], groups=1).array.reshape(part.shape)
        carried[:-1] = carried[1:] @ jacobians[1:]
        carried[-1] = Scaled.of(np.zeros_like(carried.numbers[-1]))
    return parts


def _within_steps(trace: Trace, lines: dict[str, Linear], by_states: Mapping[str, Array]) -> _Found:
    """What reaches everything in each step, where `by_states` reaches its states: (T, n) or (T, B, n) each."""
    found = _Found(dict(by_states))
    with np.errstate(all="ignore"):
        for letter, node in reversed(lines.items()):
            adjoint = found.values.setdefault(letter, np.zeros_like(trace[letter]))
            found.follow(node, free_units(trace, letter) * adjoint)
    for adjoint in (*found.values.values(), *(outer.rows for outers in found.weights.values() for outer in outers)):
        representable(adjoint, "a derivative within one time step")
    return found


def _check_weight(cell: Cell, name: str) -> None:
    if name not in cell.program.weights:
        raise KeyError(f"{cell.name} has no weight {name!r}; it has {', '.join(cell.program.weights)}")


def _direct(trace: Trace, loss: Loss | Mapping[str, ArrayLike] | ArrayLike) -> Array:
    """The derivative of a loss by all states side by side, as far as it looks at them itself: (T, S) or (T, B, S)."""
    given = loss.gradient(trace) if hasattr(loss, "gradient") else loss
    by_name = given if isinstance(given, Mapping) else {trace.cell.state[0]: given}
    direct = {state: np.zeros_like(trace[state]) for state in trace.cell.state}
    for name, value in by_name.items():
        state = next((state for state in direct if name in (state, trace.cell.quantities.get(state))), None)
        if state is None:
            raise ValueError(f"a loss looks at the states {', '.join(direct)} of {trace.cell.name}, not at {name!r}")
        gradient = np.asarray(value, dtype=np.float64)
        if gradient.shape != direct[state].shape:
            raise ValueError(f"the loss by {name} must be {direct[state].shape}, not of shape {gradient.shape}")
        if not np.isfinite(gradient).all():
            raise ValueError(f"the loss by {name} must be finite numbers; found nan or infinity")
        direct[state] = gradient
    return np.concatenate(list(direct.values()), axis=-1)
