"""What the player is sent: the equations as trees, the weights, the inputs and what they are called, as plain JSON."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.analysis.dynamics import spectral_radius
from rnnviz.cells import READOUT, Array, Cell, Weights
from rnnviz.data.number_words import LANGUAGES, vocabulary
from rnnviz.language.equations import Equation, Expression, Number, Operation, Program, Value, Weight
from rnnviz.language.structure import keeping_biases, kept_share, recurrence
from rnnviz.lessons.glossary import GLOSSARY
from rnnviz.networks.attention import ALIGNED, ATTENDED, WORDS, bridge
from rnnviz.networks.translator import LONGEST, Translator
from rnnviz.notation import PALETTES, QUANTITIES, Quantity, quantity, variant


@dataclass(frozen=True, eq=False)
class Readout:
    """A read-out after the cell.

    Attributes
    ----------
    weights, program
        Of `rnnviz.cells.READOUT`, or of `rnnviz.cells.ANSWER` where the answer is a number.
    symbols
        What each output stands for; () where the answer is a number.
    targets
        The right answer at each step: the place of its symbol, or the number itself.
    wanted
        At which steps an answer is asked for; None where it is the symbol that comes next, at every step.
    """

    weights: Weights
    symbols: Sequence[str]
    targets: Sequence[float]
    program: Program = READOUT
    wanted: Sequence[bool] | None = None


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
        "inputQuantity": quantity_data(quantity("input", "x", (-1.0, 1.0) if scene.input_symbols else None)),
        "weightQuantity": quantity_data(quantity("weight", "W")),
        "inputSymbols": list(scene.input_symbols),
        "labels": list(scene.labels),
        "labelKind": scene.label_kind,
        "inputScale": scene.input_scale,
        "notes": list(scene.notes),
        "readout": readout and _readout(readout, scene.cell),
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


@dataclass(frozen=True)
class Dial:
    """What a person can turn in the player: a setting's name, title, help, bounds and look; a switch is true or false.

    One that is not `shown` has its value all the same.
    """

    name: str
    title: str
    help: str
    low: float
    high: float
    step: float
    look: Literal["box", "slider", "switch"]
    shown: bool = True


def backward(
    scene: Scene,
    *,
    every_step: bool,
    compared: Sequence[Scene] = (),
    dials: Sequence[Dial] = (),
) -> dict[str, Any]:
    """A scene and how its loss is carried back as JSON-ready data.

    The norms of the Jacobians are drawn of all scenes that are `compared`, of which it is one; they read the same
    inputs. What a dial does to each network: ``radius`` multiplies its recurrent matrices, ``forget_bias``
    is the bias of the gate that keeps its state, ``input_scale`` multiplies the inputs, ``cut`` is the number of steps
    after which nothing is carried back. ``bound`` shows the bound on the norms. Captions may have gaps with the names
    of dials.
    """
    return {
        **payload(scene),
        "compared": [_compared(one, scene) for one in compared],
        "variant": asdict(variant(scene.cell.name)),
        "gradientQuantity": quantity_data(QUANTITIES["gradient"]),
        "jacobianQuantity": quantity_data(QUANTITIES["state_jacobian"]),
        "everyStep": every_step,
        "dials": [asdict(dial) for dial in dials],
    }


def _compared(scene: Scene, chosen: Scene) -> dict[str, Any]:
    """A network whose gradients are compared, and what can be said of its recurrent weights."""
    program = scene.cell.program
    try:
        name, slope = recurrence(program)
        radius = spectral_radius(scene.weights[name])
        simple = {"matrix": name, "slope": slope if isfinite(slope) else None, "radius": radius}
    except ValueError:
        simple = None
    return {
        "cell": describe(scene.cell),
        "weights": None if scene.cell == chosen.cell else _encode_all(scene.weights),
        "keeping": keeping_biases(program),
        "simple": simple,
        **asdict(variant(scene.cell.name)),
    }


@dataclass(frozen=True, eq=False)
class MomentView:
    """A network at one moment of its training.

    Attributes
    ----------
    step
        How many steps had been made.
    metric
        On sequences held out.
    weights, readout
        Those of the cell and of its read-out, float32 as they were trained.
    """

    step: int
    metric: float
    weights: Mapping[str, NDArray[np.float32]]
    readout: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Progress:
    """What was measured of a network while it learned.

    Attributes
    ----------
    title, better
        What the metric is called, and whether a larger or a smaller one is better.
    steps, values
        After how many steps it was measured, and what it was: (N,).
    share
        Whether it is a share of one, shown in percent.
    chance, learned
        The metric of one who has not looked at the input, and the one from which on the task counts as learned.
    """

    title: str
    better: Literal["larger", "smaller"]
    steps: Sequence[int]
    values: Sequence[float]
    share: bool = False
    chance: float | None = None
    learned: float | None = None


def learning(scene: Scene, moments: Sequence[MomentView], progress: Progress) -> dict[str, Any]:
    """A scene at several moments of a training as JSON-ready data; the scene's own weights are not sent.

    Raises
    ------
    ValueError
        When the scene has no read-out or there is no moment.
    """
    if scene.readout is None or not moments:
        raise ValueError("what a network learns is shown by its read-out, at one moment at least")
    names = names_beside(scene.readout.program, scene.cell)
    return {
        **payload(replace(scene, weights={}, readout=replace(scene.readout, weights={}))),
        "moments": [
            {
                "step": moment.step,
                "weights": _encode_all(moment.weights, "float32"),
                "readout": _encode_all({names[name]: array for name, array in moment.readout.items()}, "float32"),
            }
            for moment in moments
        ],
        "metrics": encode([moment.metric for moment in moments]),
        "progress": {**asdict(progress), "steps": encode(progress.steps), "values": encode(progress.values)},
        "variant": asdict(variant(scene.cell.name)),
    }


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve over steps, (T,), nan where it ends; its colour by name in a palette, and its dashes."""

    title: str
    colour: str
    values: Array
    dash: Sequence[int] = ()


