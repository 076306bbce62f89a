"""What the gradients page shows of an experiment, by the library and numpy: the witness of the browser."""

from dataclasses import replace

import numpy as np

from rnnviz.analysis.dynamics import carried, pascanu_bound
from rnnviz.gradients import gradient_reach, jacobian_norms, singular_values
from rnnviz.language.structure import keeping_biases, recurrence
from rnnviz.trace import run
from rnnviz.ui.gradients.experiments import experiment_scene


def scene_of(experiment):
    """The network of an experiment with its dials where they stand."""
    found = experiment_scene(experiment)
    if experiment.weights == "trained":
        return found
    weights = dict(found.weights)
    for name, shape in found.cell.program.weights.items():
        if shape == ("H", "H"):
            weights[name] = weights[name] * experiment.radius
    for name in keeping_biases(found.cell.program):
        weights[name] = np.full(experiment.hidden_size, experiment.forget_bias)
    return replace(found, weights=weights, inputs=found.inputs * experiment.input_scale)


def traces_of(experiment):
    """The runs that are compared, by the name of the cell that was chosen."""
    scenes = {cell.name: scene_of(replace(experiment, cell=cell)) for cell in experiment.compared}
    return {name: run(scene.cell, scene.weights, scene.inputs) for name, scene in scenes.items()}


def curves_of(experiment):
    """Every curve as (name of the cell, kind, values), in order."""
    curves = []
    for name, trace in traces_of(experiment).items():
        curves.append((name, "whole", gradient_reach(trace)))
        for state, product in carried(trace).items():
            if state != trace.cell.state[0]:
                curves.append((name, "part", np.abs(product).max(axis=1)))
        try:
            recurrence(trace.cell.program)
        except ValueError:
            continue
        curves.append((name, "bound", pascanu_bound(trace)))
    return curves


def curve(experiment, cell_name, kind="whole"):
    """One of them."""
    (found,) = [values for name, kind_, values in curves_of(experiment) if (name, kind_) == (cell_name, kind)]
    return found


def chosen_of(experiment):
    """Of the chosen network: the largest, middle and smallest singular value at every step, and a function of pairs."""
    trace = traces_of(experiment)[experiment.cell.name]
    singular = singular_values(trace)
    places = [0, (singular.shape[1] - 1) // 2, singular.shape[1] - 1]
    return singular[:, places].T, lambda steps: jacobian_norms(trace, steps=steps)
