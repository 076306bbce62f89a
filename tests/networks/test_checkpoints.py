import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS, READOUT, from_value, to_value
from rnnviz.data.names import VOCABULARY, encode, load_names, split
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks import checkpoints
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.torch_modules import NextSymbol
from rnnviz.tasks.ngram import NGram
from rnnviz.trace import run
from rnnviz.training.loop import batch_of
from tests.own_cells import PEEPHOLE

CARDS = {name: checkpoints.load(name).card for name in checkpoints.available()}
SPLIT = {name: split(load_names(), card["data"]["split_seed"]) for name, card in CARDS.items()}


def numpy_bits(checkpoint, names):
    """Bits per character, name by name, with nothing of torch."""
    bits = []
    for codes in map(encode, names):
        trace = run(checkpoint.cell, checkpoint.weights, np.eye(len(VOCABULARY))[list(codes[:-1])])
        predictions = evaluate(READOUT, checkpoint.readout, {"h": trace["hidden_state"]})["y"]
        bits.extend(-np.log2(predictions[np.arange(len(codes) - 1), codes[1:]]))
    return np.mean(bits)


def test_every_cell_has_a_trained_network():
    assert checkpoints.available() == tuple(CELLS)


@pytest.mark.parametrize("name", CARDS)
def test_numbers_on_the_card_are_those_of_the_weights(name):
    checkpoint = checkpoints.load(name)
    for part in ("validation", "test"):
        names = getattr(SPLIT[name], part)
        assert len(names) == checkpoint.card["data"][part]
        assert numpy_bits(checkpoint, names) == pytest.approx(checkpoint.card["reached"][part], abs=1e-3)


@pytest.mark.parametrize("name", CARDS)
def test_torch_predicts_the_same(name):
    checkpoint = checkpoints.load(name)
    model = NextSymbol(checkpoint.cell, checkpoint.weights, checkpoint.readout, torch.float64)
    inputs = batch_of([encode(text) for text in ("ada", "jeffrey", "marianne")]).inputs
    trace = run(checkpoint.cell, checkpoint.weights, np.eye(len(VOCABULARY))[inputs.numpy()])
    wanted = evaluate(READOUT, checkpoint.readout, {"h": trace["hidden_state"]})["y"]
    np.testing.assert_allclose(model(inputs).softmax(-1).detach().numpy(), wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", CARDS)
def test_card_says_how_the_network_was_made(name):
    checkpoint, card = checkpoints.load(name), CARDS[name]
    assert card["recipe"]["cell"] == name == checkpoint.cell.name
    assert checkpoint.vocabulary == VOCABULARY
    assert checkpoint.cell.sizes(checkpoint.weights) == {"I": 27, "H": card["recipe"]["hidden_size"]}
    assert {name: card["data"][name] for name in ("package", "version", "licence")} == {
        "package": "names",
        "version": "0.3.0",
        "licence": "MIT",
    }
    assert card["steps"] == card["recipe"]["epochs"] * math.ceil(card["data"]["train"] / card["recipe"]["batch_size"])
    assert [epoch["number"] for epoch in card["history"]] == list(range(1, card["recipe"]["epochs"] + 1))
    assert card["history"][-1]["validation"] == pytest.approx(card["reached"]["validation"], abs=1e-9)
    assert {"seed": card["seed"], **card["reached"]} == card["seeds"][0]
    assert len({run["seed"] for run in card["seeds"]}) == len(card["seeds"]) >= 2


@pytest.mark.parametrize("name", CARDS)
def test_baselines_on_the_card_are_those_of_the_same_names(name):
    card, names = CARDS[name], SPLIT[name]
    assert card["uniform"] == pytest.approx(math.log2(27), abs=1e-12)
    ngram = NGram(map(encode, names.train), len(VOCABULARY), card["ngram"]["order"])
    assert ngram.bits_per_symbol(map(encode, names.validation)) == pytest.approx(card["ngram"]["validation"], abs=1e-9)
    assert ngram.bits_per_symbol(map(encode, names.test)) == pytest.approx(card["ngram"]["test"], abs=1e-9)


def test_weights_are_the_float32_numbers_learned_and_cannot_be_changed():
    checkpoint = checkpoints.load("lstm")
    for array in (*checkpoint.weights.values(), *checkpoint.readout.values()):
        assert array.dtype == np.float64
        np.testing.assert_array_equal(array, array.astype(np.float32))
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("name", ["peephole", "../lstm", ""])
def test_a_cell_without_a_network_is_refused(name):
    with pytest.raises(FileNotFoundError, match=r"no trained network for the cell .*; there are: elman, "):
        checkpoints.load(name)


def test_loading_needs_no_torch():
    code = (
        "import sys; from rnnviz.networks import checkpoints; checkpoints.load('gru'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


CARD = {"recipe": {"cell": "gru"}, "data": {}, "seed": 0, "steps": 1, "reached": {}, "versions": {}}
ARRAYS = {"core.W_xr": np.arange(6, dtype="f4").reshape(2, 3), "readout.b_y": np.ones(2, "f4")}


def test_a_checkpoint_is_written_and_read_to_the_last_bit(tmp_path):
    checkpoints.save(tmp_path / "new", "mine", ARRAYS, CARD)
    assert checkpoints.names(tmp_path / "new") == ("mine",)
    assert checkpoints.read_card(tmp_path / "new", "mine") == CARD
    found = checkpoints.read_arrays(tmp_path / "new", "mine")
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: array.tobytes() for name, array in ARRAYS.items()
    }
    assert list(checkpoints.read_arrays(tmp_path / "new", "mine", "core.")) == ["W_xr"]


@pytest.mark.parametrize("group", ["names", "translators", "opinions", "runs"])
def test_all_that_ship_are_of_one_format(group):
    folder = checkpoints.shipped(group)
    assert checkpoints.names(folder)
    for path in folder.glob("*.json"):
        if path.stem != "experiments":  # numbers of networks that do not ship
            card = checkpoints.read_card(folder, path.stem)
            if "cell" in card["recipe"]:  # not where it is always the same, nor of simple methods
                assert from_value(card["recipe"]["cell"]) in CELLS.values()
            assert card["steps"] > 0
            assert card["versions"]["torch"].startswith("2.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "mine.json is not the card of a network"),
        ("[]", "mine.json is not the card of a network"),
        ("{}", "it lacks recipe, data, seed, steps, reached, versions"),
        ("\x80\x04cposix\nsystem", "mine.json is not the card of a network"),
    ],
)
def test_a_card_that_is_none_is_refused_in_words(tmp_path, text, said):
    (tmp_path / "mine.json").write_text(text, "latin1")
    with pytest.raises(ValueError, match=said):
        checkpoints.read_card(tmp_path, "mine")


