"""The view inside of the page on series, as its reader would use it."""

import numpy as np
import pytest

from rnnviz.analysis.forecasting import FEATURES, Follows, Reach, held_out
from rnnviz.cells import CELLS, GRU
from rnnviz.data.series import load_series
from rnnviz.networks.forecaster import Forecaster
from rnnviz.settings.series import FOLLOWED, FORECAST
from rnnviz.training.run import shipped, shipped_weights
from rnnviz.training.series import recipe_for
from rnnviz.ui.series.followed import follows_sentence, reach_sentence
from tests.pages.visit import visit


def said(page):
    return [element.value for element in page.markdown]


def kept_of(series, cell, seed=0):
    recipe = recipe_for(series, cell, seed)
    return recipe, shipped_weights(shipped(recipe), recipe.steps)


def test_the_verdict_comes_first_and_every_feature_opens_with_what_was_found():
    page = visit("series", view="inside")
    recipe, arrays = kept_of("seattle", GRU)
    for feature in FOLLOWED:
        page.button_group(key="follows").set_value(feature).run()
        assert not page.exception
        texts = said(page)
        found = follows_sentence(load_series("seattle"), GRU, 24, Follows.read_from(arrays).best(feature))
        assert any(text.startswith(found) for text in texts)
        assert reach_sentence(Reach.read_from(arrays), recipe.horizon) in texts
        first = next(text for text in texts if text.startswith("**"))
        assert "simple method" in first


@pytest.mark.parametrize("series", [name for name in FORECAST if name != "own"])
@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_every_network_that_ships_can_be_looked_into(series, cell):
    recipe, arrays = kept_of(series, CELLS[cell])
    follows = Follows.read_from(arrays)
    network = Forecaster.of(arrays, recipe.cell, recipe.reads, recipe.window)
    values = load_series(series).values
    tests = held_out(network, values)[1]
    best = follows.best("last")
    state = np.concatenate([network.run(tests.windows)[name][-1] for name in recipe.cell.state], axis=-1)
    expected = np.corrcoef(state[:, best.place], tests.windows[-1])[0, 1]
    assert abs(follows.tested[FEATURES.index("last"), best.place]) == pytest.approx(abs(expected), abs=2e-3)
    assert Reach.read_from(arrays).far >= 1
