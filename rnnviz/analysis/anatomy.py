"""What a cell is made of: how many weights each of its equations has, and how large it may be for a given number."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from math import prod

from rnnviz.cells import Cell, torch_gates
from rnnviz.language.equations import Weight, leaves


def parameters(cell: Cell, input_size: int, hidden_size: int) -> dict[str, int]:
    """How many weights each equation of a cell brings, by the letter it computes.

    Where several equations share a weight it counts for the first. Biases are those of the equations: PyTorch keeps
    two for every gate, which count as one where the equation has one sum to add them to.
    """
    shapes = cell.weight_shapes(input_size, hidden_size)
    return {
        equation.target: sum(
            prod(shapes.pop(leaf.name))
            for leaf in leaves(equation.expression)
            if isinstance(leaf, Weight) and leaf.name in shapes
        )
        for equation in cell.program.equations
    }


def weights_by_shape(cell: Cell) -> dict[tuple[str, ...], int]:
    """How many weights of each shape a cell has, the shape in letters: H units, I inputs; ("H", "I"), ("H",)."""
    return dict(Counter(cell.program.weights.values()))


def total(cell: Cell, input_size: int, hidden_size: int) -> int:
    """How many weights a cell has."""
    return sum(map(prod, cell.weight_shapes(input_size, hidden_size).values()))


def hidden_size_for(cell: Cell, input_size: int, budget: int) -> int:
    """The hidden size at which a cell's number of weights is nearest to `budget`; of two as near, the smaller."""
    larger = 1 + bisect_left(range(1, budget + 1), budget, key=lambda size: total(cell, input_size, size))
    return min(max(larger - 1, 1), larger, key=lambda size: abs(total(cell, input_size, size) - budget))


def network_total(
    cell: Cell, input_size: int, output_size: int, hidden_size: int, layers: int = 1, directions: int = 1
) -> int:
    """How many weights a network has: the cell in layers and directions, and a linear read-out."""
    wide = directions * hidden_size
    inputs = [input_size, *[wide] * (layers - 1)]
    return directions * sum(total(cell, size, hidden_size) for size in inputs) + (wide + 1) * output_size


def pytorch_total(cell: Cell, input_size: int, hidden_size: int) -> int | None:
    """How many weights PyTorch's layer of a cell has; None where it has no such layer.

    It keeps two biases for every gate, ``b_ih`` and ``b_hh``.
    """
    gates = len(torch_gates(cell))
    return gates * hidden_size * (input_size + hidden_size + 2) or None


def network_pytorch_total(
    cell: Cell, input_size: int, output_size: int, hidden_size: int, layers: int = 1, directions: int = 1
) -> int | None:
    """How many weights a network of PyTorch's layers has, read-out included; None where it has no such layer."""
    whole = network_total(cell, input_size, output_size, hidden_size, layers, directions)
    stored, counted = pytorch_total(cell, 1, hidden_size), total(cell, 1, hidden_size)
    return None if stored is None else whole + layers * directions * (stored - counted)


def network_size_for(
    cell: Cell, input_size: int, output_size: int, budget: int, layers: int, directions: int, most: int
) -> int:
    """The hidden size, up to `most`, at which a network's number of weights is nearest to `budget`."""

    def away(hidden_size: int) -> int:
        return abs(network_total(cell, input_size, output_size, hidden_size, layers, directions) - budget)

    return min(range(1, most + 1), key=away)


@dataclass(frozen=True)
class Size:
    """A cell at one hidden size, and how many weights it then has."""

    cell: Cell
    hidden_size: int
    parameters: int


def sized(cell: Cell, input_size: int, hidden_size: int) -> Size:
    """A cell at a given hidden size."""
    return Size(cell, hidden_size, total(cell, input_size, hidden_size))


def sized_for(cell: Cell, input_size: int, budget: int) -> Size:
    """A cell at the hidden size that brings it nearest to `budget` weights."""
    return sized(cell, input_size, hidden_size_for(cell, input_size, budget))
