"""What a cell can compute for all time steps at once, and what has to wait for the state.

Three rewritings of a program, none of which changes a value by more than rounding:

- a term without a state in it (``W_xf @ x + b_f``) is computed for the whole sequence in one product;
- products with the same previous state (``W_hi @ h``, ``W_hf @ h``, ...) are stacked into one product per time step;
- the two are added while still stacked.

What remains for each time step are the equations with those sums already in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from rnnviz.language.equations import Equation, Expression, Operation, Program, Value, Weight, leaves


@dataclass(frozen=True)
class Product:
    """``weight @ state`` plus the terms known ahead that it is added to, under the name `key`."""

    key: str
    weight: str
    ahead: Expression | None


@dataclass(frozen=True)
class Hoisted:
    """The parts of a program: known ahead, stacked by the previous state they multiply, and left for each step."""

    ahead: Mapping[str, Expression]
    products: Mapping[str, Sequence[Product]]
    equations: Sequence[Equation]


def hoist(program: Program, inputs: Sequence[str] = ("x",)) -> Hoisted:
    """Split a program into what is known ahead, stacked products, and what is left for each time step."""
    hoister = _Hoister(frozenset(inputs))
    equations = [Equation(equation.target, hoister.rewrite(equation.expression)) for equation in program.equations]
    return Hoisted(hoister.ahead, hoister.products, equations)


class _Hoister:
    def __init__(self, inputs: frozenset[str]) -> None:
        self.inputs = inputs
        self.ahead: dict[str, Expression] = {}
        self.products: dict[str, list[Product]] = {}
        self.keys = (f"~{number}" for number in range(10**9))  # no name in the language starts with ~

    def rewrite(self, expression: Expression) -> Expression:
        if self.is_ahead(expression):
            return self.hoist(expression)
        if not isinstance(expression, Operation):
            return expression
        if expression.function == "+" or _is_recurrent(expression):
            return self.rewrite_sum(list(_summands(expression)))
        return Operation(expression.function, tuple(self.rewrite(argument) for argument in expression.arguments))

    def rewrite_sum(self, summands: Sequence[Expression]) -> Expression:
        known = [summand for summand in summands if self.is_ahead(summand)]
        recurrent = [summand for summand in summands if _is_recurrent(summand)]
        rest = [summand for summand in summands if not self.is_ahead(summand) and not _is_recurrent(summand)]
        head = _sum(known) if known else None
        done: list[Expression]
        if recurrent:
            first, *others = recurrent
            done = [self.stack(first, head), *(self.stack(product, None) for product in others)]
        else:
            done = [self.hoist(head)] if head else []
        return _sum([*done, *map(self.rewrite, rest)])

    def is_ahead(self, expression: Expression) -> bool:
        """Whether the expression needs weights and inputs only."""
        values = [leaf for leaf in leaves(expression) if isinstance(leaf, Value)]
        return all(value.name in self.inputs for value in values)

    def hoist(self, expression: Expression) -> Expression:
        if not any(isinstance(leaf, Value) for leaf in leaves(expression)):
            return expression  # the same at every time step: nothing to gain
        key = next(self.keys)
        self.ahead[key] = expression
        return Value(key, rank=expression.rank)

    def stack(self, product: Expression, ahead: Expression | None) -> Value:
        match product:
            case Operation("@", (Weight(weight), Value(state))):
                key = next(self.keys)
                self.products.setdefault(state, []).append(Product(key, weight, ahead))
                return Value(key)
        raise TypeError(f"not a recurrent product: {product!r}")


def _summands(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Operation) and expression.function == "+":
        for argument in expression.arguments:
            yield from _summands(argument)
    else:
        yield expression


def _is_recurrent(expression: Expression) -> bool:
    match expression:
        case Operation("@", (Weight(), Value(previous=True))):
            return True
    return False


def _sum(terms: Sequence[Expression]) -> Expression:
    return reduce(lambda left, right: Operation("+", (left, right)), terms)
