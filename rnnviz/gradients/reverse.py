"""Reverse-mode differentiation of any equations: computed by `TAPE`, every result knows its gradient.

What `rnnviz.gradients.backpropagation` does for a cell over all time steps at once, this does for a whole network of
different parts, one array at a time. Leading axes are as in `rnnviz.language.arithmetic.bind`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnnviz.cells import Array
from rnnviz.language.arithmetic import Arithmetic
from rnnviz.language.functions import FUNCTIONS, OPERATORS, Function, product


@dataclass(frozen=True, eq=False)
class Node:
    """An array, the nodes it was made of, and how a gradient by it becomes one by each of those.

    Plain arrays that it was made of as well are no nodes: nobody asks for a gradient by them.
    """

    value: Array
    sources: Sequence[Node] = ()
    back: Callable[[Array], Iterable[Array]] | None = None

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: Any) -> Node:
        """A part of the array, or the same with axes of length 1 added."""

        def back(adjoint: Array) -> list[Array]:
            whole = np.zeros_like(self.value)
            whole[index] = adjoint
            return [whole]

        return Node(self.value[index], [self], back)


def stack(nodes: Sequence[Node]) -> Node:
    """Vectors of one size as the rows of a matrix."""
    return Node(np.stack([node.value for node in nodes]), nodes, lambda adjoint: adjoint)


def join(nodes: Sequence[Node]) -> Node:
    """Arrays side by side, along their last axis."""
    ends = np.cumsum([node.value.shape[-1] for node in nodes])[:-1]
    whole = np.concatenate([node.value for node in nodes], axis=-1)
    return Node(whole, nodes, lambda adjoint: np.split(adjoint, ends, axis=-1))


def gradient(result: Node, wanted: Sequence[Node], adjoint: Array | None = None) -> list[Array]:
    """The gradient of a number by each of the nodes it was made of; zeros by one that it was not made of.

    Parameters
    ----------
    adjoint
        The gradient of that number by `result`; where None, the number is the sum of `result`.
    """
    adjoints: dict[Node, Array] = {result: np.ones_like(result.value) if adjoint is None else adjoint}
    for node in _from_last(result):
        if node.back is not None:
            for source, more in zip(node.sources, node.back(adjoints[node])):
                adjoints[source] = adjoints[source] + more if source in adjoints else more
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
            pending += [(source, False) for source in node.sources]
    return order[::-1]


def _like(adjoint: Array, shape: tuple[int, ...]) -> Array:
    """A gradient by what was repeated to fit: summed over its repetitions."""
    if adjoint.shape == shape:
        return adjoint
    extra = adjoint.ndim - len(shape)
    repeated = [extra + axis for axis, size in enumerate(shape) if size == 1]
    summed: Array = adjoint.sum(axis=(*range(extra), *repeated)).reshape(shape)
    return summed


def _taped(function: Function) -> Callable[..., Any]:
    """A function with the way back that its slopes say; of plain arrays alone it stays one."""

    def apply(*arguments: Any) -> Any:
        values = [argument.value if isinstance(argument, Node) else argument for argument in arguments]
        result = function.compute(*values)
        places = [place for place, argument in enumerate(arguments) if isinstance(argument, Node)]

        def back(adjoint: Array) -> list[Array]:
            slopes = function.slopes(result, *values)
            if function.mixes:
                return [(adjoint[..., None, :] @ slopes[0])[..., 0, :]]
            return [_like(adjoint * slopes[place], values[place].shape) for place in places]

        return Node(result, [arguments[place] for place in places], back) if places else result

    return apply


def _product(left: Any, right: Any, ranks: tuple[int, int]) -> Any:
    one, other = (side.value if isinstance(side, Node) else side for side in (left, right))
    row, column = ranks == (1, 2), ranks == (2, 1)

    def back(adjoint: Array) -> Iterator[Array]:
        # As three matrices: a vector is a row on the left, a column on the right.
        first = one[..., None, :] if row else one
        second = other[..., None] if column else other
        whole = adjoint[..., None, :] if row else adjoint[..., None] if column else adjoint
        if isinstance(left, Node):
            by_left = whole @ second.swapaxes(-1, -2)
            yield _like(by_left[..., 0, :] if row else by_left, one.shape)
        if isinstance(right, Node):
            by_right = first.swapaxes(-1, -2) @ whole
            yield _like(by_right[..., 0] if column else by_right, other.shape)

    result, sources = product(one, other, ranks), [side for side in (left, right) if isinstance(side, Node)]
    return Node(result, sources, back) if sources else result


def log(argument: Node) -> Node:
    """The natural logarithm."""
    return Node(np.log(argument.value), [argument], lambda adjoint: [adjoint / argument.value])


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    name: _taped(function) for name, function in {**OPERATORS, **FUNCTIONS}.items()
}

#: The arithmetic on nodes.
TAPE = Arithmetic({**_FUNCTIONS, "@": _product}, stack, join)
