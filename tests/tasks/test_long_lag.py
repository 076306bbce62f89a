import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from rnnviz.tasks.long_lag import LONG_LAG


@given(seed=st.integers(0, 2**32), length=st.integers(1, 80), count=st.integers(1, 5))
def test_the_answer_is_the_first_symbol(seed, length, count):
    examples = LONG_LAG.draw(np.random.default_rng(seed), length, count)
    for sequence in range(count):
        text = "".join(LONG_LAG.inputs[int(np.flatnonzero(x)[0])] for x in examples.inputs[:, sequence])
        assert re.fullmatch(rf"[xy][a-h]{{{length}}}", text)
        assert np.flatnonzero(examples.mask[:, sequence]).tolist() == [length]
        assert LONG_LAG.outputs[examples.targets[length, sequence]] == text[0]


def test_symbols_are_as_frequent_and_tell_nothing_of_the_first():
    examples = LONG_LAG.draw(np.random.default_rng(0), 2, 20_000)
    first, second, third = examples.inputs.argmax(axis=-1)
    assert chisquare(np.bincount(first)).pvalue > 0.001
    assert chisquare(np.bincount(8 * first + second - 2)).pvalue > 0.001
    assert chisquare(np.bincount(8 * second + third - 18)).pvalue > 0.001


def test_networks_for_any_lag_have_the_same_input():
    sizes = {LONG_LAG.draw(np.random.default_rng(0), length, 2).inputs.shape[-1] for length in (1, 50, 400)}
    assert sizes == {10}


def test_the_metric_is_the_share_of_right_answers():
    examples = LONG_LAG.draw(np.random.default_rng(0), 3, 50)
    outputs = np.random.default_rng(1).normal(size=(4, 50, 2)).astype(np.float32)
    right = [(y[1] > y[0]) == x[1] for x, y in zip(examples.inputs[0], outputs[-1])]
    assert LONG_LAG.score(outputs, examples) == pytest.approx(np.mean(right), abs=1e-15)
