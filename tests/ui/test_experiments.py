"""What the gradients page says, on the networks it says it of."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from rnnviz.cells import CELLS, ELMAN, ELMAN_RELU, GRU, MAIN
from rnnviz.gradients import SquaredError, backpropagate, gradient_by_steps_back
from rnnviz.settings.gradients import Experiment, experiment
from rnnviz.trace import run
from rnnviz.ui.gradients.experiments import PRESETS, compared_scenes, experiment_scene
from tests.ui.experiment import curve, scene_of, traces_of


def preset(title):
    settings, _ = PRESETS[title]
    found = experiment(**settings)
    assert {name: getattr(found, name) for name in settings} == settings
    return found


@pytest.mark.parametrize("start", ["gaussian", "orthogonal", "identity"])
@pytest.mark.parametrize("cell", MAIN, ids=lambda cell: cell.name)
def test_the_weights_start_as_the_controls_say(cell, start):
    chosen = Experiment(cell=cell, start=start, radius=1.3, forget_bias=-1.5, hidden_size=7, input_scale=2.0)
    shown = scene_of(chosen)
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
    shown = {cell: experiment_scene(Experiment(cell=cell, activation="relu")).cell for cell in MAIN}
    assert shown == {cell: ELMAN_RELU if cell == ELMAN else cell for cell in MAIN}


def test_a_trained_network_is_the_shipped_one():
    shown = experiment_scene(Experiment(weights="trained", cell=GRU, text="ada"))
    assert shown.readout
    assert len(shown.inputs) == 4


def test_the_gradient_vanishes():
    reach = curve(preset("Vanishing"), "elman")
    assert reach[0] < 1e-12
    assert (reach[0] / reach[-1]) ** (1 / 49) < 0.5  # each step halves it, and more


def test_the_gradient_explodes_at_the_rate_of_a_linear_network():
    np.testing.assert_allclose(curve(preset("Exploding"), "elman"), 1.5 ** np.arange(49.0, -1, -1), rtol=1e-9)


def test_a_radius_of_one_is_not_safe():
    shown = preset("Radius 1 is not safe")
    assert curve(shown, "elman")[0] < 1e-3
    assert curve(shown, "elman", "bound")[0] > 1e6  # and the bound says nothing against it


@pytest.mark.parametrize("seed", range(6))
def test_a_radius_of_one_and_a_half_need_not_explode(seed):
    shown = replace(preset("Radius 1.5 that does not explode"), seed=seed)
    exploding = preset("Exploding")
    assert (shown.start, shown.radius, shown.length) == (exploding.start, exploding.radius, exploding.length)
    assert curve(shown, "elman")[0] < 0.1
    assert curve(shown, "elman").max() < 100  # nor on the way
    hidden = traces_of(shown)["elman"]["h"]
    assert 1.5 * (1 - hidden**2).mean() < 1


def test_a_large_gradient_may_be_short_sighted():
    chosen = preset("Large gradient, short sight")
    shown = scene_of(chosen)
    trace = run(shown.cell, shown.weights, shown.inputs)
    parts = gradient_by_steps_back(trace, SquaredError(np.zeros_like(trace["h"]), every_step=True), "W_hh")
    sizes = np.linalg.norm(parts, axis=(1, 2))
    assert chosen.loss == "every"
    assert np.linalg.norm(parts.sum(axis=0)) > 10
    assert sizes[:4].sum() > 0.95 * sizes.sum()
    assert sizes[11:].sum() < 1e-3 * sizes.sum()


def test_a_forget_bias_of_minus_two_forgets_within_ten_steps():
    shown = preset("LSTM, forget bias −2")
    assert traces_of(shown)["lstm"]["f"].mean() == pytest.approx(0.12, abs=0.005)
    assert curve(shown, "lstm")[-11] < 1e-5


def test_a_forget_bias_of_one_does_not_carry_over_a_hundred_steps_and_five_does():
    assert expit(1.0) == pytest.approx(0.73, abs=0.005)
    small, large = (preset(f"LSTM, forget bias {bias}") for bias in (1, 5))
    assert curve(small, "lstm")[0] < 1e-3
    assert curve(large, "lstm")[0] > 0.1
    assert curve(large, "lstm", "part")[0] > 0.1  # and it is the cell state that does it
    assert curve(preset("GRU"), "gru")[0] > 0.1


def test_identity_and_relu_keep_the_gradient_as_it_is():
    assert curve(preset("Identity and ReLU"), "elman")[0] == pytest.approx(1.0)


def test_the_gradient_of_the_weights_stays_large_while_all_that_is_long_range_is_gone():
    shown = scene_of(preset("Vanishing"))
    trace = run(shown.cell, shown.weights, shown.inputs)
    found = backpropagate(trace, SquaredError(np.zeros_like(trace["h"]), every_step=True))
    assert np.linalg.norm(found.weights["W_hh"]) > 1
    assert np.linalg.norm(found["h"], axis=1).min() > 0.1  # every state is told something, by the losses near it
    assert curve(preset("Vanishing"), "elman")[0] < 1e-12


def test_the_bound_is_never_crossed():
    for title in PRESETS:
        shown = preset(title)
        assert (curve(shown, "elman") <= curve(shown, "elman", "bound") * (1 + 1e-9)).all()


def test_neither_dials_nor_loss_make_another_network():
    first = experiment_scene(Experiment())
    for other in (Experiment(radius=1.5), Experiment(input_scale=3.0), Experiment(loss="every", cut=7)):
        assert experiment_scene(other) is first
    assert experiment_scene(Experiment(seed=2)) is not first


def test_the_network_of_the_experiment_is_one_of_those_compared():
    shown = Experiment(cell=GRU)
    assert [found is experiment_scene(shown) for found in compared_scenes(shown)] == [cell is GRU for cell in MAIN]


def test_every_cell_that_is_compared_is_a_shipped_one():
    assert {cell.name for cell in MAIN} <= set(CELLS)
