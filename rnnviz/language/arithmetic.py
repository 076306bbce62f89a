"""Equations become numbers: one way to compute a program, whatever it is computed with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from rnnviz.language.equations import Expression, Number, Operation, Program, Value, Weight
from rnnviz.language.functions import FUNCTIONS, OPERATORS

Compute = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """What equations are computed with: numpy, torch, or a tape that remembers how to go back.

    Attributes
    ----------
    functions
        All of `rnnviz.language.functions`, by their names in a tree.
    stack, join
        Vectors as the rows of a matrix; arrays side by side, along their last axis.
    """

    functions: Mapping[str, Callable[..., Any]]
    stack: Callable[[Sequence[Any]], Any]
    join: Callable[[Sequence[Any]], Any]


NUMPY = Arithmetic(
    {name: function.compute for name, function in {**OPERATORS, **FUNCTIONS}.items()},
    np.stack,
    lambda arrays: np.concatenate(arrays, axis=-1),
)


def bind(expression: Expression, by: Arithmetic = NUMPY) -> Compute:
    """Turn an expression into a function of a dict of values.

    A value of rank 1 lies along the last axis of its array, one of rank 2 along the last two; what comes before, such
    as time steps and sequences, broadcasts. A vector meets every row of a matrix.
    """
    match expression:
        case Number(value):
            return lambda values: value
        case Weight(name):
            return lambda values: values[name]
        case Value():
            key = expression.key
            return lambda values: values[key]
        case Operation(function, (argument,)):
            apply, inner = by.functions[function], bind(argument, by)
            return lambda values: apply(inner(values))
        case Operation(function, (left, right)):
            apply, first, second = by.functions[function], bind(left, by), bind(right, by)
            if function == "@":
                apply = partial(apply, ranks=(left.rank, right.rank))
            elif (left.rank, right.rank) == (1, 2):
                first = _as_rows(first)
            elif (left.rank, right.rank) == (2, 1):
                second = _as_rows(second)
            return lambda values: apply(first(values), second(values))
    raise TypeError(f"not an expression: {expression!r}")


def _as_rows(vector: Compute) -> Compute:
    return lambda values: vector(values)[..., None, :]


def evaluate(
    program: Program, weights: Mapping[str, Any], inputs: Mapping[str, Any], by: Arithmetic = NUMPY
) -> dict[str, Any]:
    """What every line of a program gives, by its target, for all leading axes of the inputs at once.

    Parameters
    ----------
    inputs
        What the program is given, and its states at the step before, if it has any, as ``h'``.
    """
    values = {**weights, **inputs}
    for target, line in bound(program, by):
        values[target] = line(values)
    return {target: values[target] for target in program.targets}


@lru_cache(maxsize=256)
def bound(program: Program, by: Arithmetic) -> Sequence[tuple[str, Compute]]:
    """The target of every line of a program, and the function that computes it."""
    return [(line.target, bind(line.expression, by)) for line in program.equations]
