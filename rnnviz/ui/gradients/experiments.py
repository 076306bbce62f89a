"""From the settings of the gradients page to what it shows. Pure functions of small frozen values, cached, bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from rnnviz.analysis.dynamics import (
    carried,
    pascanu_bound,
    spectral_norm,
    spectral_radius,
    with_spectral_radius,
)
from rnnviz.cells import ELMAN, ELMAN_RELU, GRU, Array, Cell
from rnnviz.gradients import gradient_reach, jacobian_norms, singular_values, state_jacobians
from rnnviz.language.structure import keeping_biases, recurrence
from rnnviz.networks.initialisation import recurrent_start
from rnnviz.player.payload import Curve, Scene
from rnnviz.settings.gradients import EXPERIMENT, Experiment
from rnnviz.settings.step_through import DEFAULT
from rnnviz.trace import Trace, run
from rnnviz.ui.scenes import scene, with_article

#: All pairs of steps are drawn for at most this many of them, evenly spaced.
MOST_PAIRS = 50
#: Steps times units: from here on half as many pairs are drawn, and from there on a note says that it takes a moment.
LIGHT, HEAVY = 2000, 5000
#: How near the logarithms of two rates must be for one to predict the other.
CLOSE = 0.05
#: How many numbers a random network reads at each step.
_INPUT_SIZE = 4


@lru_cache(maxsize=128)
def experiment_scene(experiment: Experiment) -> Scene:
    """The network of an experiment: trained and reading a name, or with weights made as the experiment says.

    Raises
    ------
    ValueError
        With a sentence for the person who typed, when the text cannot be read.
    """
    if experiment.weights == "trained":
        return scene(replace(DEFAULT, cell=experiment.cell, text=experiment.text))
    cell = ELMAN_RELU if (experiment.cell, experiment.activation) == (ELMAN, "relu") else experiment.cell
    weights = cell.init(_INPUT_SIZE, experiment.hidden_size, experiment.seed)
    for number, name in enumerate(name for name, shape in cell.program.weights.items() if shape == ("H", "H")):
        matrix = recurrent_start(experiment.start, experiment.hidden_size, experiment.seed + 1000 * number)
        weights[name] = with_spectral_radius(matrix, experiment.radius)
    for bias in keeping_biases(cell.program):
        weights[bias] = np.full(experiment.hidden_size, experiment.forget_bias)
    noise = np.random.default_rng(experiment.seed).normal(size=(experiment.length, _INPUT_SIZE))
    size = f"{experiment.hidden_size} unit{'s' * (experiment.hidden_size != 1)}"
    start = f"{experiment.start} recurrent weights of radius {experiment.radius:g}"
    return Scene(
        cell,
        weights,
        noise * experiment.input_scale,
        labels=[str(step) for step in range(1, experiment.length + 1)],
        label_kind="step",
        network=f"{with_article(cell.title)} with {size} and {start} (seed {experiment.seed}, untrained)",
        reads=f"{_INPUT_SIZE} random numbers a step, of standard deviation {experiment.input_scale:g}.",
    )


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


@lru_cache(maxsize=128)
def norms(experiment: Experiment) -> dict[str, Any]:
    """Every norm that the page draws, as `rnnviz.player.payload.backward` takes it; the loss does not change them."""
    traces = {cell.name: _run(experiment_scene(replace(experiment, cell=cell))) for cell in experiment.compared}
    chosen = traces[experiment.cell.name]
    singular = singular_values(chosen)
    curves = []
    for name, trace in traces.items():
        title = trace.cell.title
        curves.append(Curve(name, title, "whole", singular[:, 0] if trace is chosen else gradient_reach(trace)))
        for state, product in carried(trace).items():
            if state != trace.cell.state[0]:
                along = f"{title}, {trace.cell.quantity(state).title.lower()} alone"
                curves.append(Curve(name, along, "part", np.abs(product).max(axis=1)))
        if _simple(trace.cell):
            curves.append(Curve(name, f"{title}, bound", "bound", pascanu_bound(trace)))
    stride = -(-len(chosen) // (MOST_PAIRS if len(chosen) * experiment.hidden_size < LIGHT else MOST_PAIRS // 2))
    steps = range((len(chosen) - 1) % stride, len(chosen), stride)  # the last step is always there
    return {
        "curves": curves,
        "steps": steps,
        "norms": jacobian_norms(chosen, steps=steps),
        "singular": singular,
        "reading": " ".join(reading(trace, curve.values) for trace, curve in _whole(traces, curves)),
    }


def heavy(experiment: Experiment) -> bool:
    """Whether the norms take long enough to say so."""
    return experiment.weights == "random" and experiment.length * experiment.hidden_size >= HEAVY


def drawn(experiment: Experiment) -> dict[str, Any]:
    """What the player backwards is given beside the scene."""
    known = norms(replace(experiment, loss=EXPERIMENT.loss, cut=EXPERIMENT.cut))
    return {"every_step": experiment.loss == "every", "truncate": experiment.cut, **known}


def _whole(traces: Mapping[str, Trace], curves: Sequence[Curve]) -> Iterator[tuple[Trace, Curve]]:
    yield from ((traces[curve.cell_name], curve) for curve in curves if curve.kind == "whole")


def reading(trace: Trace, reach: Array) -> str:
    """What a curve says, in words; for a simple cell, beside what its recurrent matrix would say."""
    title, steps, first = trace.cell.title, len(reach) - 1, float(reach[0])
    if not first:
        gone = int(np.flatnonzero(reach == 0)[-1])
        return f"{title}: nothing at all reaches step {gone + 1} or those before it."
    if np.isinf(first):
        return f"{title}: the norm is too large for a computer's numbers at the first step."
    if not steps:
        return f"{title}: there is one step only, and nothing to carry back."
    rate = first ** (1 / steps)
    said = f"{title}: over {steps} steps the norm becomes {size_in_words(first)}, a factor of {rate:.2f} a step"
    if not _simple(trace.cell):
        return f"{said}."
    matrix, _ = recurrence(trace.cell.program)
    radius = spectral_radius(trace.weights[matrix])
    said += f"; the spectral radius is {radius:.2f}"
    if abs(np.log(rate / radius)) < CLOSE:
        return f"{said} and predicts it well."
    slope = float(local_slopes(trace).mean())
    if slope < 1 - CLOSE:
        return f"{said} and does not predict it: the activation is bent, its slope is {slope:.2f} on average."
    stretch = spectral_norm(trace.weights[matrix])
    return f"{said} and does not predict it over so few steps: the largest singular value is {stretch:.2f}."


def size_in_words(size: float) -> str:
    """A positive number for reading: 0.52, or 1.8·10⁻⁶."""
    if 1e-3 <= size < 1e4:
        return f"{size:.3g}"
    digits, exponent = f"{size:.1e}".split("e")
    return f"{digits}·10{str(int(exponent)).translate(_RAISED)}"


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def local_slopes(trace: Trace) -> Array:
    """The slope of a simple cell's activation at every step and unit (T, H): 1 - h^2 for tanh, 0 or 1 for ReLU."""
    matrix, _ = recurrence(trace.cell.program)
    slopes: Array = np.einsum("tij,ij->ti", state_jacobians(trace), trace.weights[matrix]) / (
        trace.weights[matrix] ** 2
    ).sum(axis=1)
    return slopes


def _run(shown: Scene) -> Trace:
    return run(shown.cell, shown.weights, shown.inputs)


def _simple(cell: Cell) -> bool:
    """Whether the new state is an activation of one sum with one recurrent matrix."""
    try:
        recurrence(cell.program)
    except ValueError:
        return False
    return True
