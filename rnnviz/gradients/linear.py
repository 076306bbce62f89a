"""The equations of a run for small changes: each operation in them as a linear map of its arguments.

Composed forwards the maps give the state Jacobian; followed backwards they give the gradient of a loss. All time steps
are done at once. A unit that was held (see `rnnviz.what_if`) does not follow what it is computed from, so its
derivative is zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnnviz.cells import Array
from rnnviz.gradients.linear_maps import Dense, Diagonal, Map
from rnnviz.language.equations import Expression, Number, Operation, Value, Weight
from rnnviz.language.functions import FUNCTIONS, OPERATORS, Function, product
from rnnviz.trace import Trace, known


@dataclass(frozen=True, eq=False)
class Linear:
    """An expression, its value at every time step, and how it follows each of its parts."""

    expression: Expression
    value: Array
    parts: tuple[tuple[Map, Linear], ...] = ()


def linearised(expression: Expression, values: Mapping[str, Array]) -> Linear:
    """An expression with the slopes it has at the given values."""
    match expression:
        case Number(number):
            return Linear(expression, np.array(number))
        case Weight(name):
            return Linear(expression, values[name])
        case Value():
            return Linear(expression, values[expression.key])
        case Operation("@", (Weight(name), argument)):
            vector, matrix = linearised(argument, values), values[name]
            return Linear(expression, product(matrix, vector.value, (2, 1)), ((Dense(matrix), vector),))
        case Operation(function, arguments):
            nodes = [linearised(argument, values) for argument in arguments]
            return _operation(expression, _OPERATIONS[function], nodes)
    raise TypeError(f"not an expression: {expression!r}")


_OPERATIONS = {**OPERATORS, **FUNCTIONS}


def _operation(expression: Expression, function: Function, nodes: Sequence[Linear]) -> Linear:
    operands = [node.value for node in nodes]
    value = function.compute(*operands)
    kind = Dense if function.mixes else Diagonal
    slopes = (kind(np.asarray(slope)) for slope in function.slopes(value, *operands))
    return Linear(expression, value, tuple(zip(slopes, nodes)))


def linear_equations(trace: Trace) -> dict[str, Linear]:
    """The equations of a cell with the slopes they had in a run; refuses a run that has overflowed."""
    for letter, quantity in trace.values.items():
        finite = np.isfinite(quantity).reshape(len(trace), -1).all(axis=1)
        if not finite.all():
            name = trace.cell.quantity(letter).name
            raise ValueError(f"{name} is not finite at time step {finite.argmin()}: the run has overflowed")
    values = known(trace)
    with np.errstate(all="ignore"):
        return {line.target: linearised(line.expression, values) for line in trace.cell.program.equations}


def free_units(trace: Trace, letter: str) -> Array:
    """1 for each unit that follows its equation, 0 for each that was held."""
    return np.isnan(trace.held[letter]) * 1.0 if letter in trace.held else np.array(1.0)


def state_places(trace: Trace) -> dict[str, slice]:
    """Where each state stands among the components of all."""
    places, start = {}, 0
    for state in trace.cell.state:
        places[state] = slice(start, start := start + trace[state].shape[-1])
    return places


def representable(array: Array, what: str) -> Array:
    """The same array, if all of it is finite; otherwise a `ValueError` that names it."""
    if not np.isfinite(array).all():
        raise ValueError(f"{what} is too large for float64; the weights are too large")
    return array
