"""`rnnviz.analysis.forecasting`: how good a network is, how far back it looks and what its units follow."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis.forecasting import (
    FEATURES,
    WAYS,
    Followed,
    Follows,
    Reach,
    features,
    findings,
    forecasts_of,
    held_out,
    measured,
    occluded,
    season_wave,
    slopes,
)
from rnnviz.analysis.units import LEFT, TELLS
from rnnviz.cells import ANSWER, CELLS, ELMAN, GRU
from rnnviz.data.series import Series
from rnnviz.language.arithmetic import evaluate
from rnnviz.networks.forecaster import READS, Forecaster
from rnnviz.networks.torch_modules import TORCH, CellLayer
from rnnviz.tasks.forecasting import examples, split
from tests.own_cells import PEEPHOLE

CELLS_OF_A_TEST = pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE], ids=lambda cell: cell.name)


def network_of(cell=GRU, reads="value", window=9, horizon=3, hidden_size=5, seed=0):
    random = np.random.default_rng(seed)
    readout = {"W_hy": random.normal(size=(horizon, hidden_size)), "b_y": random.normal(size=horizon)}
    return Forecaster(cell, cell.init(1, hidden_size, seed), readout, reads, window, 10.0, 4.0)


def a_wave(length=300, season=20, seed=0):
    noise = np.random.default_rng(seed).normal(scale=0.5, size=length)
    return 10 + 4 * np.sin(2 * np.pi * np.arange(length) / season + 0.7) + noise


@CELLS_OF_A_TEST
@pytest.mark.parametrize("reads", READS)
def test_slopes_are_those_of_autograd_and_of_central_differences(cell, reads):
    network, window = network_of(cell, reads), a_wave(10 if reads == "change" else 9)
    found = slopes(network, window)
    values = torch.tensor(window, requires_grad=True)
    read = values.diff() if reads == "change" else values
    hidden = CellLayer(cell, network.weights, torch.float64)(((read - 10) / 4)[:, None])[cell.state[0]][-1]
    readout = {name: torch.tensor(value) for name, value in network.readout.items()}
    answers = 4 * evaluate(ANSWER, readout, {"h": hidden}, TORCH)["y"] + (values[-1] if reads == "change" else 10)
    for ahead, answer in enumerate(answers):
        (theirs,) = torch.autograd.grad(answer, values, retain_graph=True)
        assert found[ahead] == pytest.approx(theirs.numpy(), abs=1e-12)
    step = 1e-5
    moved = window[:, None] + step * np.stack([np.eye(len(window)), -np.eye(len(window))])[:, :, :]
    by_difference = (network.direct(moved[0]) - network.direct(moved[1])) / (2 * step)
    assert found == pytest.approx(by_difference, abs=1e-8)


@pytest.mark.parametrize("reads", READS)
def test_a_value_is_left_out_by_a_line_between_its_neighbours(reads):
    network, window = network_of(reads=reads), a_wave(10 if reads == "change" else 9)
    found = occluded(network, window)
    steps = np.arange(len(window))
    for step in steps:
        known = steps != step
        other = np.interp(steps, steps[known], window[known])  # which goes on flat beyond an end
        assert found[:, step] == pytest.approx(network.direct(window) - network.direct(other), abs=1e-9)


@pytest.mark.parametrize("reads", READS)
def test_what_is_measured_is_what_one_origin_after_another_gives(reads):
    network, values = network_of(reads=reads), a_wave()
    found = measured(network, values)
    errors = {way: [] for way in WAYS}
    for origin in examples(values, split(300).test, 9, 3).origins:
        window = values[origin + 1 - network.needed : origin + 1]
        coming = values[origin + 1 : origin + 4]
        errors["direct"].append(abs(network.direct(window) - coming))
        errors["recursive"].append(abs(network.recursive(window, 3) - coming))
    for way in WAYS:
        assert found[way].mae == pytest.approx(np.mean(errors[way], axis=0))
    assert found["direct"].mae[0] == pytest.approx(found["recursive"].mae[0])


def test_many_windows_are_forecast_as_each_by_itself():
    network, windows = network_of(), np.random.default_rng(0).normal(size=(9, 1300))
    for way, forecast in WAYS.items():
        assert forecasts_of(network, windows, way) == pytest.approx(forecast(network, windows))


#: What copies the value `LAG` steps back: a chain of units, each of which takes over what the one before held.
LAG = 3


def copier():
    """An Elman RNN, its numbers so small that tanh is nearly a line, whose answer is the value `LAG` steps back."""
    size, small = LAG + 1, 1e-3
    shift = np.eye(size, k=-1)
    weights = {"W_xh": small * np.eye(size)[:, :1], "W_hh": shift, "b_h": np.zeros(size)}
    readout = {"W_hy": np.eye(size)[-1:] / small, "b_y": np.zeros(1)}
    return Forecaster(ELMAN, weights, readout, "value", 8, 0.0, 1.0)


def test_a_network_that_copies_an_older_value_looks_back_to_it_and_nowhere_else():
    network, values = copier(), np.random.default_rng(0).normal(size=400)
    reach = Reach.of(network, values)
    typical = np.diff(values[:256]).std()
    assert reach.moved == pytest.approx(typical * np.eye(8)[LAG], rel=1e-4, abs=1e-9)
    assert reach.far == LAG + 1
    window = values[:8]
    assert slopes(network, window)[0] == pytest.approx(np.eye(8)[8 - 1 - LAG], abs=1e-4)
    left_out = window[4] - (window[3] + window[5]) / 2
    assert occluded(network, window)[0] == pytest.approx(left_out * np.eye(8)[8 - 1 - LAG], abs=1e-4)


def test_a_network_that_looks_at_nothing_looks_back_nowhere():
    network = network_of()
    blind = replace(network, readout={**network.readout, "W_hy": np.zeros((3, 5))})
    assert Reach.of(blind, a_wave()).far == 0
    assert Reach.of(network, np.full(300, 7.0)).far == 0  # nothing has ever moved


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40).filter(sum))
def test_how_far_back_is_the_least_that_has_most(moved):
    reach = Reach(np.array(moved))
    assert sum(moved[: reach.far]) >= 0.9 * sum(moved) - 1e-9
    assert sum(moved[: reach.far - 1]) < 0.9 * sum(moved) + 1e-9


def test_a_unit_that_holds_a_feature_is_found_and_told_by_the_last_value():
    """Of a wave whose season is four windows long: unit 1 of the copier is the last value."""
    values = a_wave(season=32)
    follows = Follows.of(copier(), values, 32)
    best = follows.best("last")
    assert (best.place, best.rises) == (0, True)
    assert best.score == pytest.approx(1, abs=1e-4)
    tests = held_out(copier(), values)[1]
    wave, states = season_wave(values, 32)[tests.origins], copier().run(tests.windows)["h"][-1]
    for unit in range(LAG + 1):
        expected = np.corrcoef(wave, states[:, unit])[0, 1]
        assert follows.tested[FEATURES.index("season"), unit] == pytest.approx(expected)
    assert follows.last[FEATURES.index("season")] == pytest.approx(np.corrcoef(wave, tests.windows[-1])[0, 1])


def test_the_season_is_the_wave_of_the_part_that_is_learned_from():
    steps = np.arange(300)
    wave = 3 * np.sin(2 * np.pi * steps / 20 + 0.7)
    values = 5 + 0.01 * steps + wave
    assert season_wave(values, 20) == pytest.approx(wave)
    later = values.copy()
    later[192:] = 99.0
    assert season_wave(later, 20) == pytest.approx(wave)
    assert np.isnan(season_wave(values, 0)).all()


def test_features_are_known_from_what_was_read():
    values = a_wave()
    found = features(values, 9, 20)
    assert found[50, 0] == values[50]
    assert found[50, 1] == pytest.approx(values[50] - values[49])
    assert found[50, 2] == pytest.approx(values[42:51].mean())


def test_what_is_found_comes_back_from_what_is_kept():
    series = Series("a", "A", (), a_wave(), "", "", "day", 20, "")
    kept = findings(network_of(), series)
    follows, reach = Follows.of(network_of(), series.values, 20), Reach.of(network_of(), series.values)
    assert Reach.read_from(kept).moved == pytest.approx(reach.moved, rel=1e-6)
    again = Follows.read_from(kept)
    for name, value in vars(follows).items():
        assert getattr(again, name) == pytest.approx(value, abs=1e-3)
    assert all(again.best(feature).place == follows.best(feature).place for feature in FEATURES)


SCORES = st.floats(0, 1)


@given(st.sampled_from(FEATURES), SCORES, SCORES, SCORES)
def test_a_unit_is_a_finding_where_nothing_else_tells_it(feature, score, untrained, last):
    verdict = Followed(feature, 0, True, score, untrained, last).verdict
    controls = [untrained] if feature == "last" else [untrained, last]
    told = max(controls) >= TELLS
    assert told == (verdict in ("last", "untrained"))
    if not told:
        assert (verdict == "finding") == (1 - score <= LEFT * (1 - max(controls)))


def test_where_nothing_comes_back_there_is_nothing_to_compare():
    assert Follows.of(network_of(), a_wave(), 0).best("season").verdict == "undefined"
