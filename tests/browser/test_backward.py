"""The player backwards against Python's backpropagation, which torch is the witness of."""

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.cells import ELMAN, GRU, LSTM, Cell
from rnnviz.gradients import CrossEntropy, SquaredError, backpropagate, state_jacobians
from rnnviz.trace import run
from rnnviz.what_if import Clamp, Silence
from tests.browser.stage import ALL_CELLS, point_in, random_scene
from tests.browser.test_engine import OWN_LETTERS
from tests.browser.test_player import TEXT_SIZES
from tests.own_cells import OF_FUNCTIONS

ODD = Cell(
    "odd",
    ("h", "m"),
    """
    a = -(x / 4) * 2 - 1
    s = softmax(W_xs @ a + W_hs @ (3 * h))
    u = relu(s - 0.1) / (2 - s) + m / 3
    m = u - b_k * m
    h = tanh(W_hh @ (u + m) - -h)
    """,
)


def loss_of(scene, every_step):
    if scene.readout:
        targets = np.array(scene.readout.targets)
        return CrossEntropy(scene.readout.weights, targets if every_step else targets[-1], every_step)
    hidden = run(scene.cell, scene.weights, scene.inputs)[scene.cell.state[0]]
    return SquaredError(np.zeros_like(hidden if every_step else hidden[-1]), every_step)


