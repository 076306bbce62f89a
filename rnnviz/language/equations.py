"""The little language a cell is written in: parse, check, order, infer shapes.

A text such as ::

    f = sigmoid(W_xf @ x + W_hf @ h + b_f)
    c = f * c + i * g

becomes a `Program`: one checked expression tree per line. Everything else in rnnviz (the numbers, the LaTeX, the
diagram, the browser's engine) is read off these trees. Text is parsed, never evaluated: what is not on the whitelist
below is refused with an `EquationError` that says where and what is allowed.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from rnnviz.language.functions import FUNCTIONS

ALLOWED = "names, numbers, + - * / @, unary minus, and the functions " + ", ".join(FUNCTIONS)

_OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_LONGEST_TEXT = 10_000
_DEEPEST_TREE = 60


class EquationError(ValueError):
    """An equation that cannot be accepted, with the line and column (both from 1) where it went wrong."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Number:
    """A number written in the text."""

    value: float

    @property
    def rank(self) -> int:
        """As of a `Weight`: a number has none."""
        return 0


@dataclass(frozen=True)
class Weight:
    """A learned matrix or vector: any name that is not an input, a state or computed above.

    The `rank` is 2 for a matrix and 1 for a vector; trees are compared without it.
    """

    name: str
    rank: int = field(default=1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Value:
    """An input, a state or a quantity computed above; `previous` marks a state's value at the step before.

    The `rank` is that of a `Weight`.
    """

    name: str
    previous: bool = False
    rank: int = field(default=1, compare=False, repr=False, kw_only=True)

    @property
    def key(self) -> str:
        """The name under which the value is looked up: ``h``, or ``h'`` for the previous time step."""
        return self.name + "'" * self.previous


@dataclass(frozen=True)
class Operation:
    """One of ``+ - * / @``, ``negate``, or a function, applied to its arguments."""

    function: str
    arguments: tuple[Expression, ...]

    @property
    def rank(self) -> int:
        """As of a `Weight`: of a product what is left of both sides, of all else that of the largest argument."""
        ranks = [argument.rank for argument in self.arguments]
        return sum(ranks) - 2 if self.function == "@" else max(ranks)


Expression = Number | Weight | Value | Operation


@dataclass(frozen=True)
class Equation:
    """One line: the value of `target` is `expression`."""

    target: str
    expression: Expression


@dataclass(frozen=True, eq=False)
class Program:
    """Checked equations in the order they are computed, and the symbolic shape of every name in them.

    A shape is a tuple of size names: ``("H", "I")`` for a matrix from the input to a state, ``("H",)`` for a vector.
    The names in `state` are carried from one time step to the next.
    """

    equations: tuple[Equation, ...]
    weights: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[str, ...]]
    state: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """What the lines compute, in order."""
        return tuple(equation.target for equation in self.equations)


def leaves(expression: Expression) -> Iterator[Number | Weight | Value]:
    """The numbers, weights and values of an expression, from left to right."""
    if isinstance(expression, Operation):
        for argument in expression.arguments:
            yield from leaves(argument)
    else:
        yield expression


