"""What was measured once of the units of a network that ships: findings, index, and where each unit is highest.

Beside the network ``python`` lie ``python-excerpt.txt``, the text that all of it was measured on;
``python-units.json``, what was found of each concept; ``python-patterns.safetensors``, the index of
`rnnviz.analysis.patterns`; and ``python-extremes.safetensors``, the places where every unit of every quantity is
highest and lowest, with its values there. ``tools/units.py`` makes the last three.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.concepts import concepts_of
from rnnviz.analysis.exciting import extremes
from rnnviz.analysis.patterns import Index, memory
from rnnviz.analysis.units import Found, find, untrained, values_of
from rnnviz.cells import Array
from rnnviz.data.text import encode
from rnnviz.networks import checkpoints
from rnnviz.networks.checkpoints import Checkpoint

#: Where all of it lies.
FOLDER = checkpoints.shipped("text")
#: How many of the highest and of the lowest places of each unit are kept.
EXTREMES = 5
#: So many characters of the text the index covers: it has a bit for each and for each unit.
INDEXED = 40_000


@dataclass(frozen=True, eq=False)
class Extremes:
    """Where in a text each unit of a quantity is highest, and lowest, and its values there, each (H, `EXTREMES`)."""

    highest: NDArray[np.int32]
    highest_values: Array
    lowest: NDArray[np.int32]
    lowest_values: Array

    @classmethod
    def of(cls, values: Array) -> Extremes:
        """Those of a quantity with values (T, H)."""
        highest, lowest = (np.stack([extremes(unit, EXTREMES) for unit in one.T]) for one in (values, -values))
        at = np.arange(values.shape[1])[:, None]
        return cls(highest.astype(np.int32), values[highest, at], lowest.astype(np.int32), values[lowest, at])


@dataclass(frozen=True, eq=False)
class Measured:
    """All that is measured of the units of a network on a text."""

    found: Mapping[str, Found]
    index: Index
    extremes: Mapping[str, Extremes]


def find_units(
    checkpoint: Checkpoint, corpus: str, text: str, values: Mapping[str, Array] | None = None
) -> dict[str, Found]:
    """What is found of each concept in a network that has learned from a corpus, on a text that it has not seen.

    Parameters
    ----------
    values
        Those of `rnnviz.analysis.units.values_of`, where they are known.
    """
    values = values_of(checkpoint, text) if values is None else values
    others, concepts = values_of(untrained(checkpoint), text), list(concepts_of(corpus).values())
    return find(concepts, text, values, others, checkpoint.cell.state)


def measure(checkpoint: Checkpoint, corpus: str, text: str) -> Measured:
    """Measure the units of a network that has learned from a corpus on a text that it has not learned from."""
    concepts, values = concepts_of(corpus), values_of(checkpoint, text)
    found = find_units(checkpoint, corpus, text, values)
    labels = {name: one.label(text)[:INDEXED] for name, one in concepts.items() if one.kind == "yes or no"}
    codes = encode(text[:INDEXED], checkpoint.vocabulary)
    index = Index.of(codes, values[memory(checkpoint.cell)][:INDEXED], labels)
    return Measured(found, index, {letter: Extremes.of(one) for letter, one in values.items()})


def write(folder: Path, name: str, measured: Measured) -> None:
    """Write what was measured beside the network of a name."""
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(one.to_value())}" for key, one in measured.found.items())
    folder.joinpath(f"{name}-units.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")
    arrays: dict[str, NDArray[Any]] = {}
    for letter, one in measured.extremes.items():
        arrays |= {f"{part}.{letter}": array for part, array in vars(one).items()}
    folder.joinpath(f"{name}-extremes.safetensors").write_bytes(checkpoints.pack(arrays))
    folder.joinpath(f"{name}-patterns.safetensors").write_bytes(checkpoints.pack(measured.index.arrays()))


@lru_cache(maxsize=4)
def found_in(name: str) -> Mapping[str, Found]:
    """What was found of each concept in a network that ships, by the name of the concept."""
    return read_found(FOLDER, name)


@lru_cache(maxsize=4)
def extremes_in(name: str) -> Mapping[str, Extremes]:
    """Where each unit of a network that ships is highest and lowest, by the letter of the quantity."""
    return read_extremes(FOLDER, name)


def read_found(folder: Path, name: str) -> dict[str, Found]:
    """What `write` has written of what was found."""
    values = json.loads(folder.joinpath(f"{name}-units.json").read_bytes())
    return {concept: Found.of(value) for concept, value in values.items()}


def read_extremes(folder: Path, name: str) -> dict[str, Extremes]:
    """What `write` has written of the highest and the lowest places."""
    parts = [field.name for field in fields(Extremes)]
    arrays = checkpoints.read_arrays(folder, f"{name}-extremes")
    letters = [key.removeprefix("highest.") for key in arrays if key.startswith("highest.")]
    return {letter: Extremes(*(arrays[f"{part}.{letter}"] for part in parts)) for letter in letters}
