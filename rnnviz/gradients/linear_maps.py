"""Linear maps, as small as they can be kept.

A leading time axis is there only where the map differs between steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.cells import Array


@dataclass(frozen=True, eq=False)
class Diagonal:
    """Each component times a number of its own: `scale` is (..., n), or one number for all."""

    scale: Array

    @property
    def matrix(self) -> Array:
        """All of it, zeros included."""
        return self.scale[..., None] * np.eye(self.scale.shape[-1])

    def __matmul__(self, inner: Map) -> Map:
        if isinstance(inner, Diagonal):
            return Diagonal(self.scale * inner.scale)
        return Dense(self.scale[..., None] * inner.matrix)

    def __add__(self, other: Map) -> Map:
        if isinstance(other, Diagonal):
            return Diagonal(self.scale + other.scale)
        return Dense(self.matrix + other.matrix)

    def back(self, adjoint: Array) -> Array:
        """The transposed map."""
        return self.scale * adjoint


@dataclass(frozen=True, eq=False)
class Dense:
    """A matrix (..., n, m)."""

    matrix: Array

    def __matmul__(self, inner: Map) -> Map:
        if isinstance(inner, Diagonal):
            return Dense(self.matrix * inner.scale[..., None, :])
        return Dense(self.matrix @ inner.matrix)

    def __add__(self, other: Map) -> Map:
        return Dense(self.matrix + other.matrix)

    def back(self, adjoint: Array) -> Array:
        """The transposed map."""
        if self.matrix.ndim == 2:
            return adjoint @ self.matrix
        product: Array = (adjoint[..., None, :] @ self.matrix)[..., 0, :]
        return product


Map = Diagonal | Dense
