"""Every symbol in the equations of a cell explained in words, as its equations tell and `rnnviz.notation` calls it."""

from __future__ import annotations

from collections.abc import Iterator

from rnnviz.cells import Cell
from rnnviz.language.equations import Expression, Operation, Value, Weight, leaves
from rnnviz.language.functions import FUNCTIONS, OPERATORS, Function
from rnnviz.language.latex import are_vectors, symbol_latex


def symbols_explained(cell: Cell, input_size: int, hidden_size: int) -> list[tuple[str, str]]:
    """LaTeX and meaning of every symbol in the equations of a cell, once, in the order in which they are read."""
    shapes = cell.weight_shapes(input_size, hidden_size)
    roles = _weight_roles(cell)

    def explain(symbol: Function | Weight | Value) -> tuple[str, str]:
        match symbol:
            case Function():
                return symbol.latex, symbol.words
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


def _symbols(expression: Expression) -> Iterator[Function | Weight | Value]:
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
            if function == "*" and are_vectors(left, right):
                yield OPERATORS["*"]
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
