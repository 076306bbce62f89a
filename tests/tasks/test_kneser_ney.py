import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.tasks.kneser_ney import USUAL_DISCOUNTS, KneserNey

VOCABULARY_SIZE = 3
UNKNOWN = VOCABULARY_SIZE
texts = st.lists(st.integers(0, UNKNOWN), max_size=60)
orders = st.integers(1, 4)


class Plain:
    """Chen & Goodman 1998, equations 20 to 26, read off the page: dictionaries, one n-gram after the other."""

    def __init__(self, codes, order):
        self.order = order
        known = [tuple(codes[t : t + order]) for t in range(len(codes) - order + 1)]
        self.counts = {order: Counter(ngram for ngram in known if UNKNOWN not in ngram)}
        for length in range(order - 1, 0, -1):
            self.counts[length] = Counter(ngram[1:] for ngram in self.counts[length + 1])

    def discount(self, length, count):
        n = Counter(self.counts[length].values())
        y = n[1] / (n[1] + 2 * n[2]) if n[1] else 0
        usual = USUAL_DISCOUNTS[min(count, 3) - 1]
        match min(count, 3):
            case 1:
                found = 1 - 2 * y * n[2] / n[1] if n[1] else 0
            case 2:
                found = 2 - 3 * y * n[3] / n[2] if n[2] else 0
            case 3:
                found = 3 - 4 * y * n[4] / n[3] if n[3] else 0
        return found if n[1] and found > 0 else usual

    def probability(self, context, symbol):
        if context is None:
            return 1 / VOCABULARY_SIZE
        length = len(context) + 1
        below = self.probability(context[1:] if context else None, symbol)
        seen = {w: self.counts[length][(*context, w)] for w in range(VOCABULARY_SIZE)}
        seen = {w: count for w, count in seen.items() if count}
        if not seen:
            return below
        total = sum(seen.values())
        left = sum(self.discount(length, count) for count in seen.values()) / total
        own = (seen[symbol] - self.discount(length, seen[symbol])) / total if symbol in seen else 0
        return own + left * below

    def after(self, history):
        context = tuple(history[max(0, len(history) - self.order + 1) :])
        return [self.probability(context, symbol) for symbol in range(VOCABULARY_SIZE)]


@given(texts, orders, st.lists(st.integers(0, UNKNOWN), max_size=6))
def test_probabilities_are_those_of_the_formulas_and_sum_to_one(codes, order, history):
    found = KneserNey.count(codes, VOCABULARY_SIZE, order).probabilities(history)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert found.min() > 0
    np.testing.assert_allclose(found, Plain(codes, order).after(history), rtol=1e-12, atol=1e-15)


@given(texts, orders, texts.filter(lambda codes: len(codes) > 1))
def test_bits_are_those_of_each_probability_in_turn(counted, order, read):
    model = KneserNey.count(counted, VOCABULARY_SIZE, order)
    one_by_one = [
        math.nan if read[t] == UNKNOWN else -math.log2(model.probabilities(read[:t])[read[t]])
        for t in range(1, len(read))
    ]
    np.testing.assert_allclose(model.bits(read), one_by_one, rtol=1e-12)


@given(texts, orders, st.lists(st.integers(0, UNKNOWN), max_size=6))
def test_the_model_follows_from_its_highest_order_alone(codes, order, history):
    model = KneserNey.count(codes, VOCABULARY_SIZE, order)
    again = KneserNey.of(model.arrays, VOCABULARY_SIZE, order)
    assert again.entries == model.entries
    np.testing.assert_array_equal(again.probabilities(history), model.probabilities(history))


def test_a_bigram_by_hand():
    # "aabab": aa 1, ab 2, ba 1. Before a: a, b (2 kinds); before b: a (1 kind).
    # Counts 1, 1, 2: Y = 2 / (2 + 2) = 1/2; discounts of 1: 1 - 2 * 1/2 * 1/2 = 1/2, of 2: 2 - 0 = 2.
    # Kinds 2, 1: Y = 1/3; of 1: 1/3, of 2: 2. So P(a) = 0 + (2 + 1/3) / 3 / 3 = 7/27, P(b) = 2/9 + 7/27 = 13/27.
    model = KneserNey.count([0, 0, 1, 0, 1], 3, 2)
    np.testing.assert_allclose(model.probabilities([]), [7 / 27, 13 / 27, 7 / 27], rtol=1e-14)
    left = (1 / 2 + 2) / 3
    expected = [1 / 6 + left * 7 / 27, 0 + left * 13 / 27, left * 7 / 27]
    np.testing.assert_allclose(model.probabilities([0]), expected, rtol=1e-14)


def test_without_text_the_guess_is_uniform():
    np.testing.assert_array_equal(KneserNey.count([], 4, 3).probabilities([1, 2]), np.full(4, 1 / 4))


def test_an_order_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="order must be at least 1, not 0"):
        KneserNey.count([0, 1], 3, 0)
    with pytest.raises(ValueError, match="order 10 is too high for 96 symbols"):
        KneserNey.count([0, 1], 96, 10)
