import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.tasks.dyck import DYCK


def depths_of(text):
    """How many brackets are open after each."""
    depth, depths = 0, []
    for bracket in text:
        depth += {"(": 1, ")": -1}[bracket]
        depths.append(depth)
    return depths


def read(examples, sequence):
    return "".join(DYCK.inputs[int(np.flatnonzero(x)[0])] for x in examples.inputs[:, sequence])


def all_sequences(length, depth=0, text="", probability=1.0):
    """Every legal beginning with its probability, bracket by bracket."""
    if len(text) == length:
        yield text, probability
        return
    yield from all_sequences(length, depth + 1, text + "(", probability * (0.5 if depth else 1.0))
    if depth:
        yield from all_sequences(length, depth - 1, text + ")", probability * 0.5)


def probability_of(length, condition):
    return math.fsum(probability for text, probability in all_sequences(length) if condition(depths_of(text)))


@given(seed=st.integers(0, 2**32), length=st.integers(2, 120), count=st.integers(1, 5))
def test_no_bracket_closes_that_is_not_open_and_the_answer_says_which_may(seed, length, count):
    examples = DYCK.draw(np.random.default_rng(seed), length, count)
    assert examples.mask.all()
    for sequence in range(count):
        depths = depths_of(read(examples, sequence))
        assert min(depths) >= 0
        answers = [DYCK.outputs[code] for code in examples.targets[:, sequence]]
        assert answers == ["May close" if depth else "Must open" for depth in depths]


def test_sequences_are_as_frequent_as_their_probabilities_say():
    count, length = 40_000, 7
    examples = DYCK.draw(np.random.default_rng(0), length, count)
    drawn = [read(examples, sequence) for sequence in range(count)]
    expected = dict(all_sequences(length))
    assert math.fsum(expected.values()) == 1
    assert set(drawn) <= set(expected)
    deviations = [(drawn.count(text) - count * p) ** 2 / (count * p) for text, p in expected.items()]
    degrees = len(expected) - 1
    assert sum(deviations) < degrees + 4 * math.sqrt(2 * degrees)


@pytest.mark.parametrize("length", [1, 2, 3, 6, 9, 12])
def test_chance_is_how_often_all_answers_are_that_a_bracket_may_close(length):
    assert DYCK.chance(length) == pytest.approx(probability_of(length, all), abs=1e-15)


def test_nobody_who_has_not_looked_does_better_than_chance():
    for length in (2, 5, 8):
        best = max(
            probability_of(length, lambda depths, guess=guess: [depth > 0 for depth in depths] == list(guess))
            for guess in product((False, True), repeat=length)
        )
        assert DYCK.chance(length) == pytest.approx(best, abs=1e-15)


@pytest.mark.parametrize("length", [1, 2, 5, 12])
def test_chance_loss_is_the_mean_entropy_of_the_answers(length):
    nats = 0.0
    for step in range(1, length + 1):
        none_open = probability_of(step, lambda depths: depths[-1] == 0)
        nats -= sum(p * math.log(p) for p in (none_open, 1 - none_open) if p)
    assert DYCK.chance_loss(length) == pytest.approx(nats / length, abs=1e-15)


@pytest.mark.parametrize("length", [2, 7, 8, 9, 10, 13, 14])
def test_the_baseline_counts_while_it_sees_all_and_then_says_that_one_may_close(length):
    def faultless(depths):
        return all(depth > 0 for step, depth in enumerate(depths, start=1) if step > 8)

    assert DYCK.baseline.level(length) == pytest.approx(probability_of(length, faultless), abs=1e-15)


@pytest.mark.parametrize("length", [40, 160])
def test_the_baseline_is_what_it_reaches_on_drawn_sequences(length):
    examples = DYCK.draw(np.random.default_rng(0), length, 20_000)
    outputs = np.zeros((length, 20_000, 2), np.float32)
    outputs[..., 1] = 0.5
    outputs[:8, :, 0] = np.cumsum(examples.inputs[:8, :, 0] - examples.inputs[:8, :, 1], axis=0) == 0
    level = DYCK.baseline.level(length)
    assert DYCK.score(outputs, examples) == pytest.approx(level, abs=4 * math.sqrt(level * (1 - level) / 20_000))


def test_one_mistake_spoils_a_sequence():
    examples = DYCK.draw(np.random.default_rng(0), 12, 5)
    outputs = np.eye(2, dtype=np.float32)[examples.targets]
    assert DYCK.score(outputs, examples) == 1
    outputs[3, 1] = 1 - outputs[3, 1]
    assert DYCK.score(outputs, examples) == pytest.approx(4 / 5)
    outputs[7, 1] = 1 - outputs[7, 1]
    assert DYCK.score(outputs, examples) == pytest.approx(4 / 5)
    outputs[11, 4] = 1 - outputs[11, 4]
    assert DYCK.score(outputs, examples) == pytest.approx(3 / 5)


def test_longer_sequences_go_deeper_than_those_learned_from():
    deepest = [
        np.mean([max(depths_of(read(examples, sequence))) for sequence in range(200)])
        for examples in (DYCK.draw(np.random.default_rng(0), length, 200) for length in (40, 160))
    ]
    assert deepest[1] > 1.8 * deepest[0]  # as the square root of the length
    assert DYCK.tested_at == (80, 160)
