"""The functions and operators of the language, one entry each, from which every other table of them is made.

A new function is one entry here, one in torch (`rnnviz.networks.torch_modules.TORCH`) and one in the browser
(``rnnviz/player/engine``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Function:
    """A function or an operator.

    Attributes
    ----------
    compute
        What it computes in numpy, of vectors along the last axis. ``@`` is also told the ranks of its two sides.
    slopes
        The derivative of the result y by each argument, from y and the arguments: a number for each component. If the
        function mixes components it is a matrix, (..., n, n); of ``@`` it is what stands on the other side.
    latex, words
        How it is written, and what it does in a few words where it is more than arithmetic.
    bounds
        Between what its results lie; None where that depends on its arguments.
    largest_slope
        How steep it is at its steepest, for a function that mixes components how far it stretches at most; None where
        that depends on its arguments.
    mixes
        Whether each component of the result follows all components of the argument.
    """

    compute: Callable[..., Any]
    slopes: Callable[..., tuple[Any, ...]]
    latex: str
    words: str = ""
    bounds: tuple[float, float] | None = None
    largest_slope: float | None = None
    mixes: bool = False


def product(left: Any, right: Any, ranks: tuple[int, int]) -> Any:
    """The matrix product, in numpy and in torch: of rank 2 is a matrix, of rank 1 a vector.

    Both may have leading axes, such as time steps or sequences, that broadcast.
    """
    match ranks:
        case (2, 1):
            return _rows(right, left.swapaxes(-1, -2))
        case (1, 2):
            return _rows(left, right)
    return left @ right


def _rows(vectors: Any, matrix: Any) -> Any:
    """Each vector as a row times its matrix, in as few products as can be."""
    if matrix.ndim == 2:
        return vectors @ matrix
    if vectors.ndim == matrix.ndim == 3:  # a matrix for each sequence, vectors for each step of it
        return (vectors.swapaxes(0, 1) @ matrix).swapaxes(0, 1)
    return (vectors[..., None, :] @ matrix)[..., 0, :]


def _softmax(values: Array) -> Array:
    powers: Array = np.exp(values - values.max(axis=-1, keepdims=True))
    shares: Array = powers / powers.sum(axis=-1, keepdims=True)
    return shares


#: What stands before its argument or between its two.
OPERATORS: Mapping[str, Function] = {
    "+": Function(np.add, lambda y, a, b: (1.0, 1.0), "+"),
    "-": Function(np.subtract, lambda y, a, b: (1.0, -1.0), "-"),
    "*": Function(np.multiply, lambda y, a, b: (b, a), r"\odot", "multiplied element by element"),
    "/": Function(np.divide, lambda y, a, b: (1 / b, -y / b), r"\frac"),
    "@": Function(product, lambda y, a, b: (b, a), ""),
    "negate": Function(np.negative, lambda y, a: (-1.0,), "-"),
}

#: What an equation may call by its name.
FUNCTIONS: Mapping[str, Function] = {
    "sigmoid": Function(
        expit,
        lambda y, a: (y * (1 - y),),
        r"\sigma",
        "sigmoid: squashes to between 0 and 1",
        bounds=(0.0, 1.0),
        largest_slope=0.25,
    ),
    "tanh": Function(
        np.tanh,
        lambda y, a: (1 - y**2,),
        r"\tanh",
        "hyperbolic tangent: squashes to between -1 and 1",
        bounds=(-1.0, 1.0),
        largest_slope=1.0,
    ),
    "relu": Function(
        lambda values: np.maximum(values, 0.0),
        lambda y, a: ((y > 0) * 1.0,),  # 0 at 0, as in PyTorch
        r"\operatorname{ReLU}",
        "rectifier: keeps what is positive, and turns the rest to 0",
        bounds=(0.0, float("inf")),
        largest_slope=1.0,
    ),
    "softmax": Function(
        _softmax,
        lambda y, a: (y[..., :, None] * (np.eye(y.shape[-1]) - y[..., None, :]),),
        r"\operatorname{softmax}",
        "softmax: turns any numbers into shares that sum to 1",
        bounds=(0.0, 1.0),
        largest_slope=0.5,
        mixes=True,
    ),
}
