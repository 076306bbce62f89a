import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from rnnviz.tasks.copy_memory import COPY


@given(seed=st.integers(0, 2**32), length=st.integers(1, 60), count=st.integers(1, 4))
def test_the_ten_symbols_come_back_after_the_blanks(seed, length, count):
    examples = COPY.draw(np.random.default_rng(seed), length, count)
    for sequence in range(count):
        read = "".join(COPY.inputs[int(np.flatnonzero(x)[0])] for x in examples.inputs[:, sequence])
        written = "".join(COPY.outputs[code] for code in examples.targets[:, sequence])
        found = re.fullmatch(rf"([a-h]{{10}})_{{{length - 1}}}\?_{{10}}", read)
        assert found
        assert written == "_" * (length + 10) + found[1]
    assert examples.mask.all()
    assert examples.scored.sum(axis=0).tolist() == [10] * count
    assert examples.scored[-10:].all()


def test_all_symbols_are_as_frequent_at_every_place():
    examples = COPY.draw(np.random.default_rng(0), 1, 10_000)
    for symbols in examples.targets[-10:]:
        assert chisquare(np.bincount(symbols, minlength=8)).pvalue > 0.001


def test_recall_is_the_share_of_the_ten_that_are_right():
    examples = COPY.draw(np.random.default_rng(0), 5, 4)
    outputs = np.random.default_rng(1).normal(size=(25, 4, 9)).astype(np.float32)
    right = sum(
        max(range(9), key=lambda code: outputs[step, sequence, code]) == examples.targets[step, sequence]
        for step in range(15, 25)
        for sequence in range(4)
    )
    assert 0 < right < 40
    assert COPY.score(outputs, examples) == pytest.approx(right / 40, abs=1e-15)


def test_who_answers_a_blank_where_a_symbol_is_wanted_recalls_nothing():
    examples = COPY.draw(np.random.default_rng(0), 5, 4)
    outputs = np.zeros((25, 4, 9), np.float32)
    outputs[..., COPY.outputs.index("_")] = 1
    assert COPY.score(outputs, examples) == 0
