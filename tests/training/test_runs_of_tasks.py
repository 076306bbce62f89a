"""`rnnviz.training.loop.Training`: runs of a task."""

import math

import numpy as np
import pytest
import torch

from rnnviz.tasks import TASKS
from rnnviz.training.loop import AT_MOMENTS, HELD_OUT_SEED, Training
from rnnviz.training.recipe import Recipe
from rnnviz.training.run import Moment, Point

SMALL = {"hidden_size": 6, "batch_size": 8, "length": 10, "steps": 60}
LENGTHS = {"order": 12, "names": 1}


def recipe(**settings):
    return Recipe(**{**SMALL, **settings})


def told(training):
    return [item for item in training if isinstance(item, Point)]


def same(one, other):
    """Whether two lists of what a training told are equal but for their times."""

    def plain(item):
        if isinstance(item, Point):
            return (item.step, item.loss, item.metric, item.gradient_norm, item.clipped)
        return (item.step, item.metric, *(value.tobytes() for value in item.weights.values()))

    return list(map(plain, filter(None, one))) == list(map(plain, filter(None, other)))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_every_task_can_be_trained(task, cell):
    training = Training(recipe(task=task, cell=cell, length=LENGTHS.get(task, 10), steps=5))
    points = told(training)
    assert [point.step for point in points] == [1, 2, 3, 4, 5]
    assert all(math.isfinite(point.loss) and point.seconds > 0 for point in points)
    assert training.ended.reason == "done"
    assert set(training.ended.tested) == set(TASKS[task].tested_at)


@pytest.mark.parametrize(
    ("optimizer", "theirs"),
    [
        ("adam", torch.optim.Adam),
        ("rmsprop", torch.optim.RMSprop),
        ("sgd", torch.optim.SGD),
        ("momentum", lambda *args, **options: torch.optim.SGD(*args, momentum=0.9, **options)),
    ],
)
@pytest.mark.parametrize("task", ["adding", "dyck"])
def test_a_run_is_a_plain_loop_of_pytorch(optimizer, theirs, task):
    settings = recipe(task=task, optimizer=optimizer, learning_rate=0.02, clip=0.3, steps=20)
    items = list(Training(settings))
    model = Training(settings).model
    optimiser, losses, norms = theirs(model.parameters(), lr=0.02), [], []
    for step in range(20):
        examples = TASKS[task].draw(np.random.default_rng([0, step]), 10, 8)
        outputs, wanted = model(torch.from_numpy(examples.inputs)), torch.from_numpy(examples.targets)
        if task == "adding":
            loss = ((outputs[-1, :, 0] - wanted[-1]) ** 2).mean()
        else:
            loss = torch.nn.functional.cross_entropy(outputs.flatten(0, 1), wanted.flatten())
        optimiser.zero_grad()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), 0.3)))
        optimiser.step()
        losses.append(loss.item())
    points = [item for item in items if isinstance(item, Point)]
    assert [point.loss for point in points] == pytest.approx(losses, rel=1e-5)
    assert [point.gradient_norm for point in points] == pytest.approx(norms, rel=1e-5)
    assert [point.clipped for point in points] == [float(norm > 0.3) for norm in norms]
    last = [item for item in items if isinstance(item, Moment)][-1]
    for name, value in model.arrays().items():
        np.testing.assert_allclose(last.weights[name], value, rtol=1e-5, atol=1e-7)


def test_the_metric_of_a_moment_is_that_of_its_weights_on_sequences_never_learned_from():
    training = Training(recipe())
    last = [item for item in training if isinstance(item, Moment)][-1]
    examples = TASKS["adding"].held_out(np.random.default_rng(HELD_OUT_SEED), 10, AT_MOMENTS)
    with torch.no_grad():
        outputs = training.model(torch.from_numpy(examples.inputs)).numpy()
    assert last.metric == pytest.approx(((outputs[-1, :, 0] - examples.targets[-1]) ** 2).mean(), rel=1e-5)


def test_points_are_means_over_the_steps_between_and_the_longest_gradient():
    every = told(Training(recipe(steps=100)))
    thinned = told(Training(recipe(steps=400)))
    assert [point.step for point in every] == list(range(1, 101))
    assert [point.step for point in thinned] == [1, *range(4, 401, 4)]
    assert thinned[0].loss == every[0].loss
    assert thinned[1].loss == pytest.approx(np.mean([point.loss for point in every[1:4]]))
    assert thinned[1].gradient_norm == max(point.gradient_norm for point in every[1:4])


def test_moments_are_dense_at_first_and_hold_the_start_and_the_end():
    training = Training(recipe(steps=400))
    steps = [item.step for item in training if isinstance(item, Moment)]
    assert steps == [k * k for k in range(21)]
    again = Training(recipe(steps=400)).model.arrays()
    first = next(iter(Training(recipe(steps=400))))
    assert all(np.array_equal(first.weights[name], again[name]) for name in again)


@pytest.mark.parametrize("cell", ["lstm", "elman_relu"])
@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_a_run_that_was_stopped_anywhere_goes_on_to_the_last_bit(cell, optimizer):
    settings = recipe(cell=cell, optimizer=optimizer, steps=130)
    whole = list(Training(settings))
    for cut in (0, 1, 2, 3, 7, 40, len(whole) // 2, len(whole) - 1):
        first, told_first = Training(settings), []
        for item in first:
            told_first.append(item)
            if len(told_first) > cut:
                break
        second = Training(settings, first.state())
        assert same(told_first + list(second), whole)
        assert second.ended.step == 130


def test_a_loss_too_large_ends_the_run_at_its_step_with_the_norm_before():
    training = Training(recipe(cell="elman_relu", optimizer="sgd", learning_rate=10.0, clip=0.0, steps=500))
    points = told(training)
    ended = training.ended
    assert ended.reason == "diverged"
    assert ended.metric is None
    assert 1 < ended.step < 500
    assert 0 < ended.norm_before < math.inf
    assert all(math.isfinite(point.loss) for point in points)


def test_a_budget_of_seconds_is_kept():
    training = Training(recipe(budget="seconds", seconds=1))
    points = told(training)
    assert training.ended.seconds == pytest.approx(1.0, abs=0.2)
    assert 50 <= len(points) <= 102
    assert [point.seconds for point in points] == sorted(point.seconds for point in points)


def test_a_network_is_counted_as_its_equations_are():
    training = Training(recipe(cell="lstm", steps=1))
    told(training)
    assert training.ended.parameters == 4 * (6 * 2 + 6 * 6 + 6) + 6 + 1


def test_the_task_with_defaults_is_learned():
    training = Training(Recipe(steps=800))
    told(training)
    assert training.ended.metric < 0.01


def test_no_limit_means_that_nothing_is_clipped():
    assert all(point.clipped == 0 for point in told(Training(recipe(clip=0.0, steps=20))))
