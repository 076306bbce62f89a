"""The kind of run that measures the simple methods: what it keeps, and that it goes on where it stopped."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error

from rnnviz.cells import GRU, LSTM
from rnnviz.data.own_series import text_of
from rnnviz.data.series import SERIES, load_series
from rnnviz.tasks.baselines import METHODS, Problem
from rnnviz.tasks.forecasting import absolute_errors
from rnnviz.training.baselines import BaselinesRecipe, baselines_of
from rnnviz.training.recipe import read_recipe
from rnnviz.training.run import Moment, follow, pack_state, shipped, shipped_weights, unpack_state
from rnnviz.training.series import SeriesRecipe, recipe_for

RECIPE = BaselinesRecipe("co2", 12, 3)


@pytest.fixture(scope="module")
def arrays():
    return follow(RECIPE)


def test_what_is_kept_is_what_each_method_reaches(arrays):
    problem = Problem(load_series("co2"), 12, 3)
    found = RECIPE.read(arrays)
    assert list(found) == list(METHODS)
    for name, baseline in found.items():
        said = baseline.fitted.forecast(problem.values, problem.test.origins)
        expected = mean_absolute_error(problem.test.targets.T, said.T, multioutput="raw_values")
        assert baseline.measured.mae == pytest.approx(expected, rel=1e-12)
        inside = (problem.test.targets - said >= baseline.measured.lower[:, None]) & (
            problem.test.targets - said <= baseline.measured.upper[:, None]
        )
        assert baseline.measured.covered == pytest.approx(inside.mean(axis=1))
        assert baseline.title == METHODS[name].title


def test_it_goes_on_where_it_stopped(arrays):
    first = RECIPE.training()
    for _ in zip(range(3), first):
        pass
    state = unpack_state(pack_state(first.state()))
    rest = [item for item in RECIPE.training(state) if item is not None]
    assert [item.step for item in rest] == [4, 5, 6, 6]
    kept = rest[-1].weights
    assert set(kept) == set(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(kept[name], array)


def test_a_series_of_ones_own_comes_as_a_text(arrays):
    text = text_of(load_series("co2"))
    own = BaselinesRecipe(text.digest, 12, 3)
    assert own.own_text == text.digest
    assert own.shipped_name is None
    (moment,) = [item for item in own.training(None, text) if isinstance(item, Moment)]
    np.testing.assert_array_equal(moment.weights["mae.linear"], arrays["mae.linear"])


def test_a_recipe_is_read_back_and_stands_beside_a_network():
    assert read_recipe(RECIPE.as_dict()) == RECIPE
    assert baselines_of(SeriesRecipe("co2", window=12, horizon=3)) == RECIPE


@pytest.mark.parametrize(
    ("given", "said"),
    [({"series": "tea"}, "series must be one of"), ({"window": 1}, "window must be"), ({"horizon": 0}, "horizon must")],
)
def test_what_cannot_be_is_refused(given, said):
    with pytest.raises(ValueError, match=said):
        BaselinesRecipe(**given)


def test_the_simple_methods_ship_for_every_series_beside_every_network():
    for name in SERIES:
        recipe = baselines_of(recipe_for(name, GRU))
        assert recipe == baselines_of(recipe_for(name, LSTM, seed=2))
        run = shipped(recipe)
        found = recipe.read(shipped_weights(run, max(run.moments)))
        assert {"persistence", "mean", "linear", "smoothing"} <= set(found)


def test_what_ships_is_what_is_measured_anew():
    recipe = baselines_of(recipe_for("sunspots", GRU))
    run, anew = shipped(recipe), follow(recipe)
    for name, array in shipped_weights(run, max(run.moments)).items():
        np.testing.assert_allclose(array, anew[name], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", SERIES)
def test_what_ships_was_measured_on_the_series_that_ships(name):
    recipe = baselines_of(recipe_for(name, GRU))
    run, problem = shipped(recipe), Problem(load_series(name), recipe.window, recipe.horizon)
    kept = recipe.read(shipped_weights(run, max(run.moments)))
    for baseline in kept.values():
        said = baseline.fitted.forecast(problem.values, problem.test.origins)
        assert absolute_errors(said, problem.test.targets) == pytest.approx(baseline.measured.mae, rel=1e-9)
    for what in ("persistence", "mean", "linear"):
        anew = METHODS[what].fit(problem).coefficients
        assert kept[what].fitted.coefficients == pytest.approx(anew, rel=1e-6, abs=1e-9)
