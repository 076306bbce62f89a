"""Small trained networks, each with a card that says how it was made: `load` one by the name of its cell.

``make checkpoints`` trains them anew. Loading needs no torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from safetensors import numpy as safetensors

from rnnviz.cells import CELLS, READOUT, Array, Cell, Weights, sizes_of

_FOLDER = resources.files("rnnviz.networks.checkpoints")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained network that predicts the next symbol.

    Attributes
    ----------
    cell, weights
        The cell and its weights: float64 arrays, read-only, that hold the float32 numbers learned exactly.
    readout
        The weights of `rnnviz.cells.READOUT`, ``W_hy`` (O, H) and ``b_y`` (O,).
    vocabulary
        The symbol of each code.
    card
        How it was made and what it reached: see ``tools/checkpoints.py``.
    """

    cell: Cell
    weights: Weights
    readout: Weights
    vocabulary: tuple[str, ...]
    card: Mapping[str, Any]


def available() -> tuple[str, ...]:
    """The names of the cells that have a trained network, in the order of `rnnviz.cells.CELLS`."""
    return tuple(name for name in CELLS if _FOLDER.joinpath(f"{name}.safetensors").is_file())


@lru_cache(maxsize=len(CELLS))
def load(cell_name: str) -> Checkpoint:
    """The trained network of a cell.

    Raises
    ------
    FileNotFoundError
        When there is none.
    ValueError
        When its weights do not fit the cell's equations.
    """
    if cell_name not in available():
        known = ", ".join(available()) or "none"
        raise FileNotFoundError(f"there is no trained network for the cell {cell_name!r}; there are: {known}")
    arrays = safetensors.load(_FOLDER.joinpath(f"{cell_name}.safetensors").read_bytes())
    card = json.loads(_FOLDER.joinpath(f"{cell_name}.json").read_text("utf-8"))
    cell, weights, readout = CELLS[cell_name], _part(arrays, "core."), _part(arrays, "readout.")
    cell.sizes(weights)
    sizes_of(READOUT, readout, "the read-out")
    return Checkpoint(cell, weights, readout, tuple(card["vocabulary"]), card)


def _part(arrays: Mapping[str, Any], prefix: str) -> dict[str, Array]:
    part = {
        name.removeprefix(prefix): value.astype(np.float64) for name, value in arrays.items() if name.startswith(prefix)
    }
    for array in part.values():
        array.flags.writeable = False
    return part