@pytest.mark.parametrize("data", [b"", b"rubbish", pickle.dumps(ARRAYS)])
def test_weights_that_are_none_are_refused_in_words(tmp_path, data):
    (tmp_path / "mine.safetensors").write_bytes(data)
    with pytest.raises(ValueError, match=r"mine\.safetensors cannot be read"):
        checkpoints.read_arrays(tmp_path, "mine")


def test_weights_or_a_card_that_do_not_fit_are_refused_in_words():
    arrays = checkpoints.read_arrays(checkpoints.shipped("names"), "gru")
    with pytest.raises(ValueError, match="lstm needs the weights"):
        Checkpoint.of(arrays, {**CARDS["gru"], "recipe": {"cell": "lstm"}})
    with pytest.raises(ValueError, match="must have a cell and a vocabulary"):
        Checkpoint.of(arrays, CARD)
    with pytest.raises(ValueError, match="lacks data, seed"):
        checkpoints.save(checkpoints.shipped("names"), "mine", {}, {"recipe": {}, "steps": 1})


def test_a_network_around_a_cell_of_ones_own_is_kept_with_its_equations(tmp_path):
    model = NextSymbol.init(PEEPHOLE, len(VOCABULARY), 3, seed=0)
    arrays = {name: value.numpy() for name, value in model.state_dict().items()}
    card = {**CARD, "recipe": {"cell": to_value(PEEPHOLE)}, "vocabulary": "".join(VOCABULARY)}
    checkpoints.save(tmp_path, "mine", arrays, card)
    again = Checkpoint.of(checkpoints.read_arrays(tmp_path, "mine"), checkpoints.read_card(tmp_path, "mine"))
    assert again.cell == PEEPHOLE
    np.testing.assert_array_equal(again.weights["p_i"], model.core.p_i.detach().numpy())
