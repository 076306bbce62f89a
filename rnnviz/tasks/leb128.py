"""Whole numbers in as many bytes as they need: seven bits a byte, the lowest first, the eighth says that more follow.

The format is LEB128 (unsigned), as in DWARF and WebAssembly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def packed(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Numbers from 0 up, (N,), as bytes."""
    left = np.asarray(numbers, dtype=np.int64)
    parts: list[NDArray[np.uint8]] = []
    lengths = np.ones(len(left), dtype=np.int64)
    while not parts or left.any():
        parts.append((left & 127).astype(np.uint8))
        left = left >> 7
        lengths += left > 0
    table = np.stack(parts, axis=1)
    place = np.arange(len(parts))
    more = place < lengths[:, None] - 1
    return (table | (more << 7).astype(np.uint8))[place < lengths[:, None]]


def unpacked(data: NDArray[Any]) -> NDArray[np.int64]:
    """The numbers of `packed`, (N,)."""
    values = np.asarray(data, dtype=np.int64)
    starts = np.concatenate([[0], np.flatnonzero(values < 128) + 1])
    lengths = np.diff(starts)
    place = np.arange(len(values)) - np.repeat(starts[:-1], lengths)
    return np.add.reduceat((values & 127) << (7 * place), starts[:-1]) if len(values) else values
