"""What the gradients page says, on the networks it says it of."""

import numpy as np
import pytest
from scipy.special import expit

from rnnviz.analysis.dynamics import spectral_radius
from rnnviz.cells import CELLS, GRU, MAIN
from rnnviz.gradients import SquaredError, backpropagate
from rnnviz.settings.gradients import EXPERIMENT, Experiment, experiment
from rnnviz.trace import run
from rnnviz.ui.gradients.experiments import (
    MOST_PAIRS,
    PRESETS,
    drawn,
    experiment_scene,
    norms,
    reading,
    size_in_words,
)


def preset(title):
    settings, _ = PRESETS[title]
    found = experiment(**settings)
    assert {name: getattr(found, name) for name in settings} == settings
    return found


def curve(shown, cell_name, kind="whole"):
    (found,) = [curve.values for curve in shown["curves"] if (curve.cell_name, curve.kind) == (cell_name, kind)]
    return found


@pytest.mark.parametrize("start", ["gaussian", "orthogonal", "identity"])
@pytest.mark.parametrize("cell", MAIN, ids=lambda cell: cell.name)
def test_the_weights_start_as_the_controls_say(cell, start):
    chosen = Experiment(cell=cell, start=start, radius=1.3, forget_bias=-1.5, hidden_size=7, input_scale=2.0)
    shown = experiment_scene(chosen)
    recurrent = [name for name, shape in shown.cell.program.weights.items() if shape == ("H", "H")]
    for name in recurrent:
        # numpy's eigenvalues are the witness
        assert np.abs(np.linalg.eigvals(shown.weights[name])).max() == pytest.approx(1.3)
    if len(recurrent) > 1 and start != "identity":
        assert not np.allclose(shown.weights[recurrent[0]], shown.weights[recurrent[1]])
    for bias in {"lstm": ["b_f"], "gru": ["b_z"]}.get(cell.name, []):
        assert (shown.weights[bias] == -1.5).all()
    assert shown.inputs.shape == (50, 4)
    assert shown.inputs.std() == pytest.approx(2.0, rel=0.2)
    assert "untrained" in shown.network


def test_only_elman_takes_the_other_activation():
    assert [experiment_scene(Experiment(cell=cell, activation="relu")).cell.name for cell in MAIN] == [
        "elman_relu", "lstm", "gru",
    ]  # fmt: skip


def test_a_trained_network_is_the_shipped_one():
    shown = experiment_scene(Experiment(weights="trained", cell=GRU, text="ada"))
    assert shown.readout
    assert len(shown.inputs) == 4


def test_the_gradient_vanishes():
    reach = curve(norms(preset("Vanishing")), "elman")
    assert reach[0] < 1e-12
    assert (reach[0] / reach[-1]) ** (1 / 49) < 0.5  # each step halves it, and more


def test_the_gradient_explodes_at_the_rate_of_a_linear_network():
    shown = norms(preset("Exploding"))
    np.testing.assert_allclose(curve(shown, "elman"), 1.5 ** np.arange(49.0, -1, -1), rtol=1e-9)
    assert "predicts it well" in shown["reading"]


def test_a_radius_of_one_is_not_safe():
    shown = norms(preset("Radius 1 is not safe"))
    assert curve(shown, "elman")[0] < 1e-3
    assert curve(shown, "elman", "bound")[0] > 1e6  # and the bound says nothing against it
    assert "the spectral radius is 1.00 and does not predict it: the activation is bent" in shown["reading"]


def test_a_forget_bias_of_one_does_not_carry_over_a_hundred_steps_and_five_does():
    assert expit(1.0) == pytest.approx(0.73, abs=0.005)
    small, large = (norms(preset(f"LSTM, forget bias {bias}")) for bias in (1, 5))
    assert curve(small, "lstm")[0] < 1e-3
    assert curve(large, "lstm")[0] > 0.1
    assert curve(large, "lstm", "part")[0] > 0.1  # and it is the cell state that does it
    assert curve(norms(preset("GRU")), "gru")[0] > 0.1


def test_identity_and_relu_keep_the_gradient_as_it_is():
    assert curve(norms(preset("Identity and ReLU")), "elman")[0] == pytest.approx(1.0)


def test_the_gradient_of_the_weights_stays_large_while_all_that_is_long_range_is_gone():
    shown = experiment_scene(preset("Vanishing"))
    trace = run(shown.cell, shown.weights, shown.inputs)
    found = backpropagate(trace, SquaredError(np.zeros_like(trace["h"]), every_step=True))
    assert np.linalg.norm(found.weights["W_hh"]) > 1
    assert np.linalg.norm(found["h"], axis=1).min() > 0.1  # every state is told something, by the losses near it
    assert curve(norms(preset("Vanishing")), "elman")[0] < 1e-12


def test_the_bound_is_never_crossed():
    for title in PRESETS:
        shown = norms(preset(title))
        assert (curve(shown, "elman") <= curve(shown, "elman", "bound") * (1 + 1e-9)).all()


def test_the_rate_in_the_words_is_that_of_the_curve():
    shown = experiment_scene(preset("Vanishing"))
    trace = run(shown.cell, shown.weights, shown.inputs)
    reach = 0.5 ** np.arange(49.0, -1, -1)
    said = reading(trace, reach)
    assert "a factor of 0.50 a step" in said
    assert "the spectral radius is 0.50 and predicts it well" in said
    assert spectral_radius(shown.weights["W_hh"]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        ([0.0, 0.0, 1e-300, 1.0], "nothing at all reaches step 2 or those before it"),
        ([np.inf, 1e300, 1.0], "too large for a computer's numbers at the first step"),
        ([1.0], "one step only, and nothing to carry back"),
    ],
)
def test_what_has_no_place_on_the_axis_is_said_in_words(reach, said):
    shown = experiment_scene(EXPERIMENT)
    assert said in reading(run(shown.cell, shown.weights, shown.inputs), np.array(reach))


@pytest.mark.parametrize(
    ("size", "words"),
    [(0.5234, "0.523"), (12.0, "12"), (1.84e-6, "1.8·10⁻⁶"), (3e300, "3.0·10³⁰⁰"), (2e-308, "2.0·10⁻³⁰⁸")],
)
def test_sizes_are_written_as_people_do(size, words):
    assert size_in_words(size) == words


@pytest.mark.parametrize("length", [5, 50, 51, 120, 200])
def test_the_pairs_that_are_drawn_end_with_the_last_step(length):
    shown = norms(Experiment(length=length, hidden_size=3, cell=GRU))
    assert shown["steps"][-1] == length - 1
    assert len(shown["steps"]) <= MOST_PAIRS
    assert shown["norms"].shape == (len(shown["steps"]),) * 2
    last = curve(shown, "gru")[list(shown["steps"])]
    np.testing.assert_allclose(shown["norms"][-1], last, rtol=1e-9)
    np.testing.assert_allclose(shown["singular"][:, 0], curve(shown, "gru"), rtol=1e-7)


def test_the_loss_does_not_change_the_norms():
    first, second = (drawn(Experiment(loss=loss, cut=cut)) for loss, cut in (("last", 0), ("every", 7)))
    assert first["curves"] is second["curves"]
    assert (second["every_step"], second["truncate"]) == (True, 7)


def test_every_cell_that_is_compared_is_a_shipped_one():
    assert {cell.name for cell in MAIN} <= set(CELLS)
