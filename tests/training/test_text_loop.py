"""`rnnviz.training.text_loop`: networks that learn to write, by truncated backpropagation through time."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.data.corpora import Corpus
from rnnviz.data.text import BEGINNING
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.torch_modules import NextSymbol
from rnnviz.training.recipe import read_recipe
from rnnviz.training.run import Moment, Point, pack_state, unpack_state
from rnnviz.training.text import TextRecipe, corpus_of
from rnnviz.training.text_loop import PACE, TextTraining, bits_per_character, rows_of, windows_of
from tests.own_cells import FIRST_GRU, PEEPHOLE

SAYING = "she sells sea shells (by the sea shore). "
CORPUS = Corpus("A saying", "tests", SAYING * 20, SAYING * 3)
SMALL = TextRecipe("0" * 64, "".join(sorted(set(SAYING))), hidden_size=5, batch_size=4, window=7, steps=60)
TEXTS = st.text("ab c\n?", min_size=1, max_size=60)


def training_of(recipe, state=None):
    return TextTraining(recipe, state, CORPUS)


def plain(item):
    """What was measured, but for its time."""
    if isinstance(item, Point):
        return item.step, item.loss, item.metric, item.gradient_norm, item.clipped
    return item.step, item.metric, {name: value.tobytes() for name, value in item.weights.items()}


def next_symbol(arrays, cell, alphabet):
    """The same network by its equations, in float64."""
    known = Checkpoint.of(arrays, {"recipe": {"cell": cell}, "vocabulary": alphabet})
    return NextSymbol(cell, known.weights, known.readout, torch.float64)


def one_hot(codes):
    """Zeros for what is unknown, in float64."""
    symbols = len(SMALL.alphabet)
    return torch.nn.functional.one_hot(codes, symbols + 1)[..., :symbols].double()


@given(TEXTS, st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_every_character_of_a_text_is_predicted_once_from_the_one_before(text, count, window):
    alphabet = "abc "
    rows = rows_of(text, alphabet, count)
    codes = [alphabet.find(character) % 5 for character in BEGINNING + text]
    assert rows.T.flatten().tolist() == codes[: rows.numel()]
    assert len(codes) - rows.numel() < rows.shape[1] <= count
    windows = windows_of(rows, window)
    assert torch.equal(torch.cat([read for read, _ in windows]), rows[:-1])
    assert torch.equal(torch.cat([wanted for _, wanted in windows]), rows[1:])
    assert all(len(read) == window for read, _ in windows[:-1])


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE, FIRST_GRU], ids=lambda cell: cell.name)
def test_every_cell_can_be_trained_and_what_it_learned_runs_by_its_equations(cell):
    training = training_of(replace(SMALL, cell=cell, steps=3))
    items = [item for item in training if item]
    assert training.ended.reason == "done"
    assert all(math.isfinite(item.loss) for item in items if isinstance(item, Point))
    arrays = items[-1].weights if isinstance(items[-1], Moment) else training.model.arrays()
    assert training.ended.parameters == sum(array.size for array in arrays.values())
    rows = rows_of(CORPUS.held_out, SMALL.alphabet, 3)
    with torch.no_grad():
        first, left = training.model.read(rows[:4])
        second, _ = training.model.read(rows[4:], left)
        theirs = next_symbol(arrays, cell, SMALL.alphabet)
        whole = theirs.readout(theirs.core(one_hot(rows))[cell.state[0]])
    torch.testing.assert_close(torch.cat([first, second]).double(), whole, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_the_weights_that_meet_symbols_are_those_of_the_input(cell):
    model = training_of(replace(SMALL, cell=cell)).model
    before = model.arrays()
    with torch.no_grad():
        for value in model.from_symbols():
            value += 1
    changed = {name for name, value in model.arrays().items() if not np.array_equal(value, before[name])}
    assert changed == {f"core.{name}" for name, shape in cell.program.weights.items() if shape == ("H", "I")}


def test_a_run_is_a_plain_loop_of_pytorch():
    recipe = replace(SMALL, cell="lstm", clip=0.2, steps=70)
    items = [item for item in training_of(recipe) if item]
    start = training_of(recipe).model
    layer, readout = start.core, start.readout
    weights = [*layer.parameters(), *readout.parameters()]
    meeting = {"params": weights[:1], "lr": PACE * recipe.learning_rate}
    optimizer, losses, norms, state = (
        torch.optim.Adam([meeting, {"params": weights[1:], "lr": recipe.learning_rate}]),
        [],
        [],
        None,
    )
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 70)
    codes = [recipe.alphabet.find(character) for character in CORPUS.training]
    codes = torch.tensor([len(recipe.alphabet), *codes])[: 4 * ((len(codes) + 1) // 4)].reshape(4, -1)
    position = 0
    for _ in range(70):
        if position >= codes.shape[1] - 1:
            position, state = 0, None
        read, wanted = codes[:, position : position + 7], codes[:, position + 1 : position + 8]
        read = read[:, : wanted.shape[1]]
        hidden, state = layer(one_hot(read.T).float(), state)
        state = tuple(value.detach() for value in state)
        loss = torch.nn.functional.cross_entropy(readout(hidden).flatten(0, 1), wanted.T.flatten())
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(weights, 0.2)))
        optimizer.step()
        falling.step()
        losses.append(loss.item())
        position += 7
    points = [item for item in items if isinstance(item, Point)]
    assert [point.loss for point in points] == pytest.approx(losses, rel=1e-4)
    assert [point.metric for point in points] == pytest.approx(np.array(losses) / math.log(2), rel=1e-4)
    assert [point.gradient_norm for point in points] == pytest.approx(norms, rel=1e-3)
    assert losses[-1] < losses[0]
    assert len(windows_of(codes.T, 7)) < 70  # so that the text has come more than once


@pytest.mark.parametrize("cell", [LSTM, GRU, PEEPHOLE], ids=lambda cell: cell.name)
def test_a_run_that_was_stopped_anywhere_goes_on_to_the_last_bit(cell):
    recipe = replace(SMALL, cell=cell)
    whole = list(training_of(recipe))
    for cut in (0, 1, 2, 7, len(whole) // 2, len(whole) - 1):
        first, told = training_of(recipe), []
        for item in first:
            told.append(item)
            if len(told) > cut:
                break
        second = training_of(recipe, unpack_state(pack_state(first.state())))
        both = [*told, *second]
        assert [plain(item) for item in both if item] == [plain(item) for item in whole if item]
        assert second.ended.step == recipe.steps


def test_a_moment_is_measured_on_the_text_that_is_held_out():
    training = training_of(SMALL)
    last = [item for item in training if isinstance(item, Moment)][-1]
    assert last.metric == training.ended.metric == bits_per_character(training.model, training.held_out)
    theirs = next_symbol(last.weights, LSTM, SMALL.alphabet)
    rows = training.held_out
    logits = theirs.readout(theirs.core(one_hot(rows))["h"])[:-1].flatten(0, 1)
    expected = torch.nn.functional.cross_entropy(logits, rows[1:].flatten()).item() / math.log(2)
    assert last.metric == pytest.approx(expected, rel=1e-5)


def test_a_character_that_is_not_in_the_alphabet_is_read_as_nothing_and_never_counted():
    fewer = replace(SMALL, alphabet=SMALL.alphabet.replace("e", ""), steps=2)
    training = training_of(fewer)
    rows = rows_of("e", fewer.alphabet, 1)
    logits, _ = training.model.read(rows)
    assert torch.equal(logits, training.model.read(torch.full((2, 1), len(fewer.alphabet)))[0])
    assert bits_per_character(training.model, rows) == 0
    assert all(math.isfinite(item.loss) for item in training if isinstance(item, Point))


def test_a_recipe_comes_back_and_says_what_it_is():
    own = replace(SMALL, cell=PEEPHOLE)
    for recipe in (TextRecipe(), own):
        again = read_recipe(json.loads(json.dumps(recipe.as_dict())))
        assert (again, again.run_id) == (recipe, recipe.run_id)
    assert TextRecipe().in_words == "python   lstm        128 units, 2500 steps, seed 0"
    assert type(TextRecipe().metric.title) is str
    assert TextRecipe(steps=400).spent(100, 1e9) == 0.25


def test_a_text_that_is_not_kept_here_is_said_to_be_missing():
    with pytest.raises(LookupError, match=r"^the text 000\d* is not kept here$"):
        corpus_of(SMALL)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"corpus": "poems"}, "corpus must be one of python, prose, or the SHA-256 of a text, not 'poems'"),
        ({"corpus": None}, "corpus must be one of python, prose, or the SHA-256 of a text, not None"),
        ({"alphabet": ""}, "the alphabet must be a text of 1 to 512 characters, none of them twice"),
        ({"alphabet": "abca"}, "the alphabet must be a text of 1 to 512 characters, none of them twice"),
        ({"alphabet": ["a"]}, "the alphabet must be a text of 1 to 512 characters, none of them twice"),
        ({"hidden_size": 257}, "hidden size must be a whole number from 1 to 256, not 257"),
        ({"window": 0}, "window must be a whole number from 1 to 400, not 0"),
        ({"initialisation": "zero"}, "initialisation must be one of "),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(values, said):
    with pytest.raises(ValueError, match=said):
        read_recipe({"kind": "text", **values})


def test_an_empty_text_cannot_be_learned_from():
    with pytest.raises(ValueError, match="at least one character"):
        rows_of("", "ab", 4)
