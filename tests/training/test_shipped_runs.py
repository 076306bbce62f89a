"""The runs that came with rnnviz are what their recipes make, and what the page says of them is so."""

import math

import numpy as np
import pytest
import torch

from rnnviz.cells import CELLS, ELMAN, GRU, LSTM
from rnnviz.networks.torch_modules import SequenceModel
from rnnviz.settings.compare import comparison
from rnnviz.tasks import TASKS
from rnnviz.training.contest import ahead, result
from rnnviz.training.loop import AT_MOMENTS, HELD_OUT_SEED, Training
from rnnviz.training.run import shipped, shipped_weights
from rnnviz.ui.compare.results import verdict
from tools import runs

RECIPES = runs.recipes(runs.CONTESTS)


def named(recipe):
    return f"{recipe.task}-{recipe.cell.name}-{recipe.initialisation}-{recipe.seed}"


@pytest.mark.parametrize("recipe", RECIPES, ids=named)
def test_every_task_and_cell_has_finished_runs(recipe):
    run = shipped(recipe)
    assert run.recipe == recipe
    assert run.finished
    assert run.points[-1].step == recipe.steps
    assert run.versions["torch"].startswith("2.13.0")
    assert bool(run.moments) == (recipe.seed == 0)


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe.seed == 0], ids=named)
def test_the_metric_of_a_moment_is_that_of_its_weights(recipe):
    run, task = shipped(recipe), TASKS[recipe.task]
    example = task.held_out(np.random.default_rng(HELD_OUT_SEED), recipe.length, AT_MOMENTS)
    model = SequenceModel(recipe.cell, example.inputs.shape[2], task.output_size, recipe.hidden_size)
    assert 0 in run.moments
    assert recipe.steps in run.moments
    for step in (0, recipe.steps):
        load(model, shipped_weights(run, step))
        with torch.no_grad():
            metric = task.score(model(torch.from_numpy(example.inputs)).numpy(), example)
        assert metric == pytest.approx(run.moments[step], rel=1e-3, abs=2 / AT_MOMENTS if task.metric.share else 1e-4)


def load(model, arrays):
    """Put weights by their names in the equations into a network of PyTorch's layers."""
    model._start("l0", {name.removeprefix("layer1."): array for name, array in arrays.items() if "layer1" in name})
    with torch.no_grad():
        model.readout.weight.copy_(torch.from_numpy(arrays["readout.W_hy"]))
        model.readout.bias.copy_(torch.from_numpy(arrays["readout.b_y"]))


def test_a_run_is_made_again_by_its_recipe():
    recipe = comparison(task="names").contest.recipes()[ELMAN][0]
    run, points = shipped(recipe), []
    for item in Training(recipe):
        if hasattr(item, "loss"):
            points.append(item)
        if len(points) == 3:
            break
    assert [point.loss for point in points] == pytest.approx([point.loss for point in run.points[:3]], rel=1e-4)


def test_they_are_small_enough_to_ship():
    sizes = [file.stat().st_size for file in runs.FOLDER.iterdir()]
    assert max(sizes) < 1_500_000
    assert sum(sizes) < 12_000_000


def results(settings, cells=("elman", "lstm", "gru")):
    shown = comparison(**settings, cells=tuple(CELLS[name] for name in cells)).contest
    level = shown.task.metric.learned
    found = {
        cell: result(cell, [shipped(recipe) for recipe in recipes], shown.task.metric, level)
        for cell, recipes in shown.recipes().items()
    }
    return shown, found


def test_gated_cells_learn_to_add_and_the_elman_rnn_stays_at_chance():
    _, found = results({})
    assert all(found[cell].metric.high < 0.01 for cell in (LSTM, GRU))
    assert found[ELMAN].metric.low > 0.15
    assert ahead(list(found.values()), "smaller")[:2] == [(LSTM, ELMAN), (GRU, ELMAN)]


def test_adding_is_learned_sooner_by_an_lstm_that_starts_by_chrono():
    """As the link to it says."""
    (_, plain), (_, chrono) = results({}), results({"initialisation": "chrono"})
    assert chrono[LSTM].steps_to_level.high < plain[LSTM].steps_to_level.low
    assert chrono[GRU].steps_to_level.high > plain[GRU].steps_to_level.low
    _, biased = results({"initialisation": "forget_bias"})
    assert all(biased[cell].metric.high < 0.01 for cell in (LSTM, GRU))
    assert biased[LSTM].steps_to_level.high > plain[LSTM].steps_to_level.low


def test_the_start_of_the_weights_decides_the_long_lag():
    """As its lesson and its link say."""
    _, plain = results({"task": "lag"})
    assert all(plain[cell].metric.high < 0.6 for cell in (LSTM, GRU))
    assert plain[ELMAN].metric.low < 0.6 < 0.99 < plain[ELMAN].metric.high
    _, chrono = results({"task": "lag", "initialisation": "chrono"})
    assert all(chrono[cell].metric.low > 0.99 for cell in (LSTM, GRU))
    assert all(chrono[cell].steps_to_level.median < chrono[ELMAN].steps_to_level.median for cell in (LSTM, GRU))


def test_chrono_learns_the_temporal_order_and_the_default_does_not():
    _, plain = results({"task": "order"})
    assert all(plain[cell].metric.high < 0.5 for cell in (LSTM, GRU))
    _, chrono = results({"task": "order", "initialisation": "chrono"})
    assert all(chrono[cell].metric.low > 0.99 for cell in (LSTM, GRU))


def test_a_model_that_counts_is_hard_to_beat_on_names():
    shown, found = results({"task": "names"})
    counting = shown.task.baseline.level(1)
    assert math.isclose(counting, 2.84, abs_tol=0.01)
    assert all(abs(one.metric.median - counting) < 0.15 for one in found.values())


def test_counting_is_tested_beyond_what_was_trained():
    shown, _ = results({"task": "dyck"})
    for recipes in shown.recipes().values():
        for recipe in recipes:
            ended = shipped(recipe).ended
            assert set(ended.tested) == set(TASKS["dyck"].tested_at)
            assert ended.tested[160] < ended.metric


def test_what_the_page_concludes_follows_from_the_runs():
    shown, found = results({})
    said = verdict(shown, list(found.values()))
    assert "Every LSTM did better than every Elman RNN." in said
