"""What the players about text are sent: a network that reads characters, and texts, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from rnnviz.cells import READOUT
from rnnviz.data.text import BEGINNING
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.notation import QUANTITIES
from rnnviz.player.payload import Readout, Scene, names_beside, payload, quantity_data


def text_network(checkpoint: Checkpoint, network: str, file: str | None = None) -> dict[str, Any]:
    """A network that reads and writes characters as JSON-ready data; `network` says in words which it is.

    Its weights are in the data, or with a `file` in that file of the server's alone, by the names under ``arrays``: see
    `rnnviz.ui.shipped_files`.
    """
    symbols = checkpoint.vocabulary
    readout = Readout(checkpoint.readout, symbols, targets=())
    scene = Scene(
        checkpoint.cell,
        checkpoint.weights,
        np.zeros((0, len(symbols))),
        labels=(),
        label_kind="character",
        network=network,
        reads="a text",
        input_symbols=symbols,
        readout=readout,
    )
    units = checkpoint.cell.sizes(checkpoint.weights)["H"]
    about = {"hiddenSize": units, "file": file, "arrays": _places(checkpoint), "beginning": BEGINNING}
    if file is None:
        return {**payload(scene), **about}
    return {**payload(replace(scene, weights={}, readout=replace(readout, weights={}))), **about}


@dataclass(frozen=True)
class Sample:
    """A text to choose: its name in addresses, its title, and the place in it at which the picture opens.

    `place` is where it stands in the text of the patterns, None where it is not from there.
    """

    name: str
    title: str
    text: str
    at: int = 0
    place: int | None = None


@dataclass(frozen=True)
class KnownUnit:
    """A unit known to follow something: what, its letter and number, and whether it is high where that is so."""

    title: str
    line: str
    unit: int
    high: bool


@dataclass(frozen=True)
class Patterns:
    """Where the browser finds an index of `rnnviz.analysis.patterns`.

    Attributes
    ----------
    file
        Its file.
    line
        The letter of the quantity whose units it is about.
    near
        Within how many characters a unit may switch.
    labels
        The title of each label in it, by its name.
    """

    file: str
    line: str
    near: int
    labels: Mapping[str, str]


def reading(
    network: Mapping[str, Any],
    samples: Sequence[Sample],
    known: Sequence[KnownUnit],
    patterns: Patterns | None,
    longest: int,
) -> dict[str, Any]:
    """A network that reads a text of up to `longest` characters along as JSON-ready data.

    `network` is as `text_network` describes it; the picture opens with the first sample, coloured by the first unit
    that is `known`.
    """
    return {
        **network,
        "samples": [asdict(sample) for sample in samples],
        "known": [asdict(unit) for unit in known],
        "patterns": patterns and asdict(patterns),
        "longest": longest,
        "surprise": quantity_data(QUANTITIES["surprise"]),
        "probability": quantity_data(QUANTITIES["probability"]),
    }


def _places(checkpoint: Checkpoint) -> Mapping[str, str]:
    """By the name of each weight in the equations that are sent, its name in a file of weights."""
    called = names_beside(READOUT, checkpoint.cell)
    return {name: f"core.{name}" for name in checkpoint.weights} | {
        called[name]: f"readout.{name}" for name in checkpoint.readout
    }
