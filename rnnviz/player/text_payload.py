"""What the players about text are sent: a network that reads characters, and texts, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rnnviz.cells import READOUT
from rnnviz.data.text import BEGINNING
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.player.payload import Readout, Scene, names_beside, payload


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
    about = {"file": file, "arrays": _places(checkpoint), "beginning": BEGINNING}
    if file is None:
        return {**payload(scene), **about}
    return {**payload(replace(scene, weights={}, readout=replace(readout, weights={}))), **about}


def _places(checkpoint: Checkpoint) -> Mapping[str, str]:
    """By the name of each weight in the equations that are sent, its name in a file of weights."""
    called = names_beside(READOUT, checkpoint.cell)
    return {name: f"core.{name}" for name in checkpoint.weights} | {
        called[name]: f"readout.{name}" for name in checkpoint.readout
    }