def parse(
    text: str,
    *,
    inputs: Mapping[str, str | tuple[str, str]],
    state: Sequence[str] = (),
    state_size: str = "H",
    free_size: str = "H",
) -> Program:
    """Parse and check equations.

    Parameters
    ----------
    text
        One ``name = expression`` a line.
    inputs
        Names given from outside, each with the name of its size, ``{"x": "I"}``, or of its two sizes where it is a
        matrix, ``{"S": ("T", "H")}``. What multiplies a matrix that is not a weight may be a weight too: a matrix with
        a capital letter (``S @ U``), a vector with a small one (``S @ v``).
    state
        Names carried from one time step to the next. Up to and including the right side of its own line such a name
        means the value at the previous time step, after that line the new one.
    state_size, free_size
        The size of a state, and of every vector whose size the equations leave open.

    Raises
    ------
    EquationError
        When the text is not in the language, a name is used too early or twice, a state is never computed, or shapes
        do not fit.
    """
    if len(text) > _LONGEST_TEXT:
        raise EquationError(f"{len(text)} characters are too long; at most {_LONGEST_TEXT}")
    source = textwrap.dedent(text)
    pairs = zip(text.splitlines(), source.splitlines())
    indent = next((len(line) - len(bare) for line, bare in pairs if bare.strip()), 0)  # so that columns are the text's
    try:
        module = ast.parse(source)
    except SyntaxError as error:
        raise EquationError(
            f"this is not an equation ({error.msg}); write `name = expression` with {ALLOWED}",
            error.lineno or 1,
            (error.offset or 1) + indent,
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise EquationError(f"this cannot be read; write `name = expression` with {ALLOWED}") from None
    return _Checker(source, indent, inputs, state, state_size, free_size).check(module)


class _Checker:
    """Walks the parsed lines once: whitelists, resolves names, unifies sizes."""

    def __init__(
        self,
        source: str,
        indent: int,
        inputs: Mapping[str, str | tuple[str, str]],
        state: Sequence[str],
        state_size: str,
        free_size: str,
    ) -> None:
        self.source = source
        self.indent = indent
        self.inputs = inputs
        self.state = tuple(state)
        self.sizes = _Sizes()
        self.free_size = free_size
        self.shapes: dict[str, tuple[str, ...]] = {
            name: (size,) if isinstance(size, str) else size for name, size in inputs.items()
        }
        self.shapes |= dict.fromkeys(self.state, (state_size,))
        self.weights: dict[str, tuple[str, ...]] = {}
        self.assigned: list[str] = []
        self.assigned_somewhere: set[str] = set()

    def check(self, module: ast.Module) -> Program:
        statements = [self._assignment(statement) for statement in module.body]
        self.assigned_somewhere = {target.id for target, _ in statements}
        equations = []
        for target, right in statements:
            self._check_target(target)
            expression, shape = self._expression(right, depth=1)
            if len(shape) != 1:
                raise self._error(right, f"`{target.id}` must be a vector; its right side is {_describe(shape)}")
            if target.id in self.state:
                self._unify(target, (target, self.shapes[target.id]), (right, shape))
            else:
                self.shapes[target.id] = shape
            self.assigned.append(target.id)
            equations.append(Equation(target.id, expression))
        for name in self.state:
            if name not in self.assigned:
                raise EquationError(f"the state `{name}` is never computed; write a line `{name} = ...`")
        if not equations:
            raise EquationError("there is no equation; write `name = expression`")

        def resolved(shapes: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
            return {name: self.sizes.resolve(shape, self.free_size) for name, shape in shapes.items()}

        return Program(tuple(equations), resolved(self.weights), resolved(self.shapes), self.state)

    def _assignment(self, statement: ast.stmt) -> tuple[ast.Name, ast.expr]:
        match statement:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                return target, value
        raise self._error(statement, f"`{self._text(statement)}` is not allowed; write `name = expression`")

    def _check_target(self, target: ast.Name) -> None:
        self._check_name(target)
        if target.id in self.inputs:
            raise self._error(target, f"`{target.id}` is an input and cannot be computed")
        if target.id in self.assigned:
            raise self._error(target, f"`{target.id}` is computed twice")
        if target.id in self.weights:
            raise self._error(target, f"`{target.id}` is used before the line that computes it")

    def _check_name(self, node: ast.Name) -> None:
        if not _NAME.match(node.id):
            raise self._error(node, f"`{node.id}` is not a name; use letters a to z, digits and _")
        if node.id in FUNCTIONS:
            raise self._error(node, f"`{node.id}` is a function; write `{node.id}(...)`")

    def _expression(self, node: ast.expr, depth: int) -> tuple[Expression, tuple[str, ...]]:
        """The checked tree of one Python expression and its shape: () a number, one size a vector, two a matrix."""
        if depth > _DEEPEST_TREE:
            raise self._error(node, f"nested more than {_DEEPEST_TREE} deep; give a part a name on a line of its own")
        match node:
            case ast.Constant(value=bool() | complex()):
                pass
            case ast.Constant(value=int() | float() as value) if abs(value) < 1e300:
                return Number(float(value)), ()
            case ast.Name():
                return self._name(node, matrix=False)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner, shape = self._expression(operand, depth + 1)
                return Operation("negate", (inner,)), shape
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return self._product(node, left, right, depth)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                first, first_shape = self._expression(left, depth + 1)
                second, second_shape = self._expression(right, depth + 1)
                shape = self._unify(node, (left, first_shape), (right, second_shape))
                return Operation(_OPERATORS[type(operator)], (first, second)), shape
            case ast.Call(func=ast.Name(id=function), args=[argument], keywords=[]) if function in FUNCTIONS:
                inner, shape = self._expression(argument, depth + 1)
                if FUNCTIONS[function].mixes and not shape:
                    raise self._error(argument, f"{function} takes a vector; `{self._text(argument)}` is a number")
                return Operation(function, (inner,)), shape
        raise self._error(node, f"`{self._text(node)}` is not allowed; allowed are {ALLOWED}")

    def _product(
        self, node: ast.BinOp, left: ast.expr, right: ast.expr, depth: int
    ) -> tuple[Expression, tuple[str, ...]]:
        if self._is_given(left, right):
            return self._product_of_given(node, left, right, depth)
        if not isinstance(left, ast.Name):
            raise self._error(left, f"left of @ stands a weight matrix, not `{self._text(left)}`; write `A @ (B @ x)`")
        matrix, (rows, columns) = self._name(left, matrix=True)
        vector, shape = self._expression(right, depth + 1)
        if isinstance(vector, Weight) or not shape:
            raise self._error(right, f"right of @ stands something computed; `{self._text(right)}` is not")
        self._unify(node, (left, (rows, columns)), (right, shape), product=True)
        return Operation("@", (matrix, vector)), (rows,)

    def _is_given(self, left: ast.expr, right: ast.expr) -> bool:
        """Whether a product has a side made of a matrix that is no weight."""

        def made_of_matrix(side: ast.expr) -> bool:
            names = [node.id for node in ast.walk(side) if isinstance(node, ast.Name)]
            return any(len(self.shapes.get(name, ())) > 1 for name in names)

        vector = isinstance(left, ast.Name) and len(self.shapes.get(left.id, ())) == 1
        return made_of_matrix(left) or (vector and isinstance(right, ast.Name) and made_of_matrix(right))

    def _product_of_given(
        self, node: ast.BinOp, left: ast.expr, right: ast.expr, depth: int
    ) -> tuple[Expression, tuple[str, ...]]:
        """The product of a matrix that is no weight with a vector, a vector with it, or it with a weight."""
        first, first_shape = self._expression(left, depth + 1)
        if isinstance(right, ast.Name) and right.id not in self.shapes:
            second, second_shape = self._name(right, matrix=right.id[0].isupper())
        else:
            second, second_shape = self._expression(right, depth + 1)
        if not first_shape or not second_shape or len(first_shape) + len(second_shape) < 3:
            raise self._error(node, f"`{self._text(node)}` is no product of a matrix")
        if not self.sizes.unify(first_shape[-1], second_shape[0]):
            self._refuse(node, (left, first_shape), (right, second_shape), "cannot be multiplied by")
        return Operation("@", (first, second)), (*first_shape[:-1], *second_shape[1:])

    def _name(self, node: ast.Name, *, matrix: bool) -> tuple[Expression, tuple[str, ...]]:
        self._check_name(node)
        name = node.id
        if name in self.shapes:
            if matrix:
                raise self._error(node, f"left of @ stands a weight matrix; `{name}` is a vector")
            previous = name in self.state and name not in self.assigned
            return Value(name, previous, rank=len(self.shapes[name])), self.shapes[name]
        if name in self.assigned_somewhere:
            raise self._error(node, f"`{name}` is used before the line that computes it")
        shape = self.weights.setdefault(name, tuple(self.sizes.fresh() for _ in range(2 if matrix else 1)))
        if len(shape) != (2 if matrix else 1):
            raise self._error(node, f"`{name}` is used both as a matrix (left of @) and as a vector")
        return Weight(name, rank=len(shape)), shape

    def _unify(
        self,
        node: ast.AST,
        left: tuple[ast.expr, tuple[str, ...]],
        right: tuple[ast.expr, tuple[str, ...]],
        *,
        product: bool = False,
    ) -> tuple[str, ...]:
        """Make two shapes agree (for a product: the columns of the left with the right); numbers fit everything."""
        left_shape, right_shape = left[1], right[1]
        if not (left_shape and right_shape):
            return left_shape or right_shape
        # A vector meets every row of a matrix.
        met = right_shape[0] if product else right_shape[-1]
        fits = self.sizes.unify(left_shape[-1], met)
        if not product and len(left_shape) == len(right_shape) > 1:
            fits = fits and self.sizes.unify(left_shape[0], right_shape[0])
        if not fits:
            self._refuse(node, left, right, "cannot be multiplied by" if product else "does not fit")
        return max(left_shape, right_shape, key=len)

    def _refuse(
        self, node: ast.AST, left: tuple[ast.expr, tuple[str, ...]], right: tuple[ast.expr, tuple[str, ...]], verb: str
    ) -> NoReturn:
        shown = [_describe(self.sizes.resolve(shape, "?")) for _, shape in (left, right)]
        texts = [self._text(side) for side, _ in (left, right)]
        raise self._error(node, f"`{texts[0]}` is {shown[0]} and {verb} `{texts[1]}`, which is {shown[1]}")

    def _text(self, node: ast.AST) -> str:
        text = " ".join((ast.get_source_segment(self.source, node) or "?").split())
        return text if len(text) <= 60 else text[:57] + "..."

    def _error(self, node: ast.AST, message: str) -> EquationError:
        return EquationError(message, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1 + self.indent)


class _Sizes:
    """Sizes that stand for the same number, found by union; a fixed size is a letter, an open one ``?k``."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def fresh(self) -> str:
        name = f"?{len(self.parent)}"
        self.parent[name] = name
        return name

    def find(self, size: str) -> str:
        while self.parent.get(size, size) != size:
            size = self.parent[size]
        return size

    def unify(self, left: str, right: str) -> bool:
        left, right = self.find(left), self.find(right)
        if left == right:
            return True
        if not left.startswith("?"):
            left, right = right, left
        if not left.startswith("?"):
            return False
        self.parent[left] = right
        return True

    def resolve(self, shape: tuple[str, ...], free_size: str) -> tuple[str, ...]:
        found = (self.find(size) for size in shape)
        return tuple(free_size if size.startswith("?") else size for size in found)


def _describe(shape: tuple[str, ...]) -> str:
    return f"({', '.join(shape)}{',' * (len(shape) == 1)})" if shape else "a number"
