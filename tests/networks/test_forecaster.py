"""`rnnviz.networks.forecaster`: what a network reads of a series, and what its answers stand for."""

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS, from_torch
from rnnviz.networks.forecaster import READS, Forecaster, scaling_of
from tests.own_cells import PEEPHOLE

VALUES = 20 + np.cumsum(np.random.default_rng(0).normal(size=(13, 4)), axis=0)


def readout(hidden_size, horizon, seed=0):
    random = np.random.default_rng(seed)
    return {"W_hy": random.normal(size=(horizon, hidden_size)), "b_y": random.normal(size=horizon)}


def network_of(cell, reads):
    window = len(VALUES) - (reads == "change")
    return Forecaster(cell, cell.init(1, 5, 0), readout(5, 3), reads, window, 1.5, 2.0)


@pytest.mark.parametrize("layer", [torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU], ids=lambda layer: layer.__name__)
def test_a_forecast_is_that_of_pytorch(layer):
    torch.manual_seed(0)
    theirs = layer(1, 5, dtype=torch.float64)
    cell, weights = from_torch(theirs)
    network = Forecaster(cell, weights, readout(5, 3), "value", 13, 1.5, 2.0)
    with torch.no_grad():
        hidden = theirs(torch.from_numpy((VALUES - 1.5) / 2.0)[..., None])[0][-1].numpy()
    answers = hidden @ network.readout["W_hy"].T + network.readout["b_y"]
    assert network.direct(VALUES) == pytest.approx(1.5 + 2.0 * answers.T, abs=1e-12)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
def test_what_reads_changes_forecasts_from_the_last_value(cell):
    network = network_of(cell, "change")
    changes = Forecaster(cell, network.weights, network.readout, "value", 12, 1.5, 2.0)
    expected = changes.direct(np.diff(VALUES, axis=0)) - 1.5 + VALUES[-1]
    assert network.direct(VALUES) == pytest.approx(expected, abs=1e-12)
    assert network.direct(VALUES + 100) == pytest.approx(network.direct(VALUES) + 100)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)
@pytest.mark.parametrize("reads", READS)
def test_to_feed_back_is_to_read_on_as_if_it_had_come(cell, reads):
    network, known = network_of(cell, reads), VALUES
    found = network.recursive(VALUES, 4)
    for one in found:
        assert one == pytest.approx(network.direct(known)[0], abs=1e-12)
        known = np.vstack([known, one])


@pytest.mark.parametrize("reads", READS)
def test_what_is_wanted_is_what_would_forecast_without_an_error(reads):
    network = network_of(CELLS["gru"], reads)
    targets = np.random.default_rng(1).normal(size=(3, 4))
    wanted = network.wanted(targets, VALUES[-1])
    assert network._values(wanted, VALUES[-1]) == pytest.approx(targets)


def test_the_scale_is_that_of_what_is_read():
    values = VALUES[:, 0]
    assert scaling_of(values, "value") == pytest.approx((values.mean(), values.std()))
    assert scaling_of(values, "change") == pytest.approx((np.diff(values).mean(), np.diff(values).std()))
    assert scaling_of(np.full(9, 3.0), "change") == (0.0, 1.0)
    for size in (1e300, 1e-300):
        assert scaling_of(size * values, "value") == pytest.approx(
            (size * values.mean(), size * values.std()), rel=1e-12, abs=0
        )


def test_weights_that_do_not_fit_are_refused():
    network = network_of(CELLS["gru"], "value")
    arrays = {f"core.{name}": value for name, value in network.weights.items()}
    arrays |= {"readout.W_hy": np.zeros((3, 5)), "series.centre": np.array(0.0), "series.scale": np.array(1.0)}
    with pytest.raises(ValueError, match="the read-out"):
        Forecaster.of(arrays, network.cell, "value", 13)
