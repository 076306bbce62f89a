"""What holds of every task: its shapes, its chance levels, its scores."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.nn import functional

from rnnviz.tasks import TASKS
from rnnviz.tasks.task import Baseline, Examples, Metric, one_hot

EVERY = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def drawn(task, length=None, count=64, seed=0):
    return task.draw(np.random.default_rng(seed), length or task.lengths[1], count)


def right_answers(task, examples):
    """The outputs of one who knows all answers."""
    if not task.outputs:
        return examples.targets[..., None]
    return 50 * np.eye(task.output_size, dtype=np.float32)[examples.targets]


def torch_loss(outputs, examples):
    """The mean loss over the answers wanted, by torch."""
    wanted = torch.from_numpy(examples.mask)
    given, targets = torch.as_tensor(outputs)[wanted], torch.from_numpy(examples.targets)[wanted]
    if targets.is_floating_point():
        return functional.mse_loss(given[:, 0].double(), targets.double()).item()
    return functional.cross_entropy(given.double(), targets).item()


def test_tasks_are_found_by_their_names():
    assert {"adding", "copy", "order", "lag", "dyck", "names"} <= set(TASKS)
    assert all(name == task.name for name, task in TASKS.items())
    assert len({task.title for task in TASKS.values()}) == len(TASKS)


@EVERY
@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("held_out", [False, True])
def test_examples_are_of_the_shapes_and_kinds_a_network_takes(task, which, count, held_out):
    draw = task.held_out if held_out else task.draw
    examples = draw(np.random.default_rng(3), task.lengths[which], count)
    steps = len(examples.inputs)
    assert examples.inputs.shape == (steps, count, len(task.inputs))
    assert examples.inputs.dtype == np.float32
    assert examples.targets.shape == examples.mask.shape == examples.scored.shape == (steps, count)
    assert examples.targets.dtype == (np.int64 if task.outputs else np.float32)
    assert examples.mask.dtype == examples.scored.dtype == np.bool_
    assert not examples.targets[~examples.mask].any()
    assert not (examples.scored & ~examples.mask).any()
    assert examples.scored.any(axis=0).all()
    if task.outputs:
        assert 0 <= examples.targets.min() <= examples.targets.max() < len(task.outputs)
    if task.one_hot:
        # A symbol at every step, but nothing once an answer has been given for the last time.
        after = np.cumsum(examples.mask[::-1], axis=0)[::-1] == 0
        assert set(np.unique(examples.inputs)) <= {0.0, 1.0}
        np.testing.assert_array_equal(examples.inputs.sum(axis=-1), ~after)


@EVERY
def test_the_generator_decides_all_and_nothing_else_does(task):
    for draw in (task.draw, task.held_out):
        one, same, other = (draw(np.random.default_rng(seed), task.lengths[1], 32) for seed in (5, 5, 6))
        for name in ("inputs", "targets", "mask", "scored"):
            np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
        assert one.inputs.shape != other.inputs.shape or not np.array_equal(one.inputs, other.inputs)


@EVERY
def test_a_draw_changes_no_other(task):
    before = drawn(task)
    kept = before.inputs.copy(), before.targets.copy(), before.mask.copy()
    before.inputs[:], before.targets[:], before.mask[:] = 0, 0, False
    after = drawn(task)
    for one, other in zip(kept, (after.inputs, after.targets, after.mask)):
        np.testing.assert_array_equal(one, other)


@EVERY
def test_who_knows_all_answers_has_learned_the_task(task):
    for length in task.lengths:
        examples = drawn(task, length)
        metric = task.score(right_answers(task, examples), examples)
        assert metric == pytest.approx(0.0 if task.metric.better == "smaller" else 1.0, abs=1e-12)
        assert task.metric.learned is None or task.metric.reached(metric, task.metric.learned)


@EVERY
def test_chance_has_not_learned_the_task_and_is_no_better_than_the_baseline(task):
    for length in {*task.lengths, *task.tested_at} - {min(task.lengths)}:
        chance = task.chance(length)
        assert task.metric.learned is None or not task.metric.reached(chance, task.metric.learned)
        assert task.baseline is None or task.metric.reached(task.baseline.level(length), chance)


@EVERY
def test_only_the_answers_that_count_are_scored(task):
    examples = drawn(task)
    outputs = right_answers(task, examples)
    spoilt = np.where(examples.scored[..., None], outputs, 9 - outputs)
    assert task.score(spoilt, examples) == task.score(outputs, examples)
    time_step, sequence = np.argwhere(examples.scored)[-1]
    outputs[time_step, sequence] = 9 - outputs[time_step, sequence]
    assert task.score(outputs, examples) != task.score(spoilt, examples)


@EVERY
def test_a_score_does_not_change_the_outputs(task):
    examples = drawn(task)
    outputs = np.random.default_rng(1).normal(size=(*examples.mask.shape, task.output_size)).astype(np.float32)
    kept = outputs.copy()
    task.score(outputs, examples)
    np.testing.assert_array_equal(outputs, kept)


def _blind(task, steps, count):
    """The outputs of one who knows the task and the step, but has not looked at the input."""
    outputs = np.zeros((steps, count, task.output_size))
    match task.name:
        case "adding":
            outputs += 1.0
        case "copy":
            blank = task.outputs.index("_")
            outputs[:-10, :, blank] = 100
            outputs[-10:, :, blank] = -100
        case "dyck":
            for step, none_open in enumerate(_none_open(steps)):
                # At step 2 both are as probable; the guess is that one may close, as at all other steps.
                outputs[step] = np.log([max(none_open, 1e-40), 1 - none_open + 1e-6])
    return outputs.astype(np.float32)


def _none_open(steps):
    """How probable it is after each step that no bracket is open: all depths, carried from step to step."""
    depths = [1.0]
    for _ in range(steps):
        after = [0.0] * (len(depths) + 1)
        for depth, probability in enumerate(depths):
            after[depth + 1] += probability * (0.5 if depth else 1.0)
            if depth:
                after[depth - 1] += probability * 0.5
        depths = after
        yield depths[0]


@EVERY
@pytest.mark.parametrize("which", [0, 1])
def test_chance_is_the_metric_of_one_who_has_not_looked(task, which):
    """Right to four standard errors, themselves measured on ten parts of the sample."""
    length, parts = task.lengths[which], []
    for part in range(10):
        examples = drawn(task, length, 1000, seed=part)
        parts.append(task.score(_blind(task, *examples.mask.shape), examples))
    assert np.mean(parts) == pytest.approx(task.chance(length), abs=4 * np.std(parts, ddof=1) / math.sqrt(10) + 1e-6)


@EVERY
@pytest.mark.parametrize("which", [0, 1])
def test_chance_loss_is_the_loss_of_one_who_has_not_looked(task, which):
    length, parts = task.lengths[which], []
    for part in range(10):
        examples = drawn(task, length, 1000, seed=part)
        parts.append(torch_loss(_blind(task, *examples.mask.shape), examples))
    error = 4 * np.std(parts, ddof=1) / math.sqrt(10) + 1e-6
    assert np.mean(parts) == pytest.approx(task.chance_loss(length), abs=error)


def test_the_loss_of_a_memoryless_copier_is_the_published_one():
    for length in (1, 30, 300):
        examples = drawn(TASKS["copy"], length)
        published = 10 * math.log(8) / (length + 20)
        assert torch_loss(_blind(TASKS["copy"], *examples.mask.shape), examples) == pytest.approx(published, rel=1e-6)
        assert TASKS["copy"].chance_loss(length) == pytest.approx(published, rel=1e-15)


def test_always_answering_one_has_the_published_error():
    assert TASKS["adding"].chance(50) == pytest.approx(0.1667, abs=5e-5)
    assert TASKS["adding"].chance(50) == TASKS["adding"].chance_loss(50) == pytest.approx(2 * (1 / 3 - 1 / 4))


@EVERY
def test_a_network_may_read_from_the_end_where_that_shows_it_nothing(task):
    """After the first answer that counts, what is read must be the same in every sequence."""
    examples = drawn(task, count=40)
    shown = set()
    for sequence in range(40):
        first = np.flatnonzero(examples.scored[:, sequence])[0]
        shown |= {row.tobytes() for row in examples.inputs[first + 1 :, sequence]}
    assert (len(shown) <= 1) == task.both_directions


@EVERY
def test_what_is_shown_of_a_task_is_said_in_plain_short_sentences(task):
    assert task.asks.endswith((".", "?"))
    assert len(task.asks) < 130
    assert task.source
    titles = [task.title, task.metric.title, task.length_title, *([task.baseline.title] if task.baseline else [])]
    assert all(title[0].isupper() or title[0].isdigit() for title in titles)
    assert len(set(task.inputs)) == len(task.inputs)
    assert len(set(task.outputs)) == len(task.outputs)


def test_a_metric_knows_which_way_is_better():
    assert Metric("a", "A", "larger").reached(0.9, 0.9)
    assert not Metric("a", "A", "larger").reached(0.8, 0.9)
    assert Metric("a", "A", "smaller").reached(0.8, 0.9)
    assert not Metric("a", "A", "smaller").reached(1.0, 0.9)


def test_baselines_are_where_a_simple_method_exists():
    assert {name for name, task in TASKS.items() if isinstance(task.baseline, Baseline)} == {"dyck", "names"}


def test_the_metric_counts_where_the_loss_does_unless_said_otherwise():
    mask = np.array([[True], [False]])
    examples = Examples(np.zeros((2, 1, 1), np.float32), np.zeros((2, 1), np.int64), mask)
    assert examples.scored is mask


def test_padding_is_all_zeros():
    np.testing.assert_array_equal(
        one_hot(np.array([[0, 2], [3, 1]]), 3), [[[1, 0, 0], [0, 0, 1]], [[0, 0, 0], [0, 1, 0]]]
    )


def test_tasks_need_neither_torch_nor_pandas_nor_the_names_until_they_are_drawn():
    code = "import sys, rnnviz.tasks; print(*({'torch', 'pandas', 'scipy', 'names', 'streamlit'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
