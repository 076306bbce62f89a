"""How the weights of a cell start. What is a gate, and which one keeps a state, is read off the equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.dynamics import kept_share, recurrent_start
from rnnviz.cells import Array, Cell
from rnnviz.language.equations import Expression, Operation, Value, leaves


@dataclass(frozen=True)
class Initialisation:
    """A way to start.

    Attributes
    ----------
    title, meaning, source
        What it is called, what it does, who published it.
    changes
        ``changes(cell, hidden_size, steps, random)``: the weights that differ from PyTorch's default, under their names
        in the equations; none where a cell has nothing that it could act on. `steps` is how long a sequence is.
    """

    title: str
    meaning: str
    source: str
    changes: Callable[[Cell, int, int, np.random.Generator], dict[str, Array]]


def keeping_biases(cell: Cell) -> list[str]:
    """The biases of the gates that keep a state: of the forget gate, of the update gate."""
    gates = {share.name for share in kept_share(cell.program).values() if isinstance(share, Value)}
    return [f"b_{gate}" for gate in sorted(gates) if f"b_{gate}" in cell.program.weights]


def writing_biases(cell: Cell) -> list[str]:
    """The biases of the gates that write into a state that another gate keeps: of the LSTM's input gate."""
    squashed = {
        line.target
        for line in cell.program.equations
        if isinstance(line.expression, Operation) and line.expression.function == "sigmoid"
    }
    keeping = set(keeping_biases(cell))
    gates = {
        factor.name
        for line in cell.program.equations
        if line.target in kept_share(cell.program)
        for term in _terms(line.expression)
        if Value(line.target, previous=True) not in list(leaves(term))
        for factor in _factors(term)
        if isinstance(factor, Value) and factor.name in squashed
    }
    return [f"b_{gate}" for gate in sorted(gates) if f"b_{gate}" in {*cell.program.weights} - keeping]


def _terms(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Operation("+", (left, right)):
            yield from _terms(left)
            yield from _terms(right)
        case _:
            yield expression


def _factors(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Operation("*", (left, right)):
            yield from _factors(left)
            yield from _factors(right)
        case _:
            yield expression


def _default(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    return {}


def _forget_bias(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    return {name: np.ones(hidden_size) for name in keeping_biases(cell)}


def _chrono(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    keeping, writing = keeping_biases(cell), writing_biases(cell)
    drawn = {name: np.log(random.uniform(1.0, max(steps - 1, 1), hidden_size)) for name in keeping}
    if len(keeping) == 1:
        drawn |= dict.fromkeys(writing, -drawn[keeping[0]])
    return drawn


def _orthogonal(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    return {name: recurrent_start("orthogonal", hidden_size, int(random.integers(2**32))) for name in _recurrent(cell)}


def _identity(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    biases = [name for name, shape in cell.program.weights.items() if shape == ("H",)]
    return {name: np.eye(hidden_size) for name in _recurrent(cell)} | {name: np.zeros(hidden_size) for name in biases}


def _recurrent(cell: Cell) -> list[str]:
    return [name for name, shape in cell.program.weights.items() if shape == ("H", "H")]


#: The ways to start, by name.
INITIALISATIONS: Mapping[str, Initialisation] = {
    "default": Initialisation(
        "PyTorch's", "Every weight is uniform on ±1/√H, whatever its part.", "PyTorch, torch.nn.RNN", _default
    ),
    "forget_bias": Initialisation(
        "Forget bias 1",
        "The gate that keeps the state has the bias 1: about 73 % is kept at each step.",
        "Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015",
        _forget_bias,
    ),
    "chrono": Initialisation(
        "Chrono",
        "The keeping gate's bias is log of a number between 1 and T − 1, unit by unit, and the input gate's is minus "
        "that: units forget over all times from one step to the whole sequence.",
        "Tallec & Ollivier 2018",
        _chrono,
    ),
    "orthogonal": Initialisation(
        "Orthogonal",
        "Every recurrent matrix turns the state and keeps its length.",
        "Saxe, McClelland & Ganguli 2014",
        _orthogonal,
    ),
    "identity": Initialisation(
        "Identity",
        "Every recurrent matrix is the identity and every bias 0. Meant for ReLU: a state that keeps itself.",
        "Le, Jaitly & Hinton 2015",
        _identity,
    ),
}