@dataclass(frozen=True)
class CurveChart:
    """Curves over one another on a logarithmic axis, and what they are of."""

    title: str
    meaning: str
    curves: Sequence[Curve]


def curves(title: str, verdict: str, charts: Sequence[CurveChart]) -> dict[str, Any]:
    """Charts over the same steps, and what they say in a sentence, as JSON-ready data."""
    return {
        "title": title,
        "verdict": verdict,
        "charts": [
            {
                "title": chart.title,
                "meaning": chart.meaning,
                "curves": [
                    {
                        "title": curve.title,
                        "colour": curve.colour,
                        "dash": list(curve.dash),
                        "values": encode(curve.values, "float32"),
                    }
                    for curve in chart.curves
                ],
            }
            for chart in charts
        ],
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


#: What the letters of a translator's equations stand for; the decoder's hidden state by the one they read it by.
_ROLES = {
    "embedding": "E",
    "annotations": "S",
    "summary": "s",
    "state": "h",
    "scores": "e",
    "alignment": "a",
    "context": "m",
    "attentional": "q",
    "answer": "y",
}
#: Those of them that are shown, as the notation calls them.
_SHOWN = {
    "annotations": "annotation",
    "scores": "attention_scores",
    "alignment": "alignment",
    "state": "hidden_state",
    "context": "context",
    "attentional": "attentional_state",
    "answer": "prediction",
}


def translation(translator: Translator, words: Sequence[str], network: str) -> dict[str, Any]:
    """A translator and what it is to read as JSON-ready data; `network` says in words which it is, as no other."""
    programs = {
        "bridge": bridge(translator.cell),
        "attention": translator.attention.program,
        "aligned": ALIGNED,
        "attended": ATTENDED,
        "words": WORDS,
    }
    source, target = translator.source_language, translator.target_language
    written = LANGUAGES[target]
    return {
        "network": network,
        "caption": f"{network}.",
        "cell": describe(translator.cell),
        "equations": {
            name: [{"target": line.target, "expression": _tree(line.expression)} for line in program.equations]
            for name, program in programs.items()
        },
        "weights": {part: _encode_all(weights, "float32") for part, weights in translator.weights.items()},
        "longest": LONGEST,
        "source": list(words),
        "sourceVocabulary": list(vocabulary(source)),
        "targetVocabulary": list(vocabulary(target)),
        "right": translator.right(words),
        "gap": written.gap,
        "hyphenated": [sorted(parts) for parts in written.hyphenated],
        "roles": _ROLES,
        "quantities": {role: quantity_data(quantity(name, _ROLES[role])) for role, name in _SHOWN.items()},
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


def glossary() -> list[dict[str, Any]]:
    """The terms that labels may hold as JSON-ready data."""
    return [
        {"name": term.name, "title": term.title, "meaning": term.meaning, "link": term.link, "words": term.words}
        for term in GLOSSARY.values()
    ]


def question(
    prediction: Mapping[str, Any], options: Mapping[str, str] | None, finding: Mapping[str, Any], about: str
) -> dict[str, Any]:
    """A prediction to be asked before a picture of the server's, with its possible answers and the right one.

    `options` are None where the answer is a number; `about` is a text that is another one for every other run.
    """
    return {
        "prediction": dict(prediction),
        "options": None if options is None else dict(options),
        "finding": dict(finding),
        "about": about,
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


def path(stops: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The stops of the path through the lessons: each with its title, aim and lessons, these with name, title, href."""
    return {
        "stops": [dict(stop) for stop in stops],
        "palettes": {theme: asdict(palette) for theme, palette in PALETTES.items()},
    }


def describe(cell: Cell) -> dict[str, Any]:
    """A cell as data: the diagram and the browser's engine are built from this alone."""
    return {
        "name": cell.name,
        "title": cell.title,
        "state": list(cell.state),
        "input": "x",
        "equations": _equations(
            cell.program.equations, {target: cell.quantity(target) for target in cell.program.targets}
        ),
        "weights": {name: list(shape) for name, shape in cell.program.weights.items()},
        "sizes": {target: cell.program.values[target][0] for target in cell.program.targets},
        "keeps": {state: _tree(share) for state, share in kept_share(cell.program).items()},
    }


def encode(array: ArrayLike, precision: Literal["float32", "float64"] = "float64") -> dict[str, Any]:
    """An array as its shape and the base64 of its little-endian bytes: exact if it has this precision, and small."""
    values = np.ascontiguousarray(array, dtype=np.dtype(precision).newbyteorder("<"))
    return {"shape": list(values.shape), precision: base64.b64encode(values.tobytes()).decode("ascii")}


def _encode_all(
    weights: Mapping[str, ArrayLike], precision: Literal["float32", "float64"] = "float64"
) -> dict[str, Any]:
    return {name: encode(values, precision) for name, values in weights.items()}


def _readout(readout: Readout, cell: Cell) -> dict[str, Any]:
    name = "prediction" if readout.symbols else "answer"
    called = names_beside(readout.program, cell)
    equations = [Equation(called[line.target], _renamed(line.expression, called)) for line in readout.program.equations]
    return {
        "equations": _equations(equations, {line.target: quantity(name, line.target) for line in equations}),
        "answer": equations[-1].target,
        "weights": _encode_all({called[weight]: array for weight, array in readout.weights.items()}),
        "symbols": list(readout.symbols),
        "targets": list(readout.targets),
        "wanted": None if readout.wanted is None else [bool(wanted) for wanted in readout.wanted],
    }


def names_beside(program: Program, cell: Cell) -> dict[str, str]:
    """What a read-out's names are called beside a cell: the state it reads as the cell does, no two things alike."""
    taken = {"x", *cell.program.targets, *cell.program.weights}
    own = (*program.targets, *program.weights)
    called = {name: f"{name}_out" if name in taken else name for name in own}
    return {name: cell.state[0] for name in program.values if name not in own} | called


def _renamed(expression: Expression, called: Mapping[str, str]) -> Expression:
    match expression:
        case Weight(name):
            return Weight(called[name])
        case Value(name, previous):
            return Value(called[name], previous)
        case Operation(function, arguments):
            return Operation(function, tuple(_renamed(argument, called) for argument in arguments))
    return expression


def _equations(equations: Sequence[Equation], quantities: Mapping[str, Quantity]) -> list[dict[str, Any]]:
    return [
        {
            "target": equation.target,
            "expression": _tree(equation.expression),
            "quantity": quantity_data(quantities[equation.target]),
        }
        for equation in equations
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


def quantity_data(known: Quantity) -> dict[str, Any]:
    """A quantity as data: what it is called, how it is coloured, what is said of it."""
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
