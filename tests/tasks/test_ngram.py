import math

import numpy as np
import pytest

from rnnviz.data.names import VOCABULARY, encode, load_names, split
from rnnviz.tasks.ngram import NGram

# Codes: 0 the boundary, 1 "a", 2 "b". Counted by hand in ·aab· and ·ab·:
# after nothing: a 3, b 2, boundary 2; after a: a 1, b 2; after b: boundary 2; after the boundary: a 2.
SEQUENCES = [(0, 1, 1, 2, 0), (0, 1, 2, 0)]


def test_unigram_by_hand():
    # (count + kinds * uniform) / (total + kinds), with 7 symbols of 3 kinds and a uniform 1/3.
    np.testing.assert_allclose(NGram(SEQUENCES, 3, 1).probabilities((0, 1)), [3 / 10, 4 / 10, 3 / 10], rtol=1e-15)


def test_bigram_by_hand():
    model = NGram(SEQUENCES, 3, 2)
    np.testing.assert_allclose(model.probabilities((1,)), [0.6 / 5, 1.8 / 5, 2.6 / 5], rtol=1e-15)  # 2 kinds of 3
    np.testing.assert_allclose(model.probabilities((2,)), [2.3 / 3, 0.4 / 3, 0.3 / 3], rtol=1e-15)  # 1 kind of 2
    np.testing.assert_array_equal(model.probabilities((1, 2)), model.probabilities((2,)))


def test_a_context_never_seen_falls_back_to_its_end():
    model = NGram(SEQUENCES, 3, 3)
    np.testing.assert_array_equal(model.probabilities((2, 1)), NGram(SEQUENCES, 3, 2).probabilities((1,)))


def test_bits_are_the_mean_over_predicted_symbols_the_end_included():
    model = NGram(SEQUENCES, 3, 2)
    given = [2.4 / 3, 2.6 / 5, 2.3 / 3]  # a after the boundary, b after a, the boundary after b
    assert model.bits_per_symbol([(0, 1, 2, 0)]) == pytest.approx(-sum(map(math.log2, given)) / 3, abs=1e-14)


def test_without_data_the_guess_is_uniform():
    assert NGram([], 27, 4).bits_per_symbol([encode("ann")]) == pytest.approx(math.log2(27), abs=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_probabilities_sum_to_one_over_the_vocabulary(order):
    model = NGram(map(encode, split(load_names(), seed=0).train[:500]), len(VOCABULARY), order)
    for context in [(), (0,), (0, 1), (13, 1, 18), (17, 17, 17), (0, 10, 15, 8, 14), (26, 24)]:
        probabilities = model.probabilities(context)
        assert probabilities.shape == (27,)
        assert probabilities.min() > 0
        assert probabilities.sum() == pytest.approx(1, abs=1e-14)


def test_order_must_be_positive():
    with pytest.raises(ValueError, match="order must be at least 1, not 0"):
        NGram(SEQUENCES, 3, 0)
