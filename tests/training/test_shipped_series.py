"""The networks that forecast and come with rnnviz are what their recipes make, and reach what is said of them."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error

from rnnviz.cells import CELLS, GRU
from rnnviz.data.series import FOLDER, load_series
from rnnviz.networks.forecaster import Forecaster
from rnnviz.tasks.forecasting import Measured, examples, split, usual_values
from rnnviz.training.baselines import baselines_of
from rnnviz.training.run import Point, shipped, shipped_weights
from rnnviz.training.series import CHOSEN_AT, recipe_for
from tools import baselines, runs, series

SEEDS = (0, 1, 2)
RECIPES = series.recipes()


def named(recipe):
    return f"{recipe.series}-{recipe.cell.name}-{recipe.seed}"


def weights_of(recipe):
    return shipped_weights(shipped(recipe), recipe.steps)


@pytest.mark.parametrize("recipe", RECIPES, ids=named)
def test_every_cell_has_learned_every_series_from_three_seeds(recipe):
    run, arrays = shipped(recipe), weights_of(recipe)
    assert (run.recipe, run.status, [*run.moments]) == (recipe, "done", [recipe.steps])
    assert 0 <= arrays[CHOSEN_AT] <= recipe.steps
    assert run.ended.tested == pytest.approx(dict(enumerate(arrays["mae.direct"].tolist(), start=1)), rel=1e-6)


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe.seed == 0], ids=named)
def test_what_is_said_of_a_network_is_what_its_weights_reach(recipe):
    arrays, values = weights_of(recipe), usual_values(load_series(recipe.series))
    network = Forecaster.of(arrays, recipe.cell, recipe.reads, recipe.window)
    tests = examples(values, split(len(values)).test, network.needed, recipe.horizon)
    errors = mean_absolute_error(tests.targets.T, network.direct(tests.windows).T, multioutput="raw_values")
    assert arrays["mae.direct"] == pytest.approx(errors, rel=1e-5)
    chooses = examples(values, split(len(values)).choose, network.needed, recipe.horizon)
    rounded = mean_absolute_error(chooses.targets, network.direct(chooses.windows))
    assert shipped(recipe).moments[recipe.steps] == pytest.approx(rounded, rel=0.01)  # float16, and not every window


def test_a_run_is_made_again_by_its_recipe():
    recipe = recipe_for("co2", CELLS["lstm"])
    kept, made = {point.step: point for point in shipped(recipe).points}, []
    for item in recipe.training():
        if isinstance(item, Point) and item.step in kept:
            made.append(item)
        if made:
            break
    assert made[0].loss == pytest.approx(kept[made[0].step].loss, rel=1e-4)


def test_all_that_the_page_on_series_ships_is_small():
    names = [recipe.shipped_name for recipe in [*RECIPES, *baselines.recipes()]]
    files = [runs.FOLDER / f"{name}.{ending}" for name in names for ending in ("json", "safetensors")]
    data = [FOLDER / f"{name}.csv" for name in ("bleeding", "co2", "glucose", "stocks", "sunspots", "water")]
    assert sum(file.stat().st_size for file in [*files, *data]) < 1_500_000


def networks(name, cell=GRU):
    """What the networks from each seed reach, by horizon: (S, K)."""
    return np.array([weights_of(recipe_for(name, cell, seed))["mae.direct"] for seed in SEEDS])


def simple(name):
    recipe = baselines_of(recipe_for(name, GRU))
    return {method: one.measured for method, one in recipe.read(weights_of_measurement(recipe)).items()}


def weights_of_measurement(recipe):
    run = shipped(recipe)
    return shipped_weights(run, max(run.moments))


def test_glucose_is_forecast_better_by_networks_than_by_any_simple_method_an_hour_ahead():
    """By more than the seeds are apart; five minutes ahead linear autoregression is better than all of them."""
    methods, gru = simple("glucose"), networks("glucose")
    hour = gru[:, -1]
    best = min(one.mae[-1] for one in methods.values())
    assert best - hour.max() > np.ptp(hour)
    assert (gru[:, 0] > methods["linear"].mae[0]).all()


@pytest.mark.parametrize("stock", ["aapl", "ibm", "msft"])
@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_nothing_beats_the_mean_of_the_returns(stock, cell):
    mean = simple(f"{stock}-return")["mean"].mae.mean()
    assert (networks(f"{stock}-return", CELLS[cell]).mean(axis=1) > mean).all()
    assert all(one.mae.mean() > 0.999 * mean for one in simple(f"{stock}-return").values())


@pytest.mark.parametrize("stock", ["aapl", "ibm", "msft"])
def test_how_much_a_price_moves_can_be_forecast(stock):
    """Better than by its mean, by every network and by linear autoregression."""
    methods = simple(f"{stock}-range")
    assert networks(f"{stock}-range").mean(axis=1).max() < 0.8 * methods["mean"].mae.mean()
    assert methods["linear"].mae.mean() < 0.8 * methods["mean"].mae.mean()


def test_intervals_of_seattle_cover_about_what_they_are_made_for():
    covered = [Measured.read("direct", weights_of(recipe_for("seattle", GRU, seed))).covered for seed in SEEDS]
    assert np.median(covered, axis=0).min() >= 0.85
    assert np.median(covered, axis=0).max() <= 0.95


def test_seattle_is_forecast_as_well_a_day_ahead_and_a_little_worse_a_week_ahead_than_by_linear_autoregression():
    linear, gru = simple("seattle")["linear"].mae, np.median(networks("seattle"), axis=0)
    assert gru[0] < 1.01 * linear[0]
    assert 1 < gru[-1] / linear[-1] < 1.06
