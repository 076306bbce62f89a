"""What the pages teach, tested on the networks that they show."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnnviz import checkpoints
from rnnviz.cells import GRU, LSTM, READOUT
from rnnviz.history import HISTORY
from rnnviz.notation import QUANTITIES
from rnnviz.scenario import CHOICES, scenario
from rnnviz.trace import evaluate, run
from rnnviz.ui.scenes import scene

ROOT = Path(__file__).parents[1]
TRAINED = [scene(scenario({"cell": cell, "text": "annabel"})) for cell in CHOICES["cell"].titles]


def predictions(shown, inputs):
    trace = run(shown.cell, shown.weights, inputs)
    return evaluate(READOUT, shown.readout.weights, {"h": trace["hidden_state"]})["y"]


@pytest.mark.parametrize("shown", TRAINED, ids=lambda shown: shown.cell.name)
def test_the_state_is_all_the_network_knows_of_the_past(shown):
    whole = run(shown.cell, shown.weights, shown.inputs)
    state = {name: whole[name][3] for name in shown.cell.state}
    rest = run(shown.cell, shown.weights, shown.inputs[4:], initial_state=state)
    for symbol in shown.cell.program.targets:
        np.testing.assert_allclose(rest[symbol], whole[symbol][4:], rtol=0, atol=1e-12)


@pytest.mark.parametrize("shown", TRAINED, ids=lambda shown: shown.cell.name)
def test_the_network_guesses_a_letter_before_it_sees_it(shown):
    other = shown.inputs.copy()
    other[5:] = np.roll(other[5:], 1, axis=-1)  # other letters from the sixth step on
    before, after = predictions(shown, shown.inputs), predictions(shown, other)
    np.testing.assert_array_equal(before[:5], after[:5])
    assert np.abs(before[5:] - after[5:]).max() > 0.01


@pytest.mark.parametrize("shown", TRAINED, ids=lambda shown: shown.cell.name)
def test_the_guesses_are_far_better_than_chance_on_a_common_name(shown):
    came = predictions(shown, shown.inputs)[np.arange(8), list(shown.readout.targets)]
    assert -np.log2(came).mean() < np.log2(27) - 1


def test_a_network_without_a_state_would_see_the_same_inputs_backwards():
    inputs = TRAINED[0].inputs
    np.testing.assert_array_equal(np.sort(inputs, axis=0), np.sort(inputs[::-1], axis=0))


def test_an_open_forget_gate_keeps_and_a_closed_one_forgets():
    weights = {name: np.zeros(shape) for name, shape in LSTM.weight_shapes(1, 1).items()}
    for bias, kept in ((50.0, 1.0), (-50.0, 0.0)):
        trace = run(LSTM, {**weights, "b_f": np.array([bias])}, np.zeros((9, 1)), {"c": np.array([0.7])})
        assert trace["cell_state"][-1] == pytest.approx(0.7 * kept, abs=1e-15)


def test_the_update_gate_is_the_share_of_the_old_state():
    weights = {name: np.zeros(shape) for name, shape in GRU.weight_shapes(1, 1).items()}
    for bias, share in ((50.0, 1.0), (-50.0, 0.0), (0.0, 0.5)):
        trace = run(GRU, {**weights, "b_z": np.array([bias])}, np.zeros((1, 1)), {"h": np.array([0.6])})
        assert trace["update_gate"][0] == pytest.approx(share, abs=1e-15)
        assert trace["hidden_state"][0] == pytest.approx(0.6 * share, abs=1e-15)


def test_a_gru_has_three_quarters_of_the_weights_of_an_lstm():
    def matrices(cell):
        return sum(np.prod(shape) for shape in cell.weight_shapes(27, 24).values() if len(shape) == 2)

    assert matrices(GRU) / matrices(LSTM) == 0.75
    assert "three quarters" in next(event.what for event in HISTORY if event.title == "GRU")


def test_the_history_is_in_order_and_names_its_sources():
    assert [event.year for event in HISTORY] == sorted(event.year for event in HISTORY)
    said = " ".join(f"{event.year} {event.title} {event.source}" for event in HISTORY)
    for fact in ("1986 Backpropagation Rumelhart", "1990 Simple recurrent network Elman", "1997 LSTM Hochreiter",
                 "2000 Forget gate Gers", "2014 GRU Cho", "2015 Attention Bahdanau"):  # fmt: skip
        assert fact in said
    assert all(event.link.startswith(("https://doi.org/", "https://arxiv.org/abs/")) for event in HISTORY if event.link)


def test_what_the_page_says_the_networks_reached_is_what_their_cards_say():
    for name in CHOICES["cell"].titles:
        card = checkpoints.load(name).card
        assert card["test"] in [run["test"] for run in card["seeds"]]
        assert card["test"] < card["uniform"] == pytest.approx(np.log2(27))


def test_readings_say_what_the_meanings_say():
    assert "keeps {percent}" in QUANTITIES["forget_gate"].reading
    assert "kept" in QUANTITIES["forget_gate"].meaning


def test_the_example_in_the_readme_runs():
    readme = (ROOT / "README.md").read_text()
    block = re.search(r"## A cell is its equations\n\n((?:    .*\n|\n)+)", readme).group(1)
    code = "\n".join(line[4:] for line in block.splitlines())
    names = {"inputs": np.random.default_rng(0).normal(size=(7, 3))}
    exec(compile(code, "README.md", "exec"), names)
    assert names["trace"]["forget_gate"].shape == (7, 5)
    assert names["ours"].program.weights["W_xz"] == ("H", "I")
