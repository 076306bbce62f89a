import math

import numpy as np
import pytest
import torch

from rnnviz.analysis import context
from rnnviz.analysis.context import Reach, cut, measure, places_of, reach_from, reset, shuffled, whole
from rnnviz.cells import GRU, LSTM
from rnnviz.networks.checkpoints import Checkpoint
from rnnviz.networks.torch_modules import NextSymbol
from tests.own_cells import PEEPHOLE

ALPHABET = "abcd"
CODES = np.random.default_rng(0).integers(0, len(ALPHABET), 60)


def network_of(cell):
    weights = {f"core.{name}": 3 * value for name, value in cell.init(len(ALPHABET), 5, 0).items()}
    readout = np.random.default_rng(1).normal(size=(len(ALPHABET), 5))
    arrays = {**weights, "readout.W_hy": readout, "readout.b_y": readout[:, 0]}
    return Checkpoint.of(arrays, {"recipe": {"cell": cell}, "vocabulary": ALPHABET})


def bits_after(network, before, wanted):
    """By PyTorch, one context alone."""
    model = NextSymbol(network.cell, network.weights, network.readout, torch.float64)
    with torch.no_grad():
        return -torch.log_softmax(model(torch.tensor(before)), -1)[-1, wanted].item() / math.log(2)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(context, "WHOLE", 12)
    monkeypatch.setattr(context, "PLACES", 20)


@pytest.mark.parametrize("cell", [LSTM, GRU, PEEPHOLE], ids=lambda cell: cell.name)
def test_a_cut_context_is_a_text_that_begins_there(cell):
    network, places = network_of(cell), places_of(len(CODES))
    for kept in (1, 2, 11, 12):
        expected = [bits_after(network, CODES[place - kept : place], CODES[place]) for place in places]
        assert cut(network, CODES, places, kept) == pytest.approx(expected, abs=1e-12)
    assert np.array_equal(whole(network, CODES, places), cut(network, CODES, places, 12))


@pytest.mark.parametrize("every", [1, 2, 5, 13, 50])
def test_after_a_reset_a_network_knows_only_what_came_since(every):
    network, places = network_of(LSTM), places_of(len(CODES))
    expected = []
    for place in places:
        since = place - 1 - (place - 1) % every
        expected.append(bits_after(network, CODES[since:place], CODES[place]))
    assert reset(network, CODES, places, every) == pytest.approx(expected, abs=1e-12)


def test_shuffling_keeps_the_last_characters_and_the_others_in_number(monkeypatch):
    network, places, read = network_of(LSTM), places_of(len(CODES)), []
    monkeypatch.setattr(context, "read_rows", lambda network, codes: read.append(codes) or [np.full((1, 20, 4), 0.25)])
    for kept in (1, 5, 10):
        shuffled(network, CODES, places, kept)
        for place, column in zip(places, read[-1].T, strict=True):
            before = CODES[place - 12 : place]
            assert np.array_equal(column[12 - kept :], before[12 - kept :])
            assert sorted(column[: 12 - kept]) == sorted(before[: 12 - kept])
        assert any(not np.array_equal(column, CODES[place - 12 : place]) for place, column in zip(places, read[-1].T))


def test_where_all_is_kept_nothing_is_shuffled():
    network, places = network_of(GRU), places_of(len(CODES))
    assert np.array_equal(shuffled(network, CODES, places, 12), whole(network, CODES, places))
    assert np.array_equal(shuffled(network, CODES, places, 11), whole(network, CODES, places))  # one alone has no order


def test_a_network_that_sees_only_the_last_character_needs_no_more():
    """Without weights from the state, what was read before the last character is nothing to it."""
    network = network_of(LSTM)
    blind = {name: np.zeros_like(value) if name.startswith("W_h") else value for name, value in network.weights.items()}
    blind |= {"W_xf": np.zeros((5, 4)), "b_f": np.full(5, -50.0)}
    network = Checkpoint(LSTM, blind, network.readout, network.vocabulary, network.card)
    found = measure(network, CODES, {}, kept=(1, 2, 5), fewer=(1, 2, 5))
    for curve in (found.cut, found.shuffled, found.reset):
        assert list(curve.values()) == pytest.approx([found.whole] * 3)
    assert found.enough == found.ordered == 1


def test_n_grams_are_measured_at_the_same_places():
    bits = np.random.default_rng(2).uniform(size=len(CODES) - 1)
    found = measure(network_of(LSTM), CODES, {3: bits}, kept=(1,), fewer=(2,))
    assert found.ngrams == {3: pytest.approx(np.mean([bits[place - 1] for place in places_of(len(CODES))]))}


def test_unknown_characters_are_read_and_not_counted():
    codes = np.where(np.arange(len(CODES)) % 3 == 0, len(ALPHABET), CODES)
    places = places_of(len(codes))
    bits = cut(network_of(LSTM), codes, places, 4)
    assert np.array_equal(np.isnan(bits), codes[places] == len(ALPHABET))
    assert math.isfinite(measure(network_of(LSTM), codes, {}, kept=(2,), fewer=(1,)).whole)


def test_how_far_is_far_enough():
    curve = {1: 3.0, 5: 2.0, 10: 1.601, 20: 1.63, 50: 1.61, 100: 1.6}
    found = Reach(1.6, curve, {1: 1.6, 5: 1.6, 10: 1.61}, {}, {})
    assert (found.enough, found.ordered) == (50, 1)  # at 20 it is worse again by more than 1 %
    assert Reach(1.6, {1: 2.0}, {}, {}, {}).enough == context.WHOLE
    assert reach_from(found.as_dict()) == found


def test_places_lie_evenly_and_have_a_context():
    places = places_of(60)
    assert places[0] == 12
    assert places[-1] == 59
    assert set(np.diff(places)) <= {2, 3}
    assert len(set(places_of(15))) == 3