def close(shown, computed):
    np.testing.assert_allclose(shown, computed, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("every_step", [False, True])
@pytest.mark.parametrize("readout", [False, True])
@pytest.mark.parametrize("cell", [*ALL_CELLS, *OF_FUNCTIONS, ODD, OWN_LETTERS], ids=lambda cell: cell.name)
def test_the_gradients_are_python_s(stage, cell, readout, every_step):
    scene = random_scene(cell, readout=readout)
    trace = run(cell, scene.weights, scene.inputs)
    found = backpropagate(trace, loss_of(scene, every_step))
    shown = stage.carry_back(scene, every_step=every_step)
    for state in cell.state:
        close(shown["states"][state], found.states[state])
    for name, gradient in found.weights.items():
        close(np.reshape(shown["weights"][name], gradient.shape), gradient)
        close(shown["contributions"][name], found.contribution_norms(name))
    units = 5
    whole = state_jacobians(trace)
    for row, to in enumerate(cell.state):
        for column, by in enumerate(cell.state):
            block = whole[:, row * units : (row + 1) * units, column * units : (column + 1) * units]
            close([np.reshape(step[to][by], (units, units)) for step in shown["jacobians"]], block)


@pytest.mark.parametrize("truncate", [1, 2, 4, 6])
def test_a_cut_gradient_is_python_s(stage, truncate):
    scene = random_scene(LSTM, readout=True)
    found = backpropagate(run(LSTM, scene.weights, scene.inputs), loss_of(scene, True), truncate=truncate)
    shown = stage.carry_back(scene, every_step=True, truncate=truncate)
    for state in LSTM.state:
        close(shown["states"][state], found.states[state])
    for name, gradient in found.weights.items():
        close(np.reshape(shown["weights"][name], gradient.shape), gradient)


@pytest.mark.parametrize(
    ("text", "changes"),
    [("hold lstm f 2 0.5", [Clamp("f", 0.5, 1)]), ("silence lstm 3*hold lstm i all 1", [Silence(2), Clamp("i", 1.0)])],
)
def test_what_is_held_passes_nothing_back(stage, text, changes):
    scene = random_scene(LSTM)
    trace = run(LSTM, scene.weights, scene.inputs, changes=changes)
    found = backpropagate(trace, SquaredError(np.zeros(5)))
    shown = stage.carry_back(scene, what_if=text)
    for state in LSTM.state:
        close(shown["states"][state], found.states[state])
    for name, gradient in found.weights.items():
        close(np.reshape(shown["weights"][name], gradient.shape), gradient)


def at_step(player, step):
    expect(player).to_have_attribute("data-time-step", str(step))


def test_it_starts_at_the_loss_and_walks_to_the_left(clock, stage):
    player = stage.mount_backward(random_scene(LSTM))
    at_step(player, 5)
    player.get_by_role("button", name="Play").click()
    for step in (4, 3, 2, 1, 0):
        clock.run_for(900)
        at_step(player, step)
    clock.run_for(900)
    at_step(player, 0)
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    player.get_by_role("button", name="Play").click()  # from the loss again
    at_step(player, 5)
    stage.page.keyboard.press("ArrowLeft")
    at_step(player, 4)


@pytest.mark.parametrize("cell", [ELMAN, LSTM, GRU], ids=lambda cell: cell.name)
def test_every_number_in_sight_is_python_s(stage, cell):
    scene = random_scene(cell)
    trace = run(cell, scene.weights, scene.inputs)
    found = backpropagate(trace, loss_of(scene, True))
    player = stage.mount_backward(scene, every_step=True, initial={"timeStep": 3, "unit": 2})
    norms = player.locator("[data-quantity=gradient_norm]").evaluate_all(
        "all => all.map(({ dataset }) => +dataset.value)"
    )
    close(norms, np.linalg.norm(found.states["h"], axis=1))
    result = player.locator(".formula .result mn")
    jacobian = state_jacobians(trace)[3]
    arrives = np.concatenate([found.states["h"][3], *([carried(trace, found)] if cell is LSTM else [])])
    close(float(result.get_attribute("data-value")), (arrives @ jacobian)[2])
    weight = next(name for name, shape in cell.program.weights.items() if shape == ("H", "H"))
    words = player.locator("[data-contribution]")
    close(float(words.get_attribute("data-contribution")), found.contribution_norms(weight)[3])
    close(float(words.get_attribute("data-norm")), np.linalg.norm(found.contribution(weight)[3:].sum(axis=0)))


def carried(trace, found):
    """What arrives at an LSTM's cell state from the next step: the whole less what comes through this step's output."""
    through_output = found.states["h"][3] * trace["o"][3] * (1 - np.tanh(trace["c"][3]) ** 2)
    return found.states["c"][3] - through_output


def test_the_words_say_how_much_of_the_gradient_is_left(stage):
    scene = random_scene(ELMAN)
    found = backpropagate(run(ELMAN, scene.weights, scene.inputs), loss_of(scene, False)).states["h"]
    player = stage.mount_backward(scene, initial={"timeStep": 4})
    norms = np.linalg.norm(found, axis=1)
    assert f"shrinks to {norms[3] / norms[4]:.3f} of its length" in player.locator(".formula .sentence").text_content()


def test_a_cut_is_shown_and_said(stage):
    player = stage.mount_backward(random_scene(GRU), every_step=True, truncate=2)
    expect(player.locator(".column.cut")).to_have_count(2)
    expect(player.get_by_text("cut every 2 steps: the values pass, the gradient does not")).to_be_visible()


def test_what_a_cut_loses_is_measured(stage):
    scene = random_scene(GRU)
    trace = run(GRU, scene.weights, scene.inputs)
    whole, cut = (backpropagate(trace, loss_of(scene, True), truncate=k).weights["W_hr"].ravel() for k in (None, 2))
    player = stage.mount_backward(scene, every_step=True, truncate=2)
    lost = player.locator(".lost")
    assert float(lost.get_attribute("data-ratio")) == pytest.approx(np.linalg.norm(cut) / np.linalg.norm(whole))
    cosine = cut @ whole / np.linalg.norm(cut) / np.linalg.norm(whole)
    assert float(lost.get_attribute("data-angle")) == pytest.approx(np.degrees(np.arccos(cosine)))
    expect(stage.mount_backward(scene, every_step=True).locator(".lost")).to_be_empty()


def test_the_selection_is_told_and_rubbish_is_brought_within(stage):
    player = stage.mount_backward(random_scene(LSTM), initial={"timeStep": 99, "unit": -1, "line": "constructor"})
    at_step(player, 5)
    player.locator(".strip").press("ArrowDown")
    column = player.locator("[data-line=c] .column-of").first
    column.click(**point_in(column, 3))
    chosen = stage.changes()[-1]
    assert (chosen["unit"], chosen["line"], chosen["timeStep"]) == (3, "c", None)


@pytest.mark.parametrize("width", [390, 1400])
def test_it_is_legible_and_no_wider_than_its_place(stage, width):
    stage.page.set_viewport_size({"width": width, "height": 900})
    player = stage.mount_backward(random_scene(LSTM, readout=True), every_step=True, truncate=3)
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= width
    assert {text: size for text, size in player.evaluate(TEXT_SIZES) if size < 14} == {}
