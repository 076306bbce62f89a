"""Trained networks in one format: ``name.safetensors``, the weights, and ``name.json``, the card that says what it is.

A card has the recipe (its cell as `rnnviz.cells.to_value` gives it), the data, the seed, the steps, what was reached
and the versions, and what else belongs to its kind. ``make checkpoints`` makes anew all that ship. Reading needs no
torch, and never unpickles.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors import numpy as safetensors

from rnnviz.cells import CELLS, READOUT, Array, Cell, Weights, from_value, sizes_of

#: What every card says.
ABOUT = ("recipe", "data", "seed", "steps", "reached", "versions")


def shipped(group: str) -> Path:
    """The folder of a group that comes with rnnviz: "names", "translators", "opinions", "text" or "runs"."""
    return Path(__file__).with_name(group)


def names(folder: Path) -> tuple[str, ...]:
    """Which networks a folder has, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in folder.glob("*.safetensors")))


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays in the safetensors format."""
    return safetensors.save({name: np.asarray(array, order="C") for name, array in arrays.items()})


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of `pack`, read-only.

    Raises
    ------
    ValueError
        When the bytes are not in that format.
    """
    try:
        arrays = safetensors.load(data)
    except SafetensorError as error:
        raise ValueError(f"not arrays in the safetensors format: {error}") from error
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def save(folder: Path, name: str, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> None:
    """Write a checkpoint; the card has a line for each of its parts. Without arrays there is a card alone.

    Raises
    ------
    ValueError
        When the card lacks what every card says.
    """
    _check(card, name)
    folder.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in card.items())
    folder.joinpath(f"{name}.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")
    if arrays:
        folder.joinpath(f"{name}.safetensors").write_bytes(pack(arrays))


def read_card(folder: Path, name: str) -> dict[str, Any]:
    """The card of a checkpoint.

    Raises
    ------
    FileNotFoundError
        When there is none.
    ValueError
        When the file is not one.
    """
    text = folder.joinpath(f"{name}.json").read_bytes()
    try:
        card = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{name}.json is not the card of a network: {error}") from error
    _check(card, name)
    found: dict[str, Any] = card
    return found


def read_arrays(folder: Path, name: str, part: str = "") -> dict[str, NDArray[Any]]:
    """The arrays of a checkpoint whose names begin with `part`, under the rest of their names.

    Raises
    ------
    FileNotFoundError
        When there is no such checkpoint.
    ValueError
        When the file cannot be read.
    """
    path = folder.joinpath(f"{name}.safetensors")
    try:
        with safe_open(path, framework="np") as file:
            keys = file.keys()
            return {key.removeprefix(part): file.get_tensor(key) for key in keys if key.startswith(part)}
    except SafetensorError as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error


def parts(arrays: Mapping[str, NDArray[Any]]) -> dict[str, dict[str, Array]]:
    """Weights by their part and their name in its equations, "decoder.W_xr": float64, read-only."""
    found: dict[str, dict[str, Array]] = {}
    for name, array in arrays.items():
        part, _, letter = name.partition(".")
        held = found.setdefault(part, {})[letter] = np.array(array, dtype=np.float64)
        held.flags.writeable = False
    return found


def _check(card: Any, name: str) -> None:
    if not isinstance(card, Mapping):
        raise ValueError(f"{name}.json is not the card of a network")
    if missing := [part for part in ABOUT if part not in card]:
        raise ValueError(f"{name}.json is not the card of a network: it lacks {', '.join(missing)}")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A trained network that predicts the next symbol.

    Attributes
    ----------
    cell, weights
        The cell and its weights: float64 arrays, read-only, that hold the numbers of the file exactly.
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

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> Checkpoint:
        """A network from weights by part and name, "core.W_xh" and "readout.b_y", and its card.

        Raises
        ------
        ValueError
            When the weights do not fit the equations, or the card has no cell or no vocabulary.
        """
        if "cell" not in card["recipe"] or "vocabulary" not in card:
            raise ValueError("the card of a network that predicts symbols must have a cell and a vocabulary")
        cell, weights = from_value(card["recipe"]["cell"]), parts(arrays)
        cell.sizes(weights.get("core", {}))
        sizes_of(READOUT, weights.get("readout", {}), "the read-out")
        return cls(cell, weights["core"], weights["readout"], tuple(card["vocabulary"]), card)


@lru_cache(maxsize=1)
def available() -> tuple[str, ...]:
    """The names of the cells that have a trained network, in the order of `rnnviz.cells.CELLS`."""
    found = names(shipped("names"))
    return tuple(name for name in CELLS if name in found)


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
    folder = shipped("names")
    return Checkpoint.of(read_arrays(folder, cell_name), read_card(folder, cell_name))


@lru_cache(maxsize=1)
def available_text() -> tuple[str, ...]:
    """The names of the networks that write: "python" and "prose" where both are there.

    What lies beside one has a name with a dot in it, or no card.
    """
    folder = shipped("text")
    return tuple(name for name in names(folder) if "." not in name and folder.joinpath(f"{name}.json").exists())


@lru_cache(maxsize=2)
def load_text(name: str) -> Checkpoint:
    """A network that writes and comes with rnnviz.

    Raises
    ------
    FileNotFoundError
        When there is none of this name.
    """
    if name not in available_text():
        known = ", ".join(available_text()) or "none"
        raise FileNotFoundError(f"there is no network that writes called {name!r}; there are: {known}")
    folder = shipped("text")
    return Checkpoint.of(read_arrays(folder, name), read_card(folder, name))


@lru_cache(maxsize=2)
def excerpt(name: str) -> str:
    """Whole documents that the network of this name has never learned from, about 100,000 characters."""
    return shipped("text").joinpath(f"{name}-excerpt.txt").read_text("ascii")
