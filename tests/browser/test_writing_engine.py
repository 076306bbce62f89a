"""How a text is written in the browser: the n-gram against Python's, draws against numpy and their distribution."""

import numpy as np
import pytest
from scipy.stats import chisquare

from rnnviz.tasks.kneser_ney import KneserNey
from tests.browser.stage import assert_equal

SEEDS = [0, 1, 20261126, 2**32 - 1]


def text_of(random, vocabulary_size, length):
    """Codes in which some follow others more often, the unknown among them."""
    row = np.sort(random.integers(0, vocabulary_size + 1, length))
    return np.where(random.random(length) < 0.5, np.roll(row, 1), random.permutation(row))


@pytest.mark.parametrize(("vocabulary_size", "order", "length"), [(3, 1, 0), (3, 2, 40), (7, 4, 500), (96, 5, 20000)])
def test_an_ngram_gives_the_probabilities_of_python_s(stage, vocabulary_size, order, length):
    random = np.random.default_rng(length)
    codes = text_of(random, vocabulary_size, length)
    model = KneserNey.count(codes, vocabulary_size, order)
    histories = [codes[at : at + order + 1].tolist() for at in random.integers(0, max(1, length), 20)]
    histories += [random.integers(0, vocabulary_size + 1, k).tolist() for k in range(order + 2)]
    found = stage.page.evaluate(
        """async ([arrays, size, order, histories]) => {
            const { KneserNey } = await import("/engine/kneser_ney.js");
            const model = new KneserNey(arrays, size, order);
            return histories.map((history) => Array.from(model.probabilities(history)));
        }""",
        [{name: array.tolist() for name, array in model.arrays.items()}, vocabulary_size, order, histories],
    )
    assert_equal(found, [model.probabilities(history) for history in histories])


def test_chance_is_the_mersenne_twister_of_numpy(stage):
    places = [0, 1, 2, 311, 312, 313, 999]
    found = stage.page.evaluate(
        """async ([seeds, places]) => {
            const { Chance } = await import("/engine/sampling.js");
            return seeds.map((seed) => { const chance = new Chance(seed); return places.map((at) => chance.at(at)); });
        }""",
        [SEEDS, places],
    )
    assert found == [np.random.RandomState(seed).random_sample(1000)[places].tolist() for seed in SEEDS]


def wanted(probabilities, temperature, top_k, top_p):
    """What is to be drawn from, one symbol after the other from the most probable down."""
    hot = np.asarray(probabilities, dtype=np.longdouble) ** (1 / np.longdouble(temperature))
    hot /= hot.sum()
    left = dict(sorted(enumerate(hot), key=lambda one: (-one[1], one[0]))[: top_k or None])
    total, kept = sum(left.values()), {}
    for code, share in left.items():
        if sum(kept.values()) >= top_p * total and top_p < 1:
            break
        kept[code] = share
    return [float(kept.get(code, 0) / sum(kept.values())) for code in range(len(hot))]


CASES = [
    (temperature, top_k, top_p)
    for temperature in (0.05, 0.7, 1, 2)
    for top_k in (0, 1, 3)
    for top_p in (0.01, 0.5, 0.9, 1)
]


def before_draw(stage, probabilities, cases):
    return stage.page.evaluate(
        """async ([rows, cases]) => {
            const { beforeDraw } = await import("/engine/sampling.js");
            const left = (row, [temperature, topK, topP]) =>
                Array.from(beforeDraw(Float64Array.from(row), { temperature, topK, topP }));
            return rows.map((row) => cases.map((one) => left(row, one)));
        }""",
        [np.asarray(probabilities).tolist(), cases],
    )


def test_what_is_drawn_from_is_what_temperature_top_k_and_nucleus_leave(stage):
    rows = [*np.random.default_rng(0).dirichlet(np.full(9, 0.4), 20), [0.25, 0, 0.25, 0.25, 0, 0.25, 0, 0, 0]]
    for row, found in zip(rows, before_draw(stage, rows, CASES), strict=True):
        for case, left in zip(CASES, found, strict=True):
            assert sum(left) == pytest.approx(1, abs=1e-12)
            assert_equal(left, wanted(row, *case))


def test_greedy_takes_the_most_probable_and_the_first_of_several(stage):
    found = before_draw(stage, [[0.2, 0.5, 0.3], [0.1, 0.45, 0.45]], [(0, 0, 1), (0, 2, 0.5)])
    assert found == [[[0, 1, 0]] * 2] * 2


def draw(stage, probabilities, seed, count):
    return stage.page.evaluate(
        """async ([row, seed, count]) => {
            const { Chance, drawn } = await import("/engine/sampling.js");
            const chance = new Chance(seed);
            return Array.from({ length: count }, (_, at) => drawn(Float64Array.from(row), chance.at(at)));
        }""",
        [np.asarray(probabilities).tolist(), seed, count],
    )


def test_a_draw_is_numpy_s_of_the_same_seed(stage):
    probabilities = np.array([0.1, 0, 0.25, 0.05, 0.6, 0])
    for seed in SEEDS:
        expected = np.random.RandomState(seed).choice(6, 500, p=probabilities)
        assert draw(stage, probabilities, seed, 500) == expected.tolist()


def test_draws_are_as_frequent_as_they_are_probable(stage):
    probabilities = np.random.default_rng(1).dirichlet(np.full(8, 0.7))
    for seed in SEEDS[:3]:
        counts = np.bincount(draw(stage, probabilities, seed, 20000), minlength=8)
        assert chisquare(counts, 20000 * probabilities).pvalue > 0.01


def test_what_falls_beyond_the_sum_by_rounding_is_the_last_that_can_be_drawn(stage):
    found = stage.page.evaluate(
        """async () => {
            const { drawn } = await import("/engine/sampling.js");
            return [0, 0.3, 0.6, 1 - 2 ** -53].map((chance) => drawn(Float64Array.of(0, 0.3, 0.7 - 1e-9, 0), chance));
        }"""
    )
    assert found == [1, 2, 2, 2]


def test_nothing_is_drawn_from_numbers_that_are_too_large(stage):
    length, stuck = stage.page.evaluate(
        """async () => {
            const { Writing } = await import("/engine/writing.js");
            const { Chance } = await import("/engine/sampling.js");
            const given = [Float64Array.of(0.5, 0.5), Float64Array.of(1, 0), Float64Array.of(NaN, NaN)];
            const source = { probabilities: () => given[writing.length], extend() {} };
            const writing = new Writing(source, { temperature: 1, topK: 0, topP: 1 }, new Chance(1));
            for (let k = 0; k < 5; k++) writing.extend();
            return [writing.length, writing.stuck];
        }"""
    )
    assert (length, stuck) == (2, True)
