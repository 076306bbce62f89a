r"""Equations as LaTeX, read off the expression trees, so that what a lesson prints is what is computed.

A value at this time step carries the index ``t``, a previous state ``t-1``, a weight none; what follows the first
underscore of a name is a subscript: ``f = sigmoid(W_xf @ x + ...)`` is written ``f_t = \sigma(W_{xf} x_t + ...)``.
"""

from __future__ import annotations

import numpy as np

from rnnviz.language.equations import Equation, Expression, Number, Operation, Value, Weight, leaves
from rnnviz.language.functions import FUNCTIONS, OPERATORS

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
            return f"{OPERATORS['/'].latex}{{{expression_latex(above)}}}{{{expression_latex(below)}}}"
        case Operation("negate", (inner,)):
            text = f"-{_write(inner, _PRODUCT)}"
        case Operation("@", (matrix, vector)):  # only the vector can be a product again: A B x is A (B x)
            text = f"{_write(matrix, _ATOM)} {_write(vector, _MATRIX_PRODUCT)}"
        case Operation(function, (left, right)):
            sign, own = _times(left, right) if function == "*" else f" {OPERATORS[function].latex} ", _LEVELS[function]
            text = f"{_write(left, own)}{sign}{_write(right, own + 1)}"
        case Operation(function, (argument,)):
            return f"{FUNCTIONS[function].latex}({expression_latex(argument)})"
        case _:
            raise TypeError(f"not an expression: {expression!r}")
    return f"({text})" if _LEVELS[expression.function] < level else text


def _times(left: Expression, right: Expression) -> str:
    """Between vectors a circled dot; after a number nothing, as in ``2 h_t``; a dot where a number is elsewhere."""
    if are_vectors(left, right):
        return f" {OPERATORS['*'].latex} "
    return " " if isinstance(left, Number) and not isinstance(right, Number) else r" \cdot "


def are_vectors(*expressions: Expression) -> bool:
    """Whether none of the expressions is made of numbers alone."""
    return all(any(not isinstance(leaf, Number) for leaf in leaves(expression)) for expression in expressions)
