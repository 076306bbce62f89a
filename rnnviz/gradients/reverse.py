"""Reverse-mode differentiation of equations over matrices: computed by `TAPE`, every result knows its gradient.

What `rnnviz.gradients.through_time` does for a cell over all time steps at once, this does for a whole network of
different parts, one small array at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from rnnviz.cells import Array
from rnnviz.networks.attention import Arithmetic
from rnnviz.trace import NUMPY


@dataclass(frozen=True, eq=False)
class Node:
    """An array, what it was made of, and how a gradient by it becomes one by each of those."""

    value: Array
    parts: Sequence[tuple[Node, Callable[[Array], Array]]] = ()

    def __getitem__(self, index: Any) -> Node:
        """A part of the array."""

        def back(adjoint: Array) -> Array:
            whole = np.zeros_like(self.value)
            whole[index] = adjoint
            return whole

        return Node(self.value[index], [(self, back)])


def stack(nodes: Sequence[Node]) -> Node:
    """Vectors of one size as the rows of a matrix."""
    return Node(np.stack([node.value for node in nodes]), [(node, itemgetter(k)) for k, node in enumerate(nodes)])


def join(nodes: Sequence[Node]) -> Node:
    """Arrays side by side, along their last axis."""
    ends = np.cumsum([0, *(node.value.shape[-1] for node in nodes)])
    parts = [(node, itemgetter((..., slice(ends[k], ends[k + 1])))) for k, node in enumerate(nodes)]
    return Node(np.concatenate([node.value for node in nodes], axis=-1), parts)


def gradient(result: Node, wanted: Sequence[Node]) -> list[Array]:
    """The gradient of a number by each of the nodes it was made of; zeros by one that it was not made of."""
    adjoints: dict[Node, Array] = {result: np.ones_like(result.value)}
    for node in _from_last(result):
        adjoint = adjoints[node]
        for part, back in node.parts:
            known, more = adjoints.get(part), back(adjoint)
            adjoints[part] = more if known is None else known + more
    return [adjoints.get(node, np.zeros_like(node.value)) for node in wanted]


def _from_last(result: Node) -> list[Node]:
    """Every node that a result was made of, itself first, each before those it was made of."""
    order: list[Node] = []
    seen: set[Node] = set()
    pending: list[tuple[Node, bool]] = [(result, False)]
    while pending:
        node, done = pending.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            pending.append((node, True))
            pending += [(part, False) for part, _ in node.parts]
    return order[::-1]


def _of(value: Any) -> Node:
    return value if isinstance(value, Node) else Node(np.asarray(value, dtype=np.float64))


def _like(adjoint: Array, value: Array) -> Array:
    """A gradient by what was repeated to fit: summed over its repetitions."""
    extra = adjoint.ndim - value.ndim
    summed: Array = adjoint.sum(axis=tuple(range(extra))) if extra > 0 else adjoint
    return summed


def _unary(name: str, slope: Callable[[Array, Array, Array], Array]) -> Callable[[Any], Node]:
    """A function whose gradient is `slope` of the adjoint, the result and the argument."""

    def apply(argument: Any) -> Node:
        node = _of(argument)
        result = NUMPY[name](node.value)
        return Node(result, [(node, lambda adjoint: slope(adjoint, result, node.value))])

    return apply


def _binary(name: str, left: Callable[..., Array], right: Callable[..., Array]) -> Callable[[Any, Any], Node]:
    """A function of two arguments; its gradients are made of the adjoint and both."""

    def apply(one: Any, other: Any) -> Node:
        a, b = _of(one), _of(other)
        return Node(
            NUMPY[name](a.value, b.value),
            [
                (a, lambda adjoint: _like(left(adjoint, a.value, b.value), a.value)),
                (b, lambda adjoint: _like(right(adjoint, a.value, b.value), b.value)),
            ],
        )

    return apply


def _product(one: Any, other: Any) -> Node:
    a, b = _of(one), _of(other)

    def left(adjoint: Array) -> Array:
        if b.value.ndim == 1:
            return np.multiply.outer(adjoint, b.value)
        return adjoint @ b.value.T

    def right(adjoint: Array) -> Array:
        if a.value.ndim == 1:
            return np.multiply.outer(a.value, adjoint)
        return a.value.T @ adjoint

    return Node(a.value @ b.value, [(a, left), (b, right)])


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "+": _binary("+", lambda adjoint, a, b: adjoint, lambda adjoint, a, b: adjoint),
    "-": _binary("-", lambda adjoint, a, b: adjoint, lambda adjoint, a, b: -adjoint),
    "*": _binary("*", lambda adjoint, a, b: adjoint * b, lambda adjoint, a, b: adjoint * a),
    "/": _binary("/", lambda adjoint, a, b: adjoint / b, lambda adjoint, a, b: -adjoint * a / b**2),
    "@": _product,
    "negate": _unary("negate", lambda adjoint, y, a: -adjoint),
    "sigmoid": _unary("sigmoid", lambda adjoint, y, a: adjoint * y * (1 - y)),
    "tanh": _unary("tanh", lambda adjoint, y, a: adjoint * (1 - y**2)),
    "relu": _unary("relu", lambda adjoint, y, a: adjoint * (a > 0)),
    "softmax": _unary("softmax", lambda adjoint, y, a: y * (adjoint - (adjoint * y).sum(-1, keepdims=True))),
}


def log(argument: Any) -> Node:
    """The natural logarithm."""
    node = _of(argument)
    return Node(np.log(node.value), [(node, lambda adjoint: adjoint / node.value)])


#: The arithmetic of `rnnviz.networks.attention.NUMBERS` on nodes.
TAPE = Arithmetic(_FUNCTIONS, stack, join)
