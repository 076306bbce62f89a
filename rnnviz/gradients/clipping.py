"""Keeping gradients short: clipping by their norm, or entry by entry."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.cells import Array
from rnnviz.gradients.scaled import Scaled


def clip_by_norm(gradients: Mapping[str, ArrayLike], threshold: float) -> tuple[dict[str, Array], float]:
    """Scale gradients so that the norm of all of them together is at most `threshold`.

    g <- g * min(1, threshold / (norm + 1e-6)), as `torch.nn.utils.clip_grad_norm_` does it (Pascanu, Mikolov & Bengio
    2013, algorithm 1, without the 1e-6).

    Parameters
    ----------
    gradients
        Arrays of any shape, such as ``backpropagate(...).weights``.
    threshold
        More than 0.

    Returns
    -------
    clipped, norm
        Arrays of the same shapes; the norm before: the root of the sum of the squares of all entries of all arrays.

    Raises
    ------
    ValueError
        When `threshold` is not above 0, or the norm is not finite: then no factor makes it `threshold`.
    """
    arrays = _to_clip(gradients, threshold)
    entries = np.concatenate([np.zeros(1), *(array.ravel() for array in arrays.values())])
    norm = float(Scaled.of(entries[None]).norms("fro")) if np.isfinite(entries).all() else np.inf
    if norm == np.inf:
        raise ValueError("the norm of the gradients is infinite; only a finite one can be clipped")
    factor = min(1.0, threshold / (norm + 1e-6))
    return {name: array * factor for name, array in arrays.items()}, norm


def clip_by_value(gradients: Mapping[str, ArrayLike], threshold: float) -> dict[str, Array]:
    """Bring every entry of the gradients into -`threshold` to `threshold`, as `torch.nn.utils.clip_grad_value_`.

    Unlike `clip_by_norm` this changes the direction of the gradient. Infinite entries become +-`threshold`.

    Parameters
    ----------
    gradients
        Arrays of any shape, such as ``backpropagate(...).weights``.
    threshold
        More than 0.

    Raises
    ------
    ValueError
        When `threshold` is not above 0, or a gradient is nan.
    """
    return {name: np.clip(array, -threshold, threshold) for name, array in _to_clip(gradients, threshold).items()}


def _to_clip(gradients: Mapping[str, ArrayLike], threshold: float) -> dict[str, Array]:
    if not threshold > 0:
        raise ValueError(f"threshold must be above 0, not {threshold}")
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in gradients.items()}
    for name, array in arrays.items():
        if np.isnan(array).any():
            raise ValueError(f"the gradient of {name} holds nan, which cannot be clipped")
    return arrays
