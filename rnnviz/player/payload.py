"""What the player is sent: the equations as trees, the weights, the inputs and what they are called, as plain JSON."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.cells import READOUT, Array, Cell, Weights
from rnnviz.dynamics import kept_share
from rnnviz.equations import Expression, Number, Operation, Program, Value, Weight
from rnnviz.notation import PALETTES, QUANTITIES, Quantity, quantity, variant


@dataclass(frozen=True, eq=False)
class Readout:
    """A read-out after the cell: its weights, what each output stands for, and which one really came at each step."""

    weights: Weights
    symbols: Sequence[str]
    targets: Sequence[int]


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything one player shows.

    Attributes
    ----------
    cell, weights, inputs
        As `rnnviz.trace.run` takes them; inputs (T, I).
    labels, label_kind
        What stands under each time step, and what it is: a letter, a value.
    notes
        A second, quieter label for each time step (a date), or nothing.
    input_symbols
        What each component of a one-hot input stands for; empty for numbers.
    readout
        The read-out, or None.
    network, reads
        Which network with which weights, and what it reads: together the sentence that says what the picture is of.
    input_scale
        What a labelled number is multiplied with before the network reads it.
    """

    cell: Cell
    weights: Weights
    inputs: Array
    labels: Sequence[str]
    network: str
    reads: str
    label_kind: str = "letter"
    notes: Sequence[str] = ()
    input_symbols: Sequence[str] = ()
    readout: Readout | None = None
    input_scale: float = 1.0

    @property
    def caption(self) -> str:
        """What the picture is of."""
        return f"{self.network}, reads {self.reads}"


def payload(scene: Scene) -> dict[str, Any]:
    """The scene as JSON-ready data."""
    readout = scene.readout
    return {
        "caption": scene.caption,
        "network": scene.network,
        "cell": describe(scene.cell),
        "weights": _encode_all(scene.weights),
        "inputs": encode(scene.inputs),
        "inputQuantity": _quantity(quantity("input", "x", (-1.0, 1.0) if scene.input_symbols else None)),
        "weightQuantity": _quantity(quantity("weight", "W")),
        "inputSymbols": list(scene.input_symbols),
        "labels": list(scene.labels),
        "labelKind": scene.label_kind,
        "inputScale": scene.input_scale,
        "notes": list(scene.notes),
        "readout": readout
        and {
            "equations": _equations(READOUT, {target: quantity("prediction", target) for target in READOUT.targets}),
            "weights": _encode_all(readout.weights),
            "symbols": list(readout.symbols),
            "targets": list(readout.targets),
        },
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


def board(scenes: Sequence[Scene], shows: Mapping[str, bool]) -> dict[str, Any]:
    """Several scenes over the same inputs as JSON-ready data; `shows` says which parts of the board are there."""
    first = scenes[0]
    return {
        "networks": [payload(scene) for scene in scenes],
        "variants": {scene.cell.name: asdict(variant(scene.cell.name)) for scene in scenes},
        "labels": list(first.labels),
        "labelKind": first.label_kind,
        "notes": list(first.notes),
        "caption": f"All read {first.reads}",
        "shows": dict(shows),
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


@dataclass(frozen=True, eq=False)
class Curve:
    """A norm for every time step (T,), drawn over others on a logarithmic axis.

    `kind` is "whole" for all of a gradient, "part" for a part of it, "bound" for what it cannot exceed.
    """

    cell_name: str
    title: str
    kind: str
    values: Array


def backward(
    scene: Scene,
    *,
    every_step: bool,
    truncate: int,
    curves: Sequence[Curve] = (),
    steps: Sequence[int] = (),
    norms: Array | None = None,
    singular: Array | None = None,
    reading: str = "",
) -> dict[str, Any]:
    """A scene and how its loss is carried back as JSON-ready data.

    `truncate` is 0 for never; `norms` between all pairs of `steps` and `singular` values (T, H) are of this scene,
    `curves` of any; `reading` says in words what the curves show.
    """
    return {
        **payload(scene),
        "curves": [
            {
                "title": curve.title,
                "kind": curve.kind,
                "values": encode(curve.values),
                **asdict(variant(curve.cell_name)),
            }
            for curve in curves
        ],
        "norms": None if norms is None else encode(norms),
        "variant": asdict(variant(scene.cell.name)),
        "steps": list(steps),
        "reading": reading,
        "singular": None if singular is None else encode(singular),
        "gradientQuantity": _quantity(QUANTITIES["gradient"]),
        "jacobianQuantity": _quantity(QUANTITIES["state_jacobian"]),
        "everyStep": every_step,
        "truncate": truncate,
    }


def describe(cell: Cell) -> dict[str, Any]:
    """A cell as data: the diagram and the browser's engine are built from this alone."""
    return {
        "name": cell.name,
        "title": cell.title,
        "state": list(cell.state),
        "equations": _equations(cell.program, {target: cell.quantity(target) for target in cell.program.targets}),
        "weights": {name: list(shape) for name, shape in cell.program.weights.items()},
        "sizes": {target: cell.program.values[target][0] for target in cell.program.targets},
        "keeps": {state: _tree(share) for state, share in kept_share(cell.program).items()},
    }


def encode(array: ArrayLike) -> dict[str, Any]:
    """An array as its shape and the base64 of its little-endian float64 bytes: exact, and small."""
    values = np.ascontiguousarray(array, dtype="<f8")
    return {"shape": list(values.shape), "float64": base64.b64encode(values.tobytes()).decode("ascii")}


def _encode_all(weights: Weights) -> dict[str, Any]:
    return {name: encode(values) for name, values in weights.items()}


def _equations(program: Program, quantities: Mapping[str, Quantity]) -> list[dict[str, Any]]:
    return [
        {
            "target": equation.target,
            "expression": _tree(equation.expression),
            "quantity": _quantity(quantities[equation.target]),
        }
        for equation in program.equations
    ]


def _tree(expression: Expression) -> dict[str, Any]:
    match expression:
        case Number(value):
            return {"number": value}
        case Weight(name):
            return {"weight": name}
        case Value(name, previous):
            return {"value": name, "previous": previous}
        case Operation(function, arguments):
            return {"function": function, "arguments": [_tree(argument) for argument in arguments]}


def _quantity(known: Quantity) -> dict[str, Any]:
    return {
        "name": known.name,
        "title": known.title,
        "symbol": known.symbol,
        "scale": known.scale,
        "colourRange": list(known.colour_range),
        "floor": known.floor,
        "bounded": known.bounded,
        "bounds": [bound if isfinite(bound) else None for bound in known.bounds],
        "meaning": known.meaning,
        "reading": known.reading,
    }
