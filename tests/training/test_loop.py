import dataclasses
import math

import numpy as np
import pytest
import torch

from rnnviz import cells
from rnnviz.networks.torch_modules import NextSymbol
from rnnviz.training.loop import batch_of, bits_per_symbol, evaluate, train

# "What comes next" is certain but for the first symbol: one of two words, so a bit per word of four predictions.
WORDS = [(0, 1, 2, 3, 0), (0, 2, 1, 3, 0)] * 8
SETTINGS = {"epochs": 25, "batch_size": 4, "learning_rate": 0.05, "clip": 1.0, "seed": 0}


def network(seed=0, cell=cells.GRU):
    return NextSymbol.init(cell, symbols=4, hidden_size=6, seed=seed)


@pytest.fixture(scope="module")
def epochs():
    return list(train(network(), WORDS, WORDS[:2], **SETTINGS))


def test_an_epoch_is_frozen(epochs):
    assert [epoch.number for epoch in epochs] == list(range(1, 26))
    assert all(epoch.seconds > 0 for epoch in epochs)
    with pytest.raises(dataclasses.FrozenInstanceError):
        epochs[0].loss = 0.0


def test_loss_falls_to_what_cannot_be_known(epochs):
    assert epochs[0].loss > 1.0
    assert 0.25 <= epochs[-1].validation < 0.3
    assert 0.25 <= epochs[-1].loss < 0.3


def test_the_same_seed_gives_the_same_run(epochs):
    def measured(run):
        return [dataclasses.replace(epoch, seconds=0.0) for epoch in run]

    assert measured(train(network(), WORDS, WORDS[:2], **SETTINGS)) == measured(epochs)
    assert measured(train(network(), WORDS, WORDS[:2], **SETTINGS | {"seed": 1})) != measured(epochs)


def test_gradient_norm_is_the_one_before_clipping():
    # One batch, so one step: the norm is that of the untrained network, by central differences over its weights.
    model = network(cell=cells.ELMAN).double()
    batch, squares, step = batch_of(WORDS), 0.0, 1e-5
    with torch.no_grad():
        for parameter in model.parameters():
            for place in np.ndindex(*parameter.shape):
                kept = parameter[place].item()
                bits = []
                for moved in (kept + step, kept - step):
                    parameter[place] = moved
                    bits.append(bits_per_symbol(model, batch).item())
                parameter[place] = kept
                squares += ((bits[0] - bits[1]) / (2 * step)) ** 2
    settings = SETTINGS | {"epochs": 1, "batch_size": len(WORDS), "clip": 1e-3}
    (epoch,) = train(model, WORDS, WORDS, **settings)
    assert epoch.gradient_norm == pytest.approx(math.sqrt(squares), rel=1e-6)
    assert epoch.gradient_norm > 100 * settings["clip"]
    # What is left after clipping is what the last step used.
    left = math.sqrt(sum(float((parameter.grad**2).sum()) for parameter in model.parameters()))
    assert left == pytest.approx(1e-3, rel=1e-2)


def test_padding_is_neither_predicted_nor_counted():
    model, short, long = network().double(), (0, 1, 0), (0, 2, 1, 3, 2, 0)
    batch = batch_of([short, long])
    assert batch.mask.sum(dim=0).tolist() == [2, 5]
    with torch.no_grad():
        total = sum(
            -math.log2(model(torch.tensor(word[:-1])).softmax(-1)[place, symbol].item())
            for word in (short, long)
            for place, symbol in enumerate(word[1:])
        )
    assert evaluate(model, [short, long]) == pytest.approx(total / 7, abs=1e-12)


def test_loss_is_the_mean_over_symbols_not_over_batches():
    # Without learning, the loss of an epoch is the network's bits on its sequences, however they are batched.
    words = [(0, 1, 0), (0, 2, 1, 3, 2, 0), (0, 3, 0)]
    settings = SETTINGS | {"epochs": 1, "batch_size": 2, "learning_rate": 0.0}
    model = network().double()
    (epoch,) = train(model, words, WORDS, **settings)
    assert epoch.loss == pytest.approx(evaluate(model, words), abs=1e-12)


def test_a_sequence_without_anything_to_predict_is_refused():
    with pytest.raises(ValueError, match="at least two symbols"):
        batch_of([(0, 1, 0), (0,)])
    with pytest.raises(ValueError, match="at least two symbols"):
        batch_of([])
