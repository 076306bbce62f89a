"""The browser's arithmetic against numpy's."""

import pytest

from rnnviz.cells import LSTM, Cell
from tests.browser.stage import ALL_CELLS, assert_equal, random_scene, values_of
from tests.own_cells import OF_FUNCTIONS

SIZES = [(1, 1, 1), (7, 3, 5), (40, 27, 32)]


def assert_same_in_both(stage, scene):
    trace, predictions = values_of(scene)
    computed = stage.compute(scene)
    assert_equal(computed.pop("x"), scene.inputs)
    if predictions is not None:
        assert_equal(computed.pop("y"), predictions)
    assert set(computed) == set(trace.values)
    for letter, values in computed.items():
        assert_equal(values, trace[letter])


@pytest.mark.parametrize("cell", [*ALL_CELLS, *OF_FUNCTIONS], ids=lambda cell: cell.name)
def test_every_value_of_every_step_is_numpy_s(stage, cell):
    for seed, (steps, input_size, hidden_size) in enumerate(SIZES):
        scene = random_scene(cell, steps=steps, input_size=input_size, hidden_size=hidden_size, seed=seed)
        assert_same_in_both(stage, scene)


@pytest.mark.parametrize("cell", ALL_CELLS, ids=lambda cell: cell.name)
def test_inputs_of_ten_thousand_up_and_down_make_no_difference(stage, cell):
    for seed in range(3):
        scene = random_scene(cell, seed=seed)
        scene.inputs[:] = 1e4 * (2 * (scene.inputs > 0) - 1)
        assert_same_in_both(stage, scene)


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_the_read_out_is_numpy_s(stage, scale):
    scene = random_scene(LSTM, readout=True, scale=scale)
    scene.readout.weights["W_hy"][:] *= scale
    assert_same_in_both(stage, scene)


def test_all_the_language_allows_is_computed(stage):
    equations = """
        a = -(x / 4) * 2 - 1
        s = softmax(W_xs @ a + W_hs @ (3 * h))
        u = relu(s - 0.1) / (2 - s) + 1 / 3
        k = b_k * 1e-3
        h = tanh(W_hh @ (u + k) - -h)
    """
    assert_same_in_both(stage, random_scene(Cell("odd", ("h",), equations)))


def test_a_state_that_only_a_vector_measures_has_its_size(stage):
    assert_same_in_both(stage, random_scene(Cell("diagonal", ("h",), "h = tanh(w * h + b + U @ x)")))


#: Letters that others use for something else: a state of another name, a line and a weight of the read-out's.
OWN_LETTERS = Cell("own_letters", ("s",), "y = tanh(W_hy @ x + W_ss @ s)\ns = y * b_y + s / 2")


def test_no_letter_has_a_meaning_of_its_own(stage):
    scene = random_scene(OWN_LETTERS, readout=True)
    trace, predictions = values_of(scene)
    computed = stage.compute(scene)
    assert_equal(computed.pop("y_out"), predictions)
    for letter in ("y", "s"):
        assert_equal(computed[letter], trace[letter])
    player = stage.mount(scene, initial={"timeStep": 2})
    shown = player.locator(".guesses li:not(.spare)").evaluate_all("all => all.map(({ dataset }) => +dataset.value)")
    assert_equal(shown[0], predictions[2].max())
