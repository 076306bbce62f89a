r"""The equations of a cell as LaTeX, and every symbol in them explained in words.

Both are read off the expression trees, so what a lesson prints is what is computed. A value at this time step carries
the index ``t``, a previous state ``t-1``, a weight none; what follows the first underscore of a name is a subscript:
``f = sigmoid(W_xf @ x + ...)`` is written ``f_t = \sigma(W_{xf} x_t + ...)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnnviz.cells import Cell
from rnnviz.language.equations import Equation, Expression, Number, Operation, Value, Weight, leaves


class Sign(NamedTuple):
    """How a function or an operator is written, and what it does in a few words."""

    latex: str
    words: str


FUNCTIONS: Mapping[str, Sign] = {
    "sigmoid": Sign(r"\sigma", "sigmoid: squashes to between 0 and 1"),
    "tanh": Sign(r"\tanh", "hyperbolic tangent: squashes to between -1 and 1"),
    "relu": Sign(r"\operatorname{ReLU}", "rectifier: keeps what is positive, and turns the rest to 0"),
    "softmax": Sign(r"\operatorname{softmax}", "softmax: turns any numbers into shares that sum to 1"),
}
ELEMENTWISE = Sign(r"\odot", "multiplied element by element")

_SUM, _PRODUCT, _MATRIX_PRODUCT, _ATOM = range(4)
_LEVELS = {"+": _SUM, "-": _SUM, "negate": _SUM, "*": _PRODUCT, "@": _MATRIX_PRODUCT}


def symbol_latex(symbol: Weight | Value) -> str:
    r"""LaTeX of one name: ``W_{xf}``, ``f_t``, ``h_{t-1}``, ``c_{new,t}``."""
    base, underscore, subscript = symbol.name.partition("_")
    index = ("t-1" if symbol.previous else "t") if isinstance(symbol, Value) else None
    subscript = subscript.replace("_", r"\_")
    if index:
        subscript = f"{subscript},{index}" if underscore else index
    letter = base if len(base) == 1 else rf"\mathit{{{base}}}"
    if not (underscore or index):
        return letter
    return f"{letter}_{subscript}" if len(subscript) == 1 else f"{letter}_{{{subscript}}}"


def equation_latex(equation: Equation) -> str:
    """LaTeX of one line: the value computed, an equals sign, the expression."""
    return f"{symbol_latex(Value(equation.target))} = {expression_latex(equation.expression)}"


def expression_latex(expression: Expression) -> str:
    """LaTeX of an expression, with no more parentheses than its tree needs."""
    return _write(expression, _SUM)


def _write(expression: Expression, level: int) -> str:
    """LaTeX that binds at least as tightly as `level`."""
    match expression:
        case Number(value):
            return np.format_float_positional(value, trim="-")
        case Weight() | Value():
            return symbol_latex(expression)
        case Operation("/", (above, below)):
            return rf"\frac{{{expression_latex(above)}}}{{{expression_latex(below)}}}"
        case Operation("negate", (inner,)):
            text = f"-{_write(inner, _PRODUCT)}"
        case Operation("@", (matrix, vector)):  # only the vector can be a product again: A B x is A (B x)
            text = f"{_write(matrix, _ATOM)} {_write(vector, _MATRIX_PRODUCT)}"
        case Operation(function, (left, right)):
            sign, own = _times(left, right) if function == "*" else f" {function} ", _LEVELS[function]
            text = f"{_write(left, own)}{sign}{_write(right, own + 1)}"
        case Operation(function, (argument,)):
            return f"{FUNCTIONS[function].latex}({expression_latex(argument)})"
        case _:
            raise TypeError(f"not an expression: {expression!r}")
    return f"({text})" if _LEVELS[expression.function] < level else text


def _times(left: Expression, right: Expression) -> str:
    """Between vectors a circled dot; after a number nothing, as in ``2 h_t``; a dot where a number is elsewhere."""
    if _are_vectors(left, right):
        return f" {ELEMENTWISE.latex} "
    return " " if isinstance(left, Number) and not isinstance(right, Number) else r" \cdot "


def _are_vectors(*expressions: Expression) -> bool:
    return all(any(not isinstance(leaf, Number) for leaf in leaves(expression)) for expression in expressions)


def symbols_explained(cell: Cell, input_size: int, hidden_size: int) -> list[tuple[str, str]]:
    """LaTeX and meaning of every symbol in the equations of a cell, once, in the order in which they are read."""
    shapes = cell.weight_shapes(input_size, hidden_size)
    roles = _weight_roles(cell)

    def explain(symbol: Sign | Weight | Value) -> tuple[str, str]:
        match symbol:
            case Sign():
                return symbol
            case Weight(name):
                words = f"{roles[name]}, {_extent(shapes[name])}"
            case Value("x"):
                words = f"the input at this time step, a vector of {_extent((input_size,))}"
            case Value(name, previous=True):
                words = f"{_title(cell, name)} at the previous time step"
            case Value(name):
                words = _meaning(cell, name)
        return symbol_latex(symbol), words

    read = (
        explain(symbol)
        for equation in cell.program.equations
        for symbol in (Value(equation.target), *_symbols(equation.expression))
    )
    return list(dict.fromkeys(read))


def _symbols(expression: Expression) -> Iterator[Sign | Weight | Value]:
    """What stands in an expression, from left to right."""
    match expression:
        case Weight() | Value():
            yield expression
        case Operation(function, (argument,)):
            if function in FUNCTIONS:
                yield FUNCTIONS[function]
            yield from _symbols(argument)
        case Operation(function, (left, right)):
            yield from _symbols(left)
            if function == "*" and _are_vectors(left, right):
                yield ELEMENTWISE
            yield from _symbols(right)


def _title(cell: Cell, symbol: str) -> str:
    title = cell.quantity(symbol).title
    return title[:1].lower() + title[1:]


def _meaning(cell: Cell, symbol: str) -> str:
    """The quantity's title and meaning as one phrase, such as "update gate, the share of the old state that stays"."""
    meaning = cell.quantity(symbol).meaning.removesuffix(".") or "computed by its equation"
    return f"{_title(cell, symbol)}, {meaning[:1].lower()}{meaning[1:]}"


def _extent(shape: tuple[int, ...]) -> str:
    if len(shape) == 2:
        return f"a {shape[0]} × {shape[1]} matrix"
    return f"{shape[0]} number{'s' * (shape[0] != 1)}"


def _weight_roles(cell: Cell) -> dict[str, str]:
    """For every weight where it leads, and from where if it multiplies anything: a bias multiplies nothing."""
    targets: dict[str, list[str]] = {name: [] for name in cell.program.weights}
    sources: dict[str, list[str]] = {name: [] for name in cell.program.weights}

    def visit(expression: Expression, target: str) -> None:
        match expression:
            case Weight(name):
                targets[name].append(target)
            case Operation(function, arguments):
                for argument, other in zip(arguments, reversed(arguments)):
                    if isinstance(argument, Weight) and function in ("@", "*"):
                        sources[argument.name] += [leaf.name for leaf in leaves(other) if isinstance(leaf, Value)]
                    visit(argument, target)

    for equation in cell.program.equations:
        visit(equation.expression, equation.target)

    def role(name: str) -> str:
        to, start = (" and ".join(dict.fromkeys(names[name])) for names in (targets, sources))
        return f"weights to {to} from {start}" if start else f"bias of {to}"

    return {name: role(name) for name in targets}
