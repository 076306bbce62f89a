import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from rnnviz.tasks.temporal_order import ORDER

PUBLISHED = {"XX": "Q", "XY": "R", "YX": "S", "YY": "U"}


def texts(examples):
    """What is read of each sequence, the padding left out."""
    codes, lengths = examples.inputs.argmax(axis=-1).T.tolist(), examples.inputs.any(axis=-1).sum(axis=0)
    return ["".join(ORDER.inputs[code] for code in row[:length]) for row, length in zip(codes, lengths)]


@given(seed=st.integers(0, 2**32), length=st.integers(10, 150), count=st.integers(1, 4))
def test_the_class_is_the_order_of_the_two_marks(seed, length, count):
    examples = ORDER.draw(np.random.default_rng(seed), length, count)
    for sequence, text in enumerate(texts(examples)):
        found = re.fullmatch(r"E[abcd]*([XY])[abcd]*([XY])[abcd]*B", text)
        assert found
        assert length <= len(text) <= 1.1 * length
        assert length // 10 <= found.start(1) <= 0.2 * length
        assert length // 2 <= found.start(2) <= 0.6 * length
        assert np.flatnonzero(examples.mask[:, sequence]).tolist() == [len(text) - 1]
        assert not examples.inputs[len(text) :, sequence].any()
        answer = ORDER.outputs[examples.targets[len(text) - 1, sequence]]
        assert answer == f"{found[1]}, then {found[2]}"
    assert len(examples.inputs) == max(map(len, texts(examples)))


def test_classes_are_in_the_published_order():
    assert [PUBLISHED[answer[0] + answer[-1]] for answer in ORDER.outputs] == ["Q", "R", "S", "U"]


def test_at_length_100_positions_and_lengths_are_the_published_ones():
    """Lengths 100 to 110, the first mark at 10 to 20, the second at 50 to 60: each as frequent."""
    examples = ORDER.draw(np.random.default_rng(0), 100, 11_000)
    read = texts(examples)
    marks = [[found.start() for found in re.finditer("[XY]", text)] for text in read]
    for values, low in (
        ([len(text) for text in read], 100),
        ([first for first, _ in marks], 10),
        ([second for _, second in marks], 50),
    ):
        counts = np.bincount(np.array(values) - low)
        assert len(counts) == 11
        assert chisquare(counts).pvalue > 0.001


def test_classes_and_distractors_are_as_frequent_and_tell_nothing_of_each_other():
    examples = ORDER.draw(np.random.default_rng(1), 10, 40_000)
    read, answers = texts(examples), examples.targets[examples.mask.T.argmax(axis=1), np.arange(40_000)]
    assert chisquare(np.bincount(answers, minlength=4)).pvalue > 0.001
    letters = "".join(read)
    assert chisquare([letters.count(letter) for letter in "abcd"]).pvalue > 0.001
    lengths = np.array([len(text) for text in read])
    assert chisquare(np.bincount(answers[lengths == 10], minlength=4)).pvalue > 0.001
    assert chisquare(np.bincount(answers[lengths == 11], minlength=4)).pvalue > 0.001


def test_what_is_said_at_the_end_is_scored():
    examples = ORDER.draw(np.random.default_rng(0), 30, 200)
    outputs = np.random.default_rng(1).normal(size=(*examples.mask.shape, 4)).astype(np.float32)
    right = []
    for sequence, text in enumerate(texts(examples)):
        first, second = re.findall("[XY]", text)
        answer = 2 * (first == "Y") + (second == "Y")
        right.append(outputs[len(text) - 1, sequence].argmax() == answer)
    assert ORDER.score(outputs, examples) == pytest.approx(np.mean(right), abs=1e-15)
