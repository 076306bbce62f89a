"""`rnnviz.training.series_loop`: networks that learn to forecast, and what a run of one keeps."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_error

from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.data.own_series import text_of
from rnnviz.data.series import SERIES, Series, load_series
from rnnviz.networks.forecaster import READS, Forecaster
from rnnviz.tasks.forecasting import examples, split
from rnnviz.training.recipe import read_recipe
from rnnviz.training.run import Moment, Point, pack_state, unpack_state
from rnnviz.training.series import CHOSEN_AT, SeriesRecipe, recipe_for
from tests.own_cells import FIRST_GRU, PEEPHOLE

SERIES_OF_A_TEST = Series(
    "test", "A wave", tuple(map(str, range(300))),
    3 + np.sin(np.arange(300) / 4) + np.random.default_rng(0).normal(scale=0.1, size=300),
    "Height", "m", "day", 25, "tests",
)  # fmt: skip
TEXT = text_of(SERIES_OF_A_TEST)
SMALL = SeriesRecipe(TEXT.digest, hidden_size=5, window=12, horizon=4, batch_size=8, steps=60)


def training_of(recipe, state=None):
    return recipe.training(state, TEXT)


def moments_of(training):
    return [item for item in training if isinstance(item, Moment)]


def plain(item):
    """What was measured, but for its time."""
    if isinstance(item, Point):
        return item.step, item.loss, item.metric, item.gradient_norm, item.clipped
    return item.step, item.metric, {name: value.tobytes() for name, value in item.weights.items()}


def network_of(moment, recipe):
    return Forecaster.of(moment.weights, recipe.cell, recipe.reads, recipe.window)


@pytest.mark.parametrize("cell", [*CELLS.values(), PEEPHOLE, FIRST_GRU], ids=lambda cell: cell.name)
@pytest.mark.parametrize("reads", READS)
def test_every_cell_can_be_trained_and_what_a_moment_says_is_what_its_equations_reach(cell, reads):
    recipe = replace(SMALL, cell=cell, reads=reads, steps=8)
    training = training_of(recipe)
    moments = moments_of(training)
    chooses = split(300).choose
    for moment in moments:
        network = network_of(moment, recipe)
        found = examples(SERIES_OF_A_TEST.values, chooses, network.needed, 4)
        reached = mean_absolute_error(found.targets, network.direct(found.windows))
        assert moment.metric == pytest.approx(reached, rel=1e-4)
    assert training.ended.parameters == sum(
        value.size for name, value in moments[-1].weights.items() if name.startswith(("core.", "readout."))
    )


def test_the_last_moment_is_the_best_one_and_has_what_that_reaches_on_what_was_never_seen():
    noise = replace(SERIES_OF_A_TEST, values=np.random.default_rng(1).normal(size=300))
    text = text_of(noise)
    training = replace(SMALL, series=text.digest, learning_rate=0.05).training(None, text)
    *before, last = moments_of(training)
    best = min(before, key=lambda one: one.metric)
    assert last.metric == best.metric
    assert last.weights[CHOSEN_AT] == best.step < last.step
    assert all(np.array_equal(last.weights[name], value) for name, value in best.weights.items())
    network = network_of(best, SMALL)
    found = examples(noise.values, split(300).test, network.needed, 4)
    errors = mean_absolute_error(found.targets.T, network.direct(found.windows).T, multioutput="raw_values")
    assert last.weights["mae.direct"] == pytest.approx(errors)
    assert training.ended.tested == pytest.approx(dict(enumerate(errors, start=1)))
    assert training.ended.metric == pytest.approx(errors.mean())


@pytest.mark.parametrize("reads", READS)
def test_a_run_is_a_plain_loop_of_pytorch(reads):
    recipe = replace(SMALL, cell="lstm", reads=reads, clip=0.2, steps=30)
    items = [item for item in training_of(recipe) if item]
    start = training_of(recipe).model
    layer, readout = start.core, start.readout
    weights = [*layer.parameters(), *readout.parameters()]
    optimizer = torch.optim.Adam(weights, lr=recipe.learning_rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 30)
    values = SERIES_OF_A_TEST.values[:192]
    read = np.diff(values, prepend=np.nan) if reads == "change" else values
    centre, scale = np.nanmean(read), np.nanstd(read)
    first, losses, norms = 12 if reads == "change" else 11, [], []
    for step in range(30):
        origins = first + np.random.default_rng([0, step]).integers(192 - 4 - first, size=8)
        x = np.stack([(read[t - 11 : t + 1] - centre) / scale for t in origins], axis=1)[..., None]
        base = values[origins] if reads == "change" else centre
        y = np.stack([(values[origins + k] - base) / scale for k in range(1, 5)], axis=1)
        answered = readout(layer(torch.from_numpy(x).float())[0][-1])
        loss = (answered - torch.from_numpy(y).float()).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(weights, 0.2)))
        optimizer.step()
        falling.step()
        losses.append(loss.item())
    points = [item for item in items if isinstance(item, Point)]
    assert [point.loss for point in points] == pytest.approx(losses, rel=1e-4)
    assert [point.metric for point in points] == pytest.approx(scale * np.array(losses), rel=1e-4)
    assert [point.gradient_norm for point in points] == pytest.approx(norms, rel=1e-3)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("cell", [LSTM, GRU, PEEPHOLE], ids=lambda cell: cell.name)
def test_a_run_that_was_stopped_anywhere_goes_on_to_the_last_bit(cell):
    recipe = replace(SMALL, cell=cell, learning_rate=0.05)
    whole = list(training_of(recipe))
    for cut in (0, 1, 7, len(whole) // 2, len(whole) - 1):
        first, told = training_of(recipe), []
        for item in first:
            told.append(item)
            if len(told) > cut:
                break
        second = training_of(recipe, unpack_state(pack_state(first.state())))
        both = [*told, *second]
        assert [plain(item) for item in both if item] == [plain(item) for item in whole if item]
        assert second.ended.step == recipe.steps


def test_nothing_of_the_last_part_is_learned_from_or_chosen_on():
    other = SERIES_OF_A_TEST.values.copy()
    other[split(300).test.start :] = 99.0
    changed = text_of(replace(SERIES_OF_A_TEST, values=other))
    one, two = (moments_of(replace(SMALL, series=text.digest).training(None, text))[-1] for text in (TEXT, changed))
    assert all(np.array_equal(one.weights[name], two.weights[name]) for name in network_weights(one))
    assert not np.array_equal(one.weights["mae.direct"], two.weights["mae.direct"])


def network_weights(moment):
    return [name for name in moment.weights if name.startswith(("core.", "readout.", "series.", "chosen."))]


@pytest.mark.parametrize("name", ["bleeding", "water"])
def test_of_a_labelled_series_only_what_is_usual_is_learned_from(name):
    series = load_series(name)
    start, stop = series.clean
    training = recipe_for(name, GRU).training()
    learned = np.diff(series.values[start : start + (stop - start) * 64 // 100])
    assert training.recipe.reads == "change"
    assert training.scaling == pytest.approx((learned.mean(), learned.std()))
    assert np.array_equal(training.values, series.values[start:stop])


def test_what_never_changes_is_forecast_as_it_is():
    constant = replace(SERIES_OF_A_TEST, values=np.full(300, 7.0))
    text = text_of(constant)
    training = replace(SMALL, series=text.digest, reads="change").training(None, text)
    last = moments_of(training)[-1]
    assert all(np.isfinite(value).all() for name, value in last.weights.items() if not name.startswith("follows."))
    assert last.metric < 0.05


def test_a_series_that_is_too_short_is_refused_in_a_sentence():
    text = text_of(replace(SERIES_OF_A_TEST, times=SERIES_OF_A_TEST.times[:20], values=SERIES_OF_A_TEST.values[:20]))
    with pytest.raises(ValueError, match="a window of 12 and 4 values after it need a series of at least"):
        replace(SMALL, series=text.digest).training(None, text)


def test_a_recipe_comes_back_and_says_what_it_is():
    for recipe in (SeriesRecipe(), replace(SMALL, cell=PEEPHOLE)):
        again = read_recipe(json.loads(json.dumps(recipe.as_dict())))
        assert (again, again.run_id) == (recipe, recipe.run_id)
    assert SeriesRecipe().in_words == "seattle    gru          24 units, 600 steps, seed 0"
    assert SeriesRecipe(steps=400).spent(100, 1e9) == 0.25
    assert math.isclose(SMALL.spent(60, 0), 1)


@pytest.mark.parametrize("name", SERIES)
def test_there_is_a_recipe_for_every_series_that_ships(name):
    recipe = recipe_for(name, PEEPHOLE, 3)
    assert (recipe.series, recipe.cell, recipe.seed) == (name, PEEPHOLE, 3)
    series = load_series(name)
    examples(series.values, range(len(series.values)), recipe.window + 1, recipe.horizon)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"series": "tides"}, "series must be one of seattle, .*, or the SHA-256 of one, not 'tides'"),
        ({"series": None}, "series must be one of .*, not None"),
        ({"reads": "price"}, "reads must be one of value, change, not 'price'"),
        ({"window": 1}, "window must be a whole number from 2 to 400, not 1"),
        ({"horizon": 61}, "horizon must be a whole number from 1 to 60, not 61"),
        ({"initialisation": "zero"}, "initialisation must be one of "),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(values, said):
    with pytest.raises(ValueError, match=said):
        read_recipe({"kind": "series", **values})
