import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.analysis.writing import write
from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.data.text import BEGINNING, encode
from rnnviz.networks import checkpoints, language_model
from rnnviz.networks.checkpoints import Checkpoint, excerpt, load_text
from rnnviz.networks.language_model import bits_of, read, read_rows
from rnnviz.networks.torch_modules import NextSymbol
from rnnviz.what_if import Clamp, Silence, run
from tests.own_cells import FIRST_GRU, PEEPHOLE

ALPHABET = "\nabc "
CELLS_OF_ALL_KINDS = [*CELLS.values(), PEEPHOLE, FIRST_GRU]
SHIPPED = pytest.mark.parametrize("name", checkpoints.available_text())


def network_of(cell, alphabet=ALPHABET, units=6):
    random = np.random.default_rng(3)
    weights = {f"core.{name}": 2 * value for name, value in cell.init(len(alphabet), units, 0).items()}
    readout = {"readout.W_hy": random.normal(size=(len(alphabet), units)), "readout.b_y": np.zeros(len(alphabet))}
    return Checkpoint.of({**weights, **readout}, {"recipe": {"cell": cell}, "vocabulary": alphabet})


def by_torch(network, text):
    """Logits after the beginning and after each character; what is unknown reads as zeros."""
    model = NextSymbol(network.cell, network.weights, network.readout, torch.float64)
    size = len(network.vocabulary)
    codes = torch.from_numpy(encode(BEGINNING + text, network.vocabulary))
    with torch.no_grad():
        states = model.core(torch.nn.functional.one_hot(codes, size + 1)[:, :size].double())
        return codes, torch.log_softmax(model.readout(states[network.cell.state[0]]), -1)


@pytest.mark.parametrize("cell", CELLS_OF_ALL_KINDS, ids=lambda cell: cell.name)
@given(text=st.text("abc \né🙂", max_size=30))
@settings(max_examples=15, deadline=None)
def test_states_and_probabilities_are_those_of_pytorch(cell, text):
    network = network_of(cell)
    reading, (codes, logs) = read(network, text), by_torch(network, text)
    assert len(reading.trace) == len(text) + 1
    np.testing.assert_allclose(reading.probabilities, logs.exp().numpy(), rtol=0, atol=1e-12)
    for place, character in enumerate(text):
        known = character in ALPHABET
        assert math.isnan(reading.bits[place]) is not known
        if known:
            expected = -logs[place, codes[place + 1]].item() / math.log(2)
            assert reading.bits[place] == pytest.approx(expected, abs=1e-11)


def test_a_change_is_made_to_the_run():
    network, changes = network_of(LSTM), [Clamp("forget_gate", 0.0), Silence(unit=2)]
    changed = read(network, "abca", changes)
    assert np.all(changed.trace["forget_gate"] == 0)
    assert np.all(changed.trace["hidden_state"][:, 2] == 0)
    assert not np.allclose(changed.bits, read(network, "abca").bits)


def test_the_bits_per_character_are_the_mean_over_what_is_known():
    reading = read(network_of(GRU), "ab?c")
    assert reading.bits_per_character == pytest.approx(np.mean(reading.bits[[0, 1, 3]]))
    assert len(read(network_of(GRU), "").bits) == 0


@pytest.mark.parametrize("cell", CELLS_OF_ALL_KINDS, ids=lambda cell: cell.name)
def test_rows_are_read_as_each_would_be_alone(cell, monkeypatch):
    monkeypatch.setattr(language_model, "_STEPS", 30)  # so that they are read in three pieces
    network = network_of(cell)
    codes = np.random.default_rng(0).integers(0, len(ALPHABET) + 1, (27, 3))
    together = np.concatenate([*read_rows(network, codes)])
    for column in range(3):
        model = NextSymbol(cell, network.weights, network.readout, torch.float64)
        size = len(ALPHABET)
        inputs = torch.nn.functional.one_hot(torch.from_numpy(codes[:, column]), size + 1)[:, :size].double()
        with torch.no_grad():
            alone = torch.softmax(model.readout(model.core(inputs)[cell.state[0]]), -1)
        np.testing.assert_allclose(together[:, column], alone.numpy(), rtol=0, atol=1e-12)
    assert bits_of(together, codes).shape == codes.shape


def test_an_unknown_network_is_named_with_those_there_are():
    with pytest.raises(FileNotFoundError, match="called 'poems'; there are: "):
        load_text("poems")


def test_the_two_networks_that_write_are_there():
    assert checkpoints.available_text() == ("prose", "python")


@SHIPPED
def test_what_ships_is_small_and_says_what_it_is(name):
    network, folder = load_text(name), checkpoints.shipped("text")
    assert folder.joinpath(f"{name}.safetensors").stat().st_size < 600_000
    assert {array.dtype for array in checkpoints.read_arrays(folder, name).values()} == {np.dtype("float16")}
    card = network.card
    assert card["parameters"] == sum(array.size for array in (*network.weights.values(), *network.readout.values()))
    assert {"corpus", "source", "train", "held_out", "excerpt"} <= card["data"].keys()
    assert [one["order"] for one in card["ngrams"]] == list(range(1, 9))
    assert set(excerpt(name)) <= set(network.vocabulary)
    assert 100_000 < len(excerpt(name)) <= 120_000


@SHIPPED
def test_what_ships_guesses_its_excerpt_about_as_well_as_its_card_says_by_pytorch(name):
    network = load_text(name)
    text = excerpt(name)[:4000]
    codes, logs = by_torch(network, text)
    bits = -logs[:-1].gather(1, codes[1:, None])[:, 0].numpy() / math.log(2)
    np.testing.assert_allclose(read(network, text).bits, bits, rtol=0, atol=1e-9)
    assert bits.mean() == pytest.approx(network.card["reached"]["held_out"], abs=0.5)


def test_the_network_that_writes_python_guesses_as_well_as_was_wanted():
    assert load_text("python").card["reached"]["held_out"] <= 1.70


@SHIPPED
def test_it_writes_better_as_it_learns_and_what_it_wrote_last_is_what_it_writes_now(name):
    network = load_text(name)
    writes, writing = network.card["writes"], network.card["writing"]
    assert [one["bits"] for one in writes] == sorted((one["bits"] for one in writes), reverse=True)
    assert writes[-1]["step"] == network.card["steps"]
    assert {len(one["text"]) for one in writes} == {writing["length"]}
    assert write(network, **writing) == writes[-1]["text"]


def test_what_is_read_is_run_by_the_equations():
    network = network_of(PEEPHOLE)
    inputs = np.eye(len(ALPHABET))[encode("\nab", ALPHABET)]
    assert np.array_equal(read(network, "ab").trace["h"], run(PEEPHOLE, network.weights, inputs)["h"])
