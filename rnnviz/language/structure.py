"""What is read off a program: what follows from what, which gates keep and write a state, how a state recurs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from rnnviz.language.equations import Expression, Number, Operation, Program, Value, Weight, leaves
from rnnviz.language.functions import FUNCTIONS


def dependencies(program: Program) -> dict[str, tuple[str, ...]]:
    """For every line its direct dependencies in the order written; previous states carry a prime (``h'``)."""
    return {
        equation.target: tuple(
            dict.fromkeys(
                leaf.key if isinstance(leaf, Value) else leaf.name
                for leaf in leaves(equation.expression)
                if not isinstance(leaf, Number)
            )
        )
        for equation in program.equations
    }


def kept_share(program: Program) -> dict[str, Expression]:
    """What the previous value of each state is multiplied with in the sum that makes the new one.

    The forget gate of ``c = f * c + i * g``, the update gate of ``h = (1 - z) * n + z * h``, the number one of
    ``c = c + i * g``. A state that is only seen through other functions, such as Elman's, is left out.
    """
    shares = {line.target: list(_shares(line.expression, line.target)) for line in program.equations}
    return {
        state: reduce(lambda left, right: Operation("+", (left, right)), factors)
        for state, factors in shares.items()
        if factors
    }


def _shares(expression: Expression, state: str) -> Iterator[Expression]:
    """What multiplies the previous value of `state` in each term of a sum."""
    match expression:
        case Value(name, previous=True) if name == state:
            yield Number(1.0)
        case Operation("+", (left, right)):
            yield from _shares(left, state)
            yield from _shares(right, state)
        case Operation("-", (left, right)):
            yield from _shares(left, state)
            yield from (Operation("negate", (factor,)) for factor in _shares(right, state))
        case Operation("*", (left, right)):
            yield from (_times(factor, right) for factor in _shares(left, state))
            yield from (_times(left, factor) for factor in _shares(right, state))


def _times(left: Expression, right: Expression) -> Expression:
    if left == Number(1.0):
        return right
    return left if right == Number(1.0) else Operation("*", (left, right))


def keeping_biases(program: Program) -> list[str]:
    """The biases of the gates that keep a state: of the forget gate, of the update gate."""
    gates = {share.name for share in kept_share(program).values() if isinstance(share, Value)}
    return [f"b_{gate}" for gate in sorted(gates) if f"b_{gate}" in program.weights]


def writing_biases(program: Program) -> list[str]:
    """The biases of the gates that write into a state that another gate keeps: of the LSTM's input gate."""
    squashed = {
        line.target
        for line in program.equations
        if isinstance(line.expression, Operation) and line.expression.function == "sigmoid"
    }
    keeping, keeps = set(keeping_biases(program)), kept_share(program)
    gates = {
        factor.name
        for line in program.equations
        if line.target in keeps
        for term in _operands(line.expression, "+")
        if Value(line.target, previous=True) not in list(leaves(term))
        for factor in _operands(term, "*")
        if isinstance(factor, Value) and factor.name in squashed
    }
    return [f"b_{gate}" for gate in sorted(gates) if f"b_{gate}" in {*program.weights} - keeping]


def _operands(expression: Expression, operator: str) -> Iterator[Expression]:
    """What is joined by one operator again and again: the terms of a sum, the factors of a product."""
    match expression:
        case Operation(function, arguments) if function == operator:
            for argument in arguments:
                yield from _operands(argument, operator)
        case _:
            yield expression


def recurrent_matrices(program: Program) -> list[str]:
    """The weights from a state to one."""
    return [name for name, shape in program.weights.items() if shape == ("H", "H")]


def recurrence(program: Program) -> tuple[str, float]:
    """The recurrent matrix of a simple recurrent cell, by its name, and the largest slope of its activation.

    Simple is a cell with one state, whose new value is an activation of a sum, or the sum itself, in which the state
    before occurs once, times a matrix: ``h = tanh(W_xh @ x + W_hh @ h + b_h)``.

    Raises
    ------
    ValueError
        When the cell is of another kind, such as one with gates.
    """
    equations = {line.target: line.expression for line in program.equations}

    def written_out(expression: Expression) -> Expression:
        match expression:
            case Value(name, previous=False) if name in equations:
                return written_out(equations[name])
            case Operation(function, arguments):
                return Operation(function, tuple(map(written_out, arguments)))
        return expression

    first, *others = program.state
    total, slope = written_out(equations[first]), 1.0
    match total:
        case Operation(name, (argument,)) if name in FUNCTIONS:
            total, slope = argument, FUNCTIONS[name].largest_slope or float("inf")
    match [term for term in _terms(total) if any(_is_previous(leaf) for leaf in leaves(term))]:
        case [Operation("@", (Weight(name), Value(previous=True)))] if not others and slope < float("inf"):
            return name, slope
    raise ValueError(f"`{first}` is not an activation of one sum with one recurrent matrix, as Elman's is")


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


def argument_of_softmax(program: Program) -> Expression:
    """What the softmax that ends a program is applied to: logits, from which a loss is computed without rounding.

    Raises
    ------
    TypeError
        When the program ends in something else.
    """
    match program.equations[-1].expression:
        case Operation("softmax", (argument,)):
            return argument
    raise TypeError("the equations must end in a softmax")
