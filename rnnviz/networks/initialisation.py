"""How the weights of a cell start. What is a gate, and which one keeps a state, is read off the equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rnnviz.cells import Array, Cell
from rnnviz.language.structure import keeping_biases, recurrent_matrices, writing_biases


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


def _gaussian(size: int, seed: int) -> Array:
    return np.random.default_rng(seed).normal(scale=size**-0.5, size=(size, size))


def _uniform_orthogonal(size: int, seed: int) -> Array:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))
    return q * np.copysign(1.0, np.diag(r))  # without it, not all orthogonal matrices would be equally likely


def _eye(size: int, seed: int) -> Array:
    return np.eye(size)


#: The ways to start a recurrent matrix.
STARTS: Mapping[str, Callable[[int, int], Array]] = {
    "gaussian": _gaussian,
    "orthogonal": _uniform_orthogonal,
    "identity": _eye,
}


def recurrent_start(kind: str, size: int, seed: int) -> Array:
    """A recurrent matrix (size, size) to start from.

    "gaussian": independent normal numbers of variance 1/size, whose spectral radius is near 1 for many units (Geman
    1986). "orthogonal": uniform among the orthogonal matrices, which keep every length (Saxe, McClelland & Ganguli
    2014). "identity": a state that keeps itself, meant for ReLU (Le, Jaitly & Hinton 2015); the seed changes nothing.

    Raises
    ------
    ValueError
        When `kind` is another, or `size` is less than 1.
    """
    if kind not in STARTS:
        raise ValueError(f"kind must be one of {', '.join(STARTS)}, not {kind!r}")
    if size < 1:
        raise ValueError(f"size must be at least 1, not {size}")
    return STARTS[kind](size, seed)


def _default(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    return {}


def _forget_bias(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    return {name: np.ones(hidden_size) for name in keeping_biases(cell.program)}


def _chrono(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    keeping, writing = keeping_biases(cell.program), writing_biases(cell.program)
    drawn = {name: np.log(random.uniform(1.0, max(steps - 1, 1), hidden_size)) for name in keeping}
    if len(keeping) == 1:
        drawn |= dict.fromkeys(writing, -drawn[keeping[0]])
    return drawn


def _orthogonal(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    return {
        name: recurrent_start("orthogonal", hidden_size, int(random.integers(2**32)))
        for name in recurrent_matrices(cell.program)
    }


def _identity(cell: Cell, hidden_size: int, steps: int, random: np.random.Generator) -> dict[str, Array]:
    biases = [name for name, shape in cell.program.weights.items() if shape == ("H",)]
    matrices = {name: np.eye(hidden_size) for name in recurrent_matrices(cell.program)}
    return matrices | {name: np.zeros(hidden_size) for name in biases}


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
