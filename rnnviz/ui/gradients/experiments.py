"""From the settings of the gradients page to what it shows. Pure functions of small frozen values, cached, bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from rnnviz.analysis.dynamics import with_spectral_radius
from rnnviz.cells import ELMAN, ELMAN_RELU, GRU
from rnnviz.language.structure import keeping_biases
from rnnviz.networks.initialisation import recurrent_start
from rnnviz.player.payload import Scene
from rnnviz.settings.gradients import EXPERIMENT, PAGE, Experiment
from rnnviz.settings.step_through import DEFAULT
from rnnviz.ui.scenes import scene, with_article

#: How many numbers a random network reads at each step.
_INPUT_SIZE = 4


#: What makes no other network: the dials, the loss, the clipping.
_INDIFFERENT = {
    name: getattr(EXPERIMENT, name)
    for name, setting in PAGE.settings.items()
    if setting.live or setting.group in ("loss", "clipping")
}


def experiment_scene(experiment: Experiment) -> Scene:
    """The network of an experiment before its dials: trained and reading a name, or random as the experiment says.

    What the player scales by itself is 1: the spectral radius of the recurrent matrices, the scale of the inputs. Its
    sentences have gaps for what its dials say.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when the text cannot be read.
    """
    return _made(replace(experiment, **_INDIFFERENT))


@lru_cache(maxsize=128)
def _made(experiment: Experiment) -> Scene:
    if experiment.weights == "trained":
        return scene(replace(DEFAULT, cell=experiment.cell, text=experiment.text))
    cell = ELMAN_RELU if (experiment.cell, experiment.activation) == (ELMAN, "relu") else experiment.cell
    weights = cell.init(_INPUT_SIZE, experiment.hidden_size, experiment.seed)
    for number, name in enumerate(name for name, shape in cell.program.weights.items() if shape == ("H", "H")):
        matrix = recurrent_start(experiment.start, experiment.hidden_size, experiment.seed + 1000 * number)
        weights[name] = with_spectral_radius(matrix, 1.0)
    size = f"{experiment.hidden_size} unit{'s' * (experiment.hidden_size != 1)}"
    start = f"{experiment.start} recurrent weights of radius {{radius}}"
    if keeping_biases(cell.program):
        start += ", a keeping gate of bias {forget_bias}"
    return Scene(
        cell,
        weights,
        np.random.default_rng(experiment.seed).normal(size=(experiment.length, _INPUT_SIZE)),
        labels=[str(step) for step in range(1, experiment.length + 1)],
        label_kind="step",
        network=f"{with_article(cell.title)} with {size} and {start} (seed {experiment.seed}, untrained)",
        reads=f"{_INPUT_SIZE} random numbers a step, of standard deviation {{input_scale}}.",
    )


def compared_scenes(experiment: Experiment) -> list[Scene]:
    """The networks whose gradients are drawn over one another, all made in the same way; that of the experiment too."""
    return [experiment_scene(replace(experiment, cell=cell)) for cell in experiment.compared]


#: Experiments worth a look, each as the settings that show it, and what one sees there.
PRESETS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "Vanishing": (
        {"cell": ELMAN, "radius": 0.5},
        "An Elman RNN whose recurrent matrix shrinks: each step back halves the gradient, and more.",
    ),
    "Exploding": (
        {"cell": ELMAN, "start": "identity", "radius": 1.5, "activation": "relu"},
        "Each unit feeds itself, and ReLU does not bend: the gradient grows by half at every step.",
    ),
    "Radius 1 is not safe": (
        {"cell": ELMAN, "radius": 1.0},
        "A spectral radius of 1 would keep the gradient if tanh were a straight line. It is not.",
    ),
    "Radius 1.5 that does not explode": (
        {"cell": ELMAN, "start": "identity", "radius": 1.5},
        "The exploding start with tanh: its units go where tanh is flat, and the gradient vanishes.",
    ),
    "Large gradient, short sight": (
        {"cell": ELMAN, "radius": 0.5, "loss": "every"},
        "With a loss at every step the weights are told a lot, nearly all of it from the few steps before each loss.",
    ),
    "LSTM, forget bias −2": (
        {"forget_bias": -2.0},
        "Forget gates near 0.12: ten steps back, less than one part in 100,000 of the gradient is left.",
    ),
    "LSTM, forget bias 1": (
        {"length": 100},
        "The usual start. A forget gate of 0.73 forgets within tens of steps.",
    ),
    "LSTM, forget bias 5": (
        {"length": 100, "forget_bias": 5.0},
        "With forget gates near 1 the cell state carries a gradient over a hundred steps.",
    ),
    "GRU": ({"cell": GRU, "length": 100, "forget_bias": 5.0}, "The same with a GRU's update gates."),
    "Identity and ReLU": (
        {"cell": ELMAN, "start": "identity", "radius": 1.0, "activation": "relu", "input_scale": 0.1},
        "The start of Le, Jaitly & Hinton 2015: a simple recurrent network that keeps its state.",
    ),
}
