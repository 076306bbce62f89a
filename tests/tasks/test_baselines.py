"""The simple methods, each beside a witness: statsmodels, scikit-learn, closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from rnnviz.data.series import Series, load_series
from rnnviz.tasks.baselines import METHODS, MOST_FITTED, LinearMap, Problem, Smoothing
from rnnviz.tasks.forecasting import absolute_errors, split

CO2 = load_series("co2")


def series(values, season=0):
    return Series("", "", tuple(map(str, range(len(values)))), np.asarray(values, float), "", "", "step", season, "")


def fitted(name, values, season=0, window=12, horizon=4):
    problem = Problem(series(values, season), window, horizon)
    return problem, METHODS[name].fit(problem)


def errors(problem, method):
    return absolute_errors(method.forecast(problem.values, problem.test.origins), problem.test.targets)


def noisy(length=300, seed=0, season=12):
    random = np.random.default_rng(seed)
    return 10 + 3 * np.sin(2 * np.pi * np.arange(length) / season) + random.normal(size=length).cumsum() / 3


drawn = st.tuples(
    st.integers(120, 260), st.integers(0, 99), st.sampled_from([0, 4, 7, 12]), st.integers(2, 20), st.integers(1, 15)
)


@settings(deadline=None, max_examples=6)
@given(drawn)
def test_no_method_looks_ahead(problem_drawn):
    """Neither what it is fitted to, nor what it reads: all that comes after an origin may be anything."""
    length, seed, season, window, horizon = problem_drawn
    values = noisy(length, seed, season or 12)
    problem = Problem(series(values, season), window, horizon)
    origin = int(problem.test.origins[seed % len(problem.test.origins)])
    later = values.copy()
    later[origin + 1 :] = 1e3 * np.random.default_rng(1).normal(size=length - origin - 1)
    other = Problem(series(later, season), window, horizon)
    for method in METHODS.values():
        one, two = method.fit(problem), method.fit(other)
        if one is None:
            assert two is None
            continue
        before, after = (found.forecast(given, np.array([origin])) for found, given in ((one, values), (two, later)))
        assert before.shape == (horizon, 1)
        np.testing.assert_array_equal(before, after)


@settings(deadline=None, max_examples=15)
@given(drawn)
def test_the_naive_methods_are_what_they_are_called(problem_drawn):
    length, seed, season, window, horizon = problem_drawn
    values = noisy(length, seed)
    problem = Problem(series(values, season), window, horizon)
    found = {name: METHODS[name].fit(problem) for name in ("persistence", "mean", "seasonal_naive")}
    learned = values[: split(length).learn.stop]
    for origin in problem.test.origins[::7]:
        said = {
            name: list(method.forecast(values, np.array([origin]))[:, 0]) for name, method in found.items() if method
        }
        assert said["persistence"] == [values[origin]] * horizon
        assert said["mean"] == [learned.mean()] * horizon
        if season:
            cycle = values[origin + 1 - season : origin + 1]
            assert said["seasonal_naive"] == [cycle[step % season] for step in range(horizon)]
        else:
            assert "seasonal_naive" not in said


@pytest.mark.parametrize("name", ["co2", "seattle", "ibm-range"])
def test_autoregression_is_least_squares_at_each_horizon(name):
    problem = Problem(load_series(name), 10, 5)
    found = METHODS["linear"].fit(problem)
    learn = problem.learn(problem.most_lags)
    last = learn.windows[-found.lags :][::-1]
    expected = LinearRegression().fit(last.T, learn.targets.T)
    assert found.coefficients[:, 1:] == pytest.approx(expected.coef_, rel=1e-6, abs=1e-8)
    assert found.coefficients[:, 0] == pytest.approx(expected.intercept_, rel=1e-6, abs=1e-6)
    origins = problem.test.origins
    read = np.stack([problem.values[origin - found.lags + 1 : origin + 1][::-1] for origin in origins])
    assert found.forecast(problem.values, origins) == pytest.approx(expected.predict(read).T, rel=1e-9)


def test_autoregression_one_step_ahead_is_that_of_statsmodels():
    problem = Problem(load_series("seattle"), 7, 1)
    found = METHODS["linear"].fit(problem)
    witness = AutoReg(problem.learned, found.lags, hold_back=problem.most_lags).fit()
    assert found.coefficients[0] == pytest.approx(witness.params, rel=1e-8)


def test_the_lags_that_are_taken_are_best_on_the_part_that_chooses():
    problem = Problem(CO2, 12, 3)
    found = METHODS["linear"].fit(problem)
    learn, choose = problem.learn(problem.most_lags), problem.choose
    reached = {}
    for lags in range(1, problem.most_lags + 1):
        model = LinearRegression().fit(learn.windows[-lags:].T, learn.targets.T)
        read = np.stack([problem.values[origin - lags + 1 : origin + 1] for origin in choose.origins])
        reached[lags] = absolute_errors(model.predict(read).T, choose.targets).mean()
    assert found.lags == min(reached, key=reached.get)


def test_seasonal_autoregression_is_least_squares_on_differences_from_a_season_before():
    problem = Problem(CO2, 12, 14)  # two seasons back for the last of these
    found = METHODS["seasonal_linear"].fit(problem)
    season, lags = CO2.season, found.lags - CO2.season
    learn = problem.learn(problem.most_lags + season)

    def read(values, origins):
        back = [values[origins - lag] - values[origins - lag - season] for lag in range(lags)]
        before = [values[origins + ahead - season * (1 + (ahead > season))] for ahead in range(1, 15)]
        return np.stack(back, axis=1), np.stack(before)

    differences, before = read(problem.values, learn.origins)
    witness = LinearRegression().fit(differences, (learn.targets - before).T)
    differences, before = read(problem.values, problem.test.origins)
    expected = before + witness.predict(differences).T
    assert found.forecast(problem.values, problem.test.origins) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", ["co2", "sunspots", "ibm-price", "seattle"])
def test_smoothing_goes_on_as_statsmodels_would(name):
    problem = Problem(load_series(name), 24, 14)
    found = METHODS["smoothing"].fit(problem)
    alpha, beta, gamma, phi = found.weights
    season = problem.season if len(found.start) > 3 else None
    for origin in problem.test.origins[:: len(problem.test.origins) // 3]:
        model = ExponentialSmoothing(
            problem.values[: origin + 1],
            trend="add",
            damped_trend=True,
            seasonal=season and "add",
            seasonal_periods=season,
            initialization_method="known",
            initial_level=found.start[0],
            initial_trend=found.start[1],
            initial_seasonal=found.start[2:] if season else None,
        )
        given = {"smoothing_level": alpha, "smoothing_trend": beta, "damping_trend": phi}
        more = {"smoothing_seasonal": gamma} if season else {}
        witness = model.fit(**given, **more, optimized=False, use_brute=False).forecast(14)
        assert found.forecast(problem.values, np.array([origin]))[:, 0] == pytest.approx(witness, rel=1e-7)


@pytest.mark.parametrize("length", [4003, 4006])
def test_the_seasons_of_a_long_series_stand_at_their_places(length):
    """Only its last values are fitted to; noise of deviation 1 leaves a mean error of sqrt(2 / pi)."""
    noise = np.random.default_rng(0).normal(size=length)
    problem, found = fitted("smoothing", 20 * np.sin(2 * np.pi * np.arange(length) / 7) + noise, season=7)
    assert len(problem.learned) - MOST_FITTED > 0
    assert errors(problem, found) == pytest.approx(np.sqrt(2 / np.pi), rel=0.1)


def test_smoothing_chooses_its_trend_where_none_is_learned_from():
    assert METHODS["smoothing"].fit(Problem(load_series("ibm-return"), 20, 5)).weights[0] < 0.01
    assert METHODS["smoothing"].fit(Problem(CO2, 24, 12)).start[1] > 0


def test_two_lags_forecast_a_sine_exactly():
    """sin(w (t + 1)) = 2 cos(w) sin(w t) - sin(w (t - 1))."""
    speed = 0.7
    problem, found = fitted("linear", 5 + np.sin(speed * np.arange(200)), window=2, horizon=1)
    assert errors(problem, found) == pytest.approx(0, abs=1e-10)
    two = LinearMap(np.array([[5 * (2 - 2 * np.cos(speed)), 2 * np.cos(speed), -1.0]]))
    assert two.forecast(problem.values, problem.test.origins) == pytest.approx(problem.test.targets, abs=1e-12)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.2, 2.9), st.floats(0.1, 50), st.floats(-100, 100), st.integers(1, 8))
def test_a_sine_of_any_speed_is_forecast_at_every_horizon(speed, size, centre, horizon):
    problem, found = fitted("linear", centre + size * np.sin(speed * np.arange(300)), window=4, horizon=horizon)
    assert errors(problem, found) == pytest.approx(np.zeros(horizon), abs=1e-6 * (size + abs(centre)))


def every_error(values):
    problem = Problem(series(values), 6, 4)
    found = {name: method.fit(problem) for name, method in METHODS.items()}
    return {name: errors(problem, method) for name, method in found.items() if method}


def test_nothing_beats_the_last_value_of_a_random_walk():
    """Its error after k steps is that of a sum of k draws: sqrt(2 k / pi) of one with deviation 1."""
    walks = [every_error(np.random.default_rng(seed).normal(size=3000).cumsum()) for seed in range(4)]
    last = np.array([walk["persistence"] for walk in walks])
    assert last.mean(axis=0) == pytest.approx(np.sqrt(2 * np.arange(1, 5) / np.pi), rel=0.05)
    for name in walks[0]:
        assert np.mean([walk[name] for walk in walks]) >= 0.998 * last.mean()


def test_nothing_beats_the_mean_of_noise():
    reached = every_error(np.random.default_rng(0).normal(size=4000))
    assert min(error.mean() for error in reached.values()) >= 0.998 * reached["mean"].mean()
    assert reached["persistence"].mean() / reached["mean"].mean() == pytest.approx(np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("values", [np.zeros(120), np.full(120, 7.5), np.arange(120.0)])
@pytest.mark.parametrize("season", [0, 4])
def test_a_series_that_says_little_is_forecast_too(values, season):
    problem = Problem(series(values, season), 8, 3)
    for name, method in METHODS.items():
        if (found := method.fit(problem)) is not None:
            assert np.isfinite(found.forecast(problem.values, problem.test.origins)).all(), name
    if np.ptp(values) == 0:
        assert errors(problem, METHODS["linear"].fit(problem)) == pytest.approx(0, abs=1e-9)


def test_a_season_needs_to_have_passed_to_be_used():
    assert fitted("seasonal_naive", noisy(300), season=195)[1] is None
    assert fitted("seasonal_naive", noisy(300), season=192)[1] is not None
    assert fitted("seasonal_linear", noisy(300), season=30)[1] is None
    assert fitted("seasonal_linear", noisy(60), season=12)[1] is None


def test_a_map_refuses_an_origin_before_which_too_little_is_known():
    with pytest.raises(ValueError, match="3 values up to each origin are read, and there are only 2"):
        LinearMap(np.ones((1, 4))).forecast(np.arange(9.0), np.array([5, 1]))


def test_smoothing_of_one_value_is_the_closed_form():
    """alpha = 1/2 without trend and season: halves of what came, and of the start."""
    method = Smoothing(np.array([0.5, 0, 0, 1]), np.array([8.0, 0, 0]), 2)
    assert method.forecast(np.array([4.0, 2.0, 99.0]), np.array([0, 1])).tolist() == [[6, 4], [6, 4]]


def test_of_a_labelled_series_only_what_is_usual_is_forecast():
    values = noisy(300)
    problem = Problem(replace(series(values), clean=(50, 150)), 8, 2)
    assert problem.learned.tolist() == values[50:114].tolist()
    assert problem.test.targets[-1, -1] == values[149]
