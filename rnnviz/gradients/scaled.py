"""Matrices whose products over many steps neither overflow nor vanish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.cells import Array

Norm = Literal[2, "fro"]


@dataclass(frozen=True, eq=False)
class Scaled:
    """Matrices as ``numbers * 2**exponent``, so that a long product of them neither overflows nor vanishes.

    `numbers` is (..., n, m) with entries up to 1, `exponent` (..., 1, 1). It is a multiplication without rounding.
    """

    numbers: Array
    exponent: NDArray[np.intc]

    #: The exponent of a matrix of zeros: lower than any other.
    ZERO = np.intc(-(2**24))

    @classmethod
    def of(cls, matrices: Array, exponent: NDArray[np.intc] | None = None) -> Scaled:
        """Take out of each matrix the power of two of its largest entry."""
        largest = np.maximum(matrices.max((-2, -1), keepdims=True), -matrices.min((-2, -1), keepdims=True))
        power = np.maximum(np.frexp(largest)[1], -1023)
        total = power if exponent is None else exponent + power
        return cls(matrices * np.ldexp(1.0, -power), np.where(largest > 0, total, cls.ZERO))

    @property
    def array(self) -> Array:
        """The matrices themselves: infinite where they are too large for float64."""
        with np.errstate(all="ignore"):
            array: Array = np.ldexp(self.numbers, self.exponent)
            return array

    def __getitem__(self, index: int | slice) -> Scaled:
        return Scaled(self.numbers[index], self.exponent[index])

    def __setitem__(self, index: int | slice, other: Scaled) -> None:
        self.numbers[index], self.exponent[index] = other.numbers, other.exponent

    def __matmul__(self, other: Scaled) -> Scaled:
        return Scaled.of(self.numbers @ other.numbers, self.exponent + other.exponent)

    def __add__(self, other: Scaled) -> Scaled:
        exponent = np.maximum(self.exponent, other.exponent)
        return Scaled.of(self.to(exponent) + other.to(exponent), exponent)

    def to(self, exponent: NDArray[np.intc]) -> Array:
        """The numbers that belong to a higher exponent."""
        with np.errstate(all="ignore"):
            numbers: Array = self.numbers * np.ldexp(1.0, self.exponent - exponent)
            return numbers

    def singular_values(self) -> Array:
        """The singular values of each matrix, (..., min(n, m)), from large to small."""
        values = np.linalg.svd(self.numbers, compute_uv=False).astype(np.float64)
        return Scaled(values[..., None], self.exponent).array[..., 0]

    def norms(self, kind: Norm) -> Array:
        """The norm of each matrix, (...)."""
        if kind == "fro":
            norms = np.sqrt(np.einsum("...ij,...ij->...", self.numbers, self.numbers))
        else:  # the largest singular value is the root of the largest eigenvalue of the Gram matrix
            gram = self.numbers.swapaxes(-2, -1) @ self.numbers
            norms = np.sqrt(np.maximum(np.linalg.eigvalsh(gram)[..., -1], 0.0))
        return Scaled(norms[..., None, None], self.exponent).array[..., 0, 0]
