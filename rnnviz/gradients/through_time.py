"""How a change of one value changes the others: Jacobians, gradients through time, and clipping.

Everything is derived from the equations of the cell. Each operation in them is, for small changes, a linear map of its
arguments: `_SLOPES` says which. Composed forwards the maps give the state Jacobian ds_t/ds_{t-1}, where s is all states
side by side; followed backwards they give the gradient of a loss. All time steps are done at once, and only the chain
of Jacobians goes step by step.

A unit that was held (see `rnnviz.what_if`) does not follow what it is computed from, so its derivative is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from rnnviz.cells import READOUT, Array, Cell, Weights, sizes_of
from rnnviz.language.equations import Expression, Number, Operation, Value, Weight
from rnnviz.trace import NUMPY, Trace

Norm = Literal[2, "fro"]


# Linear maps, as small as they can be kept. A leading time axis is there only where the map differs between steps.


@dataclass(frozen=True, eq=False)
class _Diagonal:
    """Each component times a number of its own: `scale` is (..., n), or one number for all."""

    scale: Array

    @property
    def matrix(self) -> Array:
        return self.scale[..., None] * np.eye(self.scale.shape[-1])

    def __matmul__(self, inner: _Map) -> _Map:
        if isinstance(inner, _Diagonal):
            return _Diagonal(self.scale * inner.scale)
        return _Dense(self.scale[..., None] * inner.matrix)

    def __add__(self, other: _Map) -> _Map:
        if isinstance(other, _Diagonal):
            return _Diagonal(self.scale + other.scale)
        return _Dense(self.matrix + other.matrix)

    def back(self, adjoint: Array) -> Array:
        """The transposed map."""
        return self.scale * adjoint


@dataclass(frozen=True, eq=False)
class _Dense:
    """A matrix (..., n, m)."""

    matrix: Array

    def __matmul__(self, inner: _Map) -> _Map:
        if isinstance(inner, _Diagonal):
            return _Dense(self.matrix * inner.scale[..., None, :])
        return _Dense(self.matrix @ inner.matrix)

    def __add__(self, other: _Map) -> _Map:
        return _Dense(self.matrix + other.matrix)

    def back(self, adjoint: Array) -> Array:
        """The transposed map."""
        if self.matrix.ndim == 2:
            return adjoint @ self.matrix
        product: Array = (adjoint[..., None, :] @ self.matrix)[..., 0, :]
        return product


_Map = _Diagonal | _Dense

_ONE, _MINUS_ONE = _Diagonal(np.array(1.0)), _Diagonal(np.array(-1.0))

#: The derivative of y = function(a, b) by each argument, from y, a and b. That of relu at 0 is 0, as in PyTorch.
_SLOPES: Mapping[str, Callable[..., tuple[_Map, ...]]] = {
    "+": lambda y, a, b: (_ONE, _ONE),
    "-": lambda y, a, b: (_ONE, _MINUS_ONE),
    "*": lambda y, a, b: (_Diagonal(b), _Diagonal(a)),
    "/": lambda y, a, b: (_Diagonal(1 / b), _Diagonal(-y / b)),
    "negate": lambda y, a: (_MINUS_ONE,),
    "sigmoid": lambda y, a: (_Diagonal(y * (1 - y)),),
    "tanh": lambda y, a: (_Diagonal(1 - y**2),),
    "relu": lambda y, a: (_Diagonal((y > 0) * 1.0),),
    "softmax": lambda y, a: (_Dense(_Diagonal(y).matrix - y[..., :, None] * y[..., None, :]),),
}


@dataclass(frozen=True, eq=False)
class _Node:
    """An expression, its value at every time step, and how it follows each of its parts."""

    expression: Expression
    value: Array
    parts: tuple[tuple[_Map, _Node], ...] = ()


def _linear(expression: Expression, values: Mapping[str, Array]) -> _Node:
    """An expression with the slopes it has at the given values."""
    match expression:
        case Number(number):
            return _Node(expression, np.array(number))
        case Weight(name):
            return _Node(expression, values[name])
        case Value():
            return _Node(expression, values[expression.key])
        case Operation("@", (Weight(name), argument)):
            vector, matrix = _linear(argument, values), values[name]
            return _Node(expression, NUMPY["@"](matrix, vector.value), ((_Dense(matrix), vector),))
        case Operation(function, arguments):
            nodes = [_linear(argument, values) for argument in arguments]
            operands = [node.value for node in nodes]
            value = NUMPY[function](*operands)
            return _Node(expression, value, tuple(zip(_SLOPES[function](value, *operands), nodes)))
    raise TypeError(f"not an expression: {expression!r}")


def known(trace: Trace) -> dict[str, Array]:
    """Every value of all time steps under its key in the equations: weights, ``x``, each letter, ``h'`` for h before.

    A state's values before each step, (T, H) or (T, B, H), start with the initial state.
    """
    previous = {
        f"{state}'": np.concatenate([trace.initial_state[state][None], trace.values[state][:-1]])
        for state in trace.cell.state
    }
    return {**trace.weights, **trace.values, **previous, "x": trace.inputs}


def _lines(trace: Trace) -> dict[str, _Node]:
    """The equations of a cell with the slopes they had in a run; refuses a run that has overflowed."""
    for letter, quantity in trace.values.items():
        finite = np.isfinite(quantity).reshape(len(trace), -1).all(axis=1)
        if not finite.all():
            name = trace.cell.quantity(letter).name
            raise ValueError(f"{name} is not finite at time step {finite.argmin()}: the run has overflowed")
    values = known(trace)
    with np.errstate(all="ignore"):
        return {line.target: _linear(line.expression, values) for line in trace.cell.program.equations}


def _free(trace: Trace, letter: str) -> Array:
    """1 for each unit that follows its equation, 0 for each that was held."""
    return np.isnan(trace.held[letter]) * 1.0 if letter in trace.held else np.array(1.0)


# The state Jacobian


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
    return _jacobians(trace, _lines(trace))


def _jacobians(trace: Trace, lines: Mapping[str, _Node]) -> Array:
    states = trace.cell.state
    by: dict[str, Mapping[str, _Map]] = {
        f"{state}'": {state: _Diagonal(np.ones(trace[state].shape[-1]))} for state in states
    }
    with np.errstate(all="ignore"):
        for letter, node in lines.items():
            free = _Diagonal(_free(trace, letter))
            by[letter] = {state: free @ slope for state, slope in _derivatives(node, by).items()}
    places = _places(trace)
    size = places[states[-1]].stop
    jacobians = np.zeros((*trace[states[0]].shape[:-1], size, size))
    for state in states:
        for before, slope in by[state].items():
            jacobians[..., places[state], places[before]] = slope.matrix
    return _representable(jacobians, "a state Jacobian")


def _derivatives(node: _Node, by: Mapping[str, Mapping[str, _Map]]) -> Mapping[str, _Map]:
    """The derivative of an expression by each previous state it depends on: the chain rule forwards."""
    if isinstance(node.expression, Value):
        return by.get(node.expression.key, {})
    total: dict[str, _Map] = {}
    for slope, part in node.parts:
        for state, inner in _derivatives(part, by).items():
            term = slope @ inner
            total[state] = total[state] + term if state in total else term
    return total


def _places(trace: Trace) -> dict[str, slice]:
    """Where each state stands among the components of all."""
    places, start = {}, 0
    for state in trace.cell.state:
        places[state] = slice(start, start := start + trace[state].shape[-1])
    return places


def _representable(array: Array, what: str) -> Array:
    if not np.isfinite(array).all():
        raise ValueError(f"{what} is too large for float64; the weights are too large")
    return array


# Products of Jacobians


@dataclass(frozen=True, eq=False)
class _Scaled:
    """Matrices as ``numbers * 2**exponent``, so that a long product of them neither overflows nor vanishes.

    `numbers` is (..., n, m) with entries up to 1, `exponent` (..., 1, 1). It is a multiplication without rounding.
    """

    numbers: Array
    exponent: NDArray[np.intc]

    #: The exponent of a matrix of zeros: lower than any other.
    ZERO = np.intc(-(2**24))

    @classmethod
    def of(cls, matrices: Array, exponent: NDArray[np.intc] | None = None) -> _Scaled:
        """Take out of each matrix the power of two of its largest entry."""
        largest = np.maximum(matrices.max((-2, -1), keepdims=True), -matrices.min((-2, -1), keepdims=True))
        power = np.maximum(np.frexp(largest)[1], -1023)
        total = power if exponent is None else exponent + power
        return cls(matrices * np.ldexp(1.0, -power), np.where(largest > 0, total, cls.ZERO))

    @property
    def array(self) -> Array:
        """The matrices themselves: infinite where they are too large for float64."""
        with np.errstate(all="ignore"):
            array: Array = np.ldexp(self.numbers, self.exponent)
            return array

    def __getitem__(self, index: int | slice) -> _Scaled:
        return _Scaled(self.numbers[index], self.exponent[index])

    def __setitem__(self, index: int | slice, other: _Scaled) -> None:
        self.numbers[index], self.exponent[index] = other.numbers, other.exponent

    def __matmul__(self, other: _Scaled) -> _Scaled:
        return _Scaled.of(self.numbers @ other.numbers, self.exponent + other.exponent)

    def __add__(self, other: _Scaled) -> _Scaled:
        exponent = np.maximum(self.exponent, other.exponent)
        return _Scaled.of(self.to(exponent) + other.to(exponent), exponent)

    def to(self, exponent: NDArray[np.intc]) -> Array:
        """The numbers that belong to a higher exponent."""
        with np.errstate(all="ignore"):
            numbers: Array = self.numbers * np.ldexp(1.0, self.exponent - exponent)
            return numbers

    def singular_values(self) -> Array:
        """The singular values of each matrix, (..., min(n, m)), from large to small."""
        values = np.linalg.svd(self.numbers, compute_uv=False).astype(np.float64)
        return _Scaled(values[..., None], self.exponent).array[..., 0]

    def norms(self, kind: Norm) -> Array:
        """The norm of each matrix, (...)."""
        if kind == "fro":
            norms = np.sqrt(np.einsum("...ij,...ij->...", self.numbers, self.numbers))
        else:  # the largest singular value is the root of the largest eigenvalue of the Gram matrix
            gram = self.numbers.swapaxes(-2, -1) @ self.numbers
            norms = np.sqrt(np.maximum(np.linalg.eigvalsh(gram)[..., -1], 0.0))
        return _Scaled(norms[..., None, None], self.exponent).array[..., 0, 0]


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


def _reaches(trace: Trace, steps: range) -> Iterator[tuple[int, _Scaled]]:
    """For each s from the last of `steps` to the first of all: dh_t/dh_s (n, [B,] H, H) for the n steps t >= s."""
    jacobians = _Scaled.of(state_jacobians(trace))
    size = trace[trace.cell.state[0]].shape[-1]
    shape = (len(steps), *jacobians.numbers.shape[1:-2])
    identity = np.eye(size, jacobians.numbers.shape[-1])
    by_states = _Scaled(np.tile(identity, (*shape, 1, 1)), np.zeros((*shape, 1, 1), np.intc))
    for s in reversed(range(steps[-1] + 1)):
        after = slice(max(-((steps.start - s) // steps.step), 0), None)
        reach = by_states[after]
        yield s, _Scaled.of(reach.numbers[..., :size], reach.exponent)
        by_states[after] = reach @ jacobians[s]


# Losses


class Loss(Protocol):
    """What a run is judged by: anything that knows its own gradient."""

    def gradient(self, trace: Trace) -> Mapping[str, ArrayLike]:
        """The derivative of the loss by each state it looks at, by the state's letter or name: (T, H) or (T, B, H).

        A state counts as directly seen by the loss; what it does to later states is the work of `backpropagate`.
        """


@dataclass(frozen=True, eq=False)
class SquaredError:
    """Half the squared distance of the hidden state from `targets`, summed over units, steps and sequences.

    `targets` is (H,) or (B, H) for the last step, (T, H) or (T, B, H) with `every_step`.
    """

    targets: ArrayLike
    every_step: bool = False

    def value(self, trace: Trace) -> float:
        """The loss."""
        return float((self._errors(trace) ** 2).sum() / 2)

    def gradient(self, trace: Trace) -> dict[str, Array]:
        """The distance itself."""
        return {trace.cell.state[0]: _at(trace, self._errors(trace), self.every_step)}

    def _errors(self, trace: Trace) -> Array:
        hidden = _seen(trace, self.every_step)
        targets = np.asarray(self.targets, dtype=np.float64)
        if targets.shape != hidden.shape:
            raise ValueError(f"targets must be {hidden.shape}, not of shape {targets.shape}")
        errors: Array = hidden - targets
        return errors


@dataclass(frozen=True, eq=False)
class CrossEntropy:
    """Minus the log of the probability that a read-out of the hidden state gives the targets, in nats.

    Summed over steps and sequences. The read-out is `rnnviz.cells.READOUT`, a softmax over symbols.

    Parameters
    ----------
    readout
        Its weights.
    targets
        The numbers of the right symbols: one number or (B,) for the last step, (T,) or (T, B) with `every_step`.
    """

    readout: Weights
    targets: ArrayLike
    every_step: bool = False

    def value(self, trace: Trace) -> float:
        """The loss."""
        scores, targets = self._scores(trace)
        right = np.take_along_axis(scores.value, targets[..., None], axis=-1)[..., 0]
        return float((logsumexp(scores.value, axis=-1) - right).sum())

    def gradient(self, trace: Trace) -> dict[str, Array]:
        """Probabilities minus the one-hot target, back through the read-out."""
        scores, targets = self._scores(trace)
        errors = NUMPY["softmax"](scores.value) - np.eye(scores.value.shape[-1])[targets]
        found = _Found()
        found.follow(scores, errors)
        return {trace.cell.state[0]: _at(trace, found.values["h"], self.every_step)}

    def _scores(self, trace: Trace) -> tuple[_Node, NDArray[np.intp]]:
        """What the softmax is applied to, and the targets."""
        hidden = _seen(trace, self.every_step)
        sizes = sizes_of(READOUT, self.readout, "the read-out")
        if sizes["H"] != hidden.shape[-1]:
            raise ValueError(f"the read-out must take {hidden.shape[-1]} units, not {sizes['H']}")
        targets = np.asarray(self.targets)
        if targets.shape != hidden.shape[:-1] or targets.dtype.kind not in "iu":
            raise ValueError(f"targets must be whole numbers {hidden.shape[:-1]}, not {targets.dtype} {targets.shape}")
        if targets.size and not (targets.min() >= 0 and targets.max() < sizes["O"]):
            raise ValueError(f"targets must be from 0 to {sizes['O'] - 1}")
        match READOUT.equations[-1].expression:
            case Operation("softmax", (argument,)):
                return _linear(argument, {**self.readout, "h": hidden}), targets
        raise TypeError("the read-out must end in a softmax")


def _seen(trace: Trace, every_step: bool) -> Array:
    hidden = trace[trace.cell.state[0]]
    return hidden if every_step else hidden[-1]


def _at(trace: Trace, gradient: Array, every_step: bool) -> Array:
    """A gradient at every step; at the last one only, if the loss does not look at the others."""
    whole = np.zeros_like(trace[trace.cell.state[0]])
    whole[slice(None) if every_step else -1] = gradient
    return whole


# The gradient


@dataclass(frozen=True, eq=False)
class _Outer:
    """What each time step adds to the gradient of a weight, as the factors of an outer product.

    `rows` are (T, n) and `columns` (T, m), both (T, B, ...) with a batch; a vector has columns of a single 1.
    """

    rows: Array
    columns: Array


def _sums(outers: Sequence[_Outer], exponent: NDArray[np.intc], groups: int) -> _Scaled:
    """The sums (groups, n, m) of outer products over the steps and sequences of each group of steps.

    `exponent` (T, 1) or (T, B, 1) is the power of two that the rows are still to be multiplied with.
    """
    exponent = exponent.reshape(groups, -1, 1)
    top = exponent.max(axis=1, keepdims=True)

    def grouped(vectors: Array) -> Array:
        return vectors.reshape(*exponent.shape[:2], -1)

    rows = [_Scaled(grouped(outer.rows), exponent).to(top) for outer in outers]
    terms = [row.swapaxes(1, 2) @ grouped(outer.columns) for row, outer in zip(rows, outers)]
    return _Scaled.of(np.sum(terms, axis=0), top)


@dataclass
class _Found:
    """What reached each value and each weight on the way back through the equations: the chain rule backwards."""

    values: dict[str, Array] = field(default_factory=dict)
    weights: dict[str, list[_Outer]] = field(default_factory=dict)

    def follow(self, node: _Node, adjoint: Array) -> None:
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

    def _contribution(self, name: str) -> _Scaled:
        if name not in self.weights:
            raise KeyError(f"{self.cell.name} has no weight {name!r}; it has {', '.join(self.weights)}")
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
    lines, places = _lines(trace), _places(trace)
    jacobians = _Scaled.of(_jacobians(trace, lines))
    by_states = _Scaled.of(_direct(trace, loss)[..., None, :])
    for t in reversed(range(len(trace) - 1)):
        if truncate is None or (t + 1) % truncate:
            by_states[t] = by_states[t] + by_states[t + 1] @ jacobians[t + 1]

    found = _Found({state: by_states.numbers[..., 0, place] for state, place in places.items()})
    with np.errstate(all="ignore"):
        for letter, node in reversed(lines.items()):
            adjoint = found.values.setdefault(letter, np.zeros_like(trace[letter]))
            found.follow(node, _free(trace, letter) * adjoint)
    for adjoint in (*found.values.values(), *(outer.rows for outers in found.weights.values() for outer in outers)):
        _representable(adjoint, "a derivative within one time step")

    exponent = by_states.exponent[..., 0]

    def restored(key: str, like: Array) -> Array:
        numbers = found.values.get(key, np.zeros_like(like))
        return _Scaled(numbers, exponent).array

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


# Clipping


def clip_by_norm(gradients: Mapping[str, ArrayLike], threshold: float) -> tuple[dict[str, Array], float]:
    """Scale gradients so that the norm of all of them together is at most `threshold`.

    g <- g * min(1, threshold / (norm + 1e-6)), as `torch.nn.utils.clip_grad_norm_` does it (Pascanu, Mikolov & Bengio
    2013, algorithm 1, without the 1e-6).

    Parameters
    ----------
    gradients
        Arrays of any shape, such as ``backpropagate(...).weights``.
    threshold
        More than 0.

    Returns
    -------
    clipped, norm
        Arrays of the same shapes; the norm before: the root of the sum of the squares of all entries of all arrays.

    Raises
    ------
    ValueError
        When `threshold` is not above 0, or the norm is not finite: then no factor makes it `threshold`.
    """
    arrays = _to_clip(gradients, threshold)
    entries = np.concatenate([np.zeros(1), *(array.ravel() for array in arrays.values())])
    norm = float(_Scaled.of(entries[None]).norms("fro")) if np.isfinite(entries).all() else np.inf
    if norm == np.inf:
        raise ValueError("the norm of the gradients is infinite; only a finite one can be clipped")
    factor = min(1.0, threshold / (norm + 1e-6))
    return {name: array * factor for name, array in arrays.items()}, norm


def clip_by_value(gradients: Mapping[str, ArrayLike], threshold: float) -> dict[str, Array]:
    """Bring every entry of the gradients into -`threshold` to `threshold`, as `torch.nn.utils.clip_grad_value_`.

    Unlike `clip_by_norm` this changes the direction of the gradient. Infinite entries become +-`threshold`.

    Parameters
    ----------
    gradients
        Arrays of any shape, such as ``backpropagate(...).weights``.
    threshold
        More than 0.

    Raises
    ------
    ValueError
        When `threshold` is not above 0, or a gradient is nan.
    """
    return {name: np.clip(array, -threshold, threshold) for name, array in _to_clip(gradients, threshold).items()}


def _to_clip(gradients: Mapping[str, ArrayLike], threshold: float) -> dict[str, Array]:
    if not threshold > 0:
        raise ValueError(f"threshold must be above 0, not {threshold}")
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in gradients.items()}
    for name, array in arrays.items():
        if np.isnan(array).any():
            raise ValueError(f"the gradient of {name} holds nan, which cannot be clipped")
    return arrays
