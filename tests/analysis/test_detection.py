"""A network as a detector, and what was measured once of all of them."""

import numpy as np
import pytest

from rnnviz.analysis.detection import MEASURED, OneStep, measured_on, reached
from rnnviz.cells import GRU, LSTM
from rnnviz.data.series import SERIES, load_series
from rnnviz.networks.forecaster import READS, Forecaster
from rnnviz.tasks.detection import AFTER, learned_part, scores, simple_detectors
from tools.detection import network
from tools.series import SEEDS, TRAINED

LABELLED = ("bleeding", "water")


def network_of(cell, reads, window=6):
    random = np.random.default_rng(0)
    readout = {"W_hy": random.normal(size=(2, 4)), "b_y": random.normal(size=2)}
    return Forecaster(cell, cell.init(1, 4, 0), readout, reads, window, 20.0, 2.5)


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("cell", [GRU, LSTM], ids=lambda cell: cell.name)
def test_what_is_expected_is_forecast_from_the_window_before_alone(cell, reads):
    forecaster, values = network_of(cell, reads), np.random.default_rng(1).normal(20, 2, 40)
    distances = OneStep(forecaster).distances(values)
    needed = forecaster.needed
    assert np.isnan(distances[:needed]).all()
    for t in (needed, 20, 39):
        assert distances[t] == pytest.approx(values[t] - forecaster.direct(values[t - needed : t])[0])
    later = values.copy()
    later[25:] += 9
    np.testing.assert_array_equal(OneStep(forecaster).distances(later)[:25], distances[:25])


def test_a_series_shorter_than_the_window_has_no_distances():
    assert np.isnan(OneStep(network_of(GRU, "value")).distances(np.ones(6))).all()


def test_every_labelled_series_is_measured_with_every_detector_and_seed():
    assert {name for name in SERIES if load_series(name).events} == set(LABELLED)
    for name in LABELLED:
        found = measured_on(name)
        assert set(found) == {*simple_detectors(load_series(name)), *TRAINED}
        assert {len(found[cell]) for cell in TRAINED} == {len(SEEDS)}
    assert MEASURED.stat().st_size < 10_000


@pytest.mark.parametrize("name", LABELLED)
def test_what_was_measured_is_what_is_measured_now(name):
    series, found = load_series(name), measured_on(name)
    for detector, one in simple_detectors(series).items():
        assert found[detector] == (pytest.approx(reached(series, one)),)
    assert found["elman"][1] == pytest.approx(reached(series, network(name, "elman", 1)))


def test_an_alarm_after_an_event_is_not_counted_as_long_as_any_network_reads_the_event():
    for name in LABELLED:
        found = [network(name, "elman", 0), *simple_detectors(load_series(name)).values()]
        assert max(one.reach for one in found) <= AFTER


def test_the_event_of_the_heartbeat_is_the_first_peak_of_a_trained_network():
    bleeding = load_series("bleeding")
    ((start, stop),) = bleeding.events
    scored = scores(network("bleeding", "elman", 0), bleeding.values, learned_part(bleeding))
    assert start <= np.nanargmax(scored) < stop + AFTER
    for cell in TRAINED:
        assert all(one.average_precision == 1 for one in measured_on("bleeding")[cell])


def test_a_simple_method_finds_all_that_a_network_does():
    for name in LABELLED:
        found = measured_on(name)
        assert found["autoregression"][0].room > 1
        for cell in TRAINED:
            assert min(one.room for one in found[cell]) > 1
