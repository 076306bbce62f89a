"""What the browser forecasts, and how that follows what was read, against Python and central differences."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.analysis.forecasting import occluded, slopes
from rnnviz.cells import GRU, LSTM
from rnnviz.data.series import Series
from rnnviz.networks.forecaster import READS, Forecaster
from rnnviz.player.series_payload import forecaster_data, forecasting
from rnnviz.tasks.baselines import LinearMap, Smoothing
from rnnviz.tasks.forecasting import Measured
from rnnviz.training.baselines import Baseline
from tests.browser.stage import ALL_CELLS
from tests.own_cells import OF_FUNCTIONS

ONES = Measured(*(np.ones(3) for _ in range(4)))


def series_of(values):
    times = tuple(f"day {t}" for t in range(len(values)))
    return Series("drawn", "A drawn series", times, np.asarray(values, float), "Height", "m", "day", 0, "nobody")


def forecaster_of(cell, reads="value", window=6, horizon=3, units=5, seed=0):
    """A network with random weights that forecasts."""
    random = np.random.default_rng(seed)
    readout = {"W_hy": random.normal(size=(horizon, units)), "b_y": random.normal(size=horizon)}
    return Forecaster(cell, cell.init(1, units, seed), readout, reads, window, 3.5, 2.5)


def forecast(stage, network, windows):
    """All that the browser finds of the last of several windows that one run was set to."""
    data = forecaster_data(series_of(np.zeros(3)), network, "A network")
    return stage.page.evaluate(
        """async ([data, windows]) => {
            const { Forecast, Forecaster } = await import("/engine/forecasting.js");
            const [first, ...others] = windows.map((values) => Float64Array.from(values));
            const run = new Forecast(new Forecaster(data), first);
            for (const values of others) run.read(values);
            const aheads = Array.from({ length: data.horizon }, (_, k) => k);
            const each = (find) => Object.fromEntries(["direct", "recursive"].map((way) => [way, find(way)]));
            const listed = (way) => aheads.map((ahead) => Array.from(run.occlusions(way, ahead)).reverse());
            return {
                ...each((way) => Array.from(run[way])),
                hidden: run.trace.rows(data.cell.state[0]).map((row) => Array.from(row)),
                gradient: each((way) => aheads.map((ahead) => Array.from(run.gradient(way, ahead)))),
                occlusions: each(listed),
            };
        }""",
        [data, [list(map(float, window)) for window in windows]],
    )


def recursive(network, window):
    return network.recursive(window, network.horizon)


def differences(forecast_of, window, by=1e-5):
    """Central differences of forecasts by each value of a window: (K, needed)."""
    moved = by * np.eye(len(window))
    return np.array([(forecast_of(window + one) - forecast_of(window - one)) / (2 * by) for one in moved]).T


def assert_same(shown, expected):
    np.testing.assert_allclose(shown, expected, rtol=1e-9, atol=1e-9)


def assert_forecast(stage, network, windows):
    found, window = forecast(stage, network, windows), np.asarray(windows[-1], float)
    fed = recursive(network, window)
    assert_same(found["direct"], network.direct(window))
    assert_same(found["recursive"], fed)
    whole = network.run(np.concatenate([window, fed[:-1]]))  # the same run goes on over its own forecasts
    assert_same(found["hidden"], whole[network.cell.state[0]])
    assert_same(found["gradient"]["direct"], slopes(network, window))
    expected = differences(lambda values: recursive(network, values), window)
    np.testing.assert_allclose(found["gradient"]["recursive"], expected, rtol=1e-5, atol=1e-6)
    assert_same(found["occlusions"]["direct"], occluded(network, window))


@pytest.mark.parametrize("reads", READS)
@pytest.mark.parametrize("cell", [*ALL_CELLS, *OF_FUNCTIONS], ids=lambda cell: cell.name)
def test_a_forecast_is_that_of_python(stage, cell, reads):
    network = forecaster_of(cell, reads)
    assert_forecast(stage, network, [np.random.default_rng(1).normal(3.5, 2.5, network.needed)])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_window_that_differs_from_the_one_before_is_read_anew_from_there(stage, data):
    """Whatever is changed in a window, and wherever: what is kept of the run before is what stays so."""
    window, horizon = data.draw(st.integers(2, 7)), data.draw(st.integers(1, 4))
    network = forecaster_of(
        data.draw(st.sampled_from([GRU, LSTM])), data.draw(st.sampled_from(list(READS))), window, horizon, units=3
    )
    numbers = st.floats(-20, 20, allow_nan=False)
    windows = [data.draw(st.lists(numbers, min_size=network.needed, max_size=network.needed))]
    for _ in range(data.draw(st.integers(0, 3))):
        windows.append(list(windows[-1]))
        for place in data.draw(st.sets(st.integers(0, network.needed - 1))):
            windows[-1][place] = data.draw(numbers)
        if data.draw(st.booleans()):  # all changes stay as they are
            windows[-1] = [value + 1.0 for value in windows[-1]]
    assert_forecast(stage, network, windows)


def test_a_value_on_the_line_between_its_neighbours_is_not_missed(stage):
    """Only the ends are: without one its neighbour stands in its place."""
    network = forecaster_of(GRU, window=8)
    found = forecast(stage, network, [np.linspace(0.0, 7.0, 8)])
    for way in ("direct", "recursive"):
        inner = np.array(found["occlusions"][way])[:, 1:-1]
        assert_same(inner, np.zeros_like(inner))


def simple_forecast(stage, fitted, values, origin):
    network = forecaster_of(GRU)
    data = forecasting(
        series_of(values),
        network,
        "A network",
        dict.fromkeys(("direct", "recursive"), ONES),
        {"one": Baseline("One", fitted, ONES)},
    )
    found = stage.page.evaluate(
        """async ([{ methods: [one] }, values, origin]) => {
            const { methodOf } = await import("/engine/simple_methods.js");
            return Array.from(methodOf(one).forecast(Float64Array.from(values), origin), (value) =>
                Number.isNaN(value) ? null : value);
        }""",
        [data, list(map(float, values)), origin],
    )
    return [np.nan if value is None else value for value in found]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_simple_methods_forecast_as_in_python(stage, data):
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    values, horizon = random.normal(size=20), data.draw(st.integers(1, 6))
    if data.draw(st.booleans()):
        fitted = LinearMap(random.normal(size=(horizon, 1 + data.draw(st.integers(0, 8)))))
        first = fitted.lags - 1
    else:
        season = data.draw(st.integers(1, 5))
        fitted = Smoothing(random.uniform(size=4), random.normal(size=2 + season), horizon)
        first = 0
    origin = data.draw(st.integers(max(first, 0), 19))
    assert_same(simple_forecast(stage, fitted, values, origin), fitted.forecast(values, np.array([origin]))[:, 0])


def test_a_method_that_reads_more_than_there_is_forecasts_nothing(stage):
    found = simple_forecast(stage, LinearMap(np.ones((2, 6))), np.arange(9.0), 3)
    assert np.isnan(found).all()
