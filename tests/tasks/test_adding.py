import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest
from torch import from_numpy
from torch.nn.functional import mse_loss

from rnnviz.tasks.adding import ADDING


@given(seed=st.integers(0, 2**32), length=st.integers(4, 120), count=st.integers(1, 5))
def test_the_answer_is_the_sum_of_the_two_that_are_marked(seed, length, count):
    examples = ADDING.draw(np.random.default_rng(seed), length, count)
    assert examples.inputs.shape == (length, count, 2)
    for sequence in range(count):
        marked = []
        for time_step in range(length):
            value, marker = examples.inputs[time_step, sequence]
            assert 0 <= value < 1
            assert marker in (0, 1)
            if marker:
                marked.append((time_step, float(value)))
            assert examples.mask[time_step, sequence] == (time_step == length - 1)
        (first, one), (second, other) = marked
        assert first < length // 2 <= second < length
        assert examples.targets[-1, sequence] == pytest.approx(one + other, abs=1e-6)


def test_markers_are_anywhere_in_their_half_and_values_uniform():
    examples = ADDING.draw(np.random.default_rng(0), 21, 20_000)
    first, second = np.array([np.flatnonzero(markers) for markers in examples.inputs[..., 1].T]).T
    assert chisquare(np.bincount(first, minlength=10)).pvalue > 0.001
    assert chisquare(np.bincount(second - 10, minlength=11)).pvalue > 0.001
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(20_000)
    assert kstest(examples.inputs[3, :, 0], "uniform").pvalue > 0.001


def test_the_metric_is_the_squared_error_of_torch():
    random = np.random.default_rng(0)
    examples = ADDING.draw(random, 10, 100)
    outputs = random.normal(size=(10, 100, 1)).astype(np.float32)
    by_torch = mse_loss(from_numpy(outputs[-1, :, 0]), from_numpy(examples.targets[-1])).item()
    assert ADDING.score(outputs, examples) == pytest.approx(by_torch, rel=1e-6)
