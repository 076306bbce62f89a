"""The glossary: every word that needs one has its sentence, a place to try it, and what it says is so."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from rnnviz.analysis.dynamics import spectral_radius
from rnnviz.cells import ELMAN, LSTM
from rnnviz.lessons.glossary import GLOSSARY, terms_in
from rnnviz.networks.initialisation import INITIALISATIONS, recurrent_start
from rnnviz.notation import QUANTITIES
from rnnviz.settings import PAGES
from rnnviz.settings.address import link, read

#: What a newcomer asked for.
WANTED = (
    "unit", "hidden state", "gate", "keeping gate", "Jacobian", "spectral radius", "cut", "bound", "singular value",
    "Gaussian", "orthogonal", "identity", "chrono", "seed", "input scale", "annotation", "context",
    "attentional state", "dot", "general", "additive", "teacher forcing", "Kendall's tau",
)  # fmt: skip


@pytest.mark.parametrize("word", WANTED)
def test_every_word_that_was_asked_for_is_explained(word):
    [term] = terms_in(word)
    assert word.casefold() in map(str.casefold, term.words)


@pytest.mark.parametrize("term", GLOSSARY.values(), ids=GLOSSARY)
def test_a_term_is_one_sentence_with_a_place_to_try_it(term):
    assert term.meaning.endswith(".")
    assert term.meaning.count(". ") == 0
    assert term.title == term.title[0].upper() + term.title[1:]
    page = PAGES[term.page]
    found = read(page, parse_qs(urlsplit(term.link).query))
    assert not found.refusals
    assert link(page, **found.given) == term.link  # no setting of the term is without effect


def test_the_terms_stand_in_the_order_of_the_alphabet_and_no_word_means_two_things():
    titles = [term.title.casefold() for term in GLOSSARY.values()]
    assert titles == sorted(titles)
    words = [word.casefold() for term in GLOSSARY.values() for word in term.words]
    assert len(words) == len(set(words))


def test_quantities_are_explained_as_the_notation_does():
    for quantity in QUANTITIES.values():
        for term in terms_in(quantity.title):
            if term.title == quantity.title:
                assert term.meaning == quantity.meaning


@given(st.lists(st.sampled_from(sorted(GLOSSARY)), min_size=1, max_size=5), st.sampled_from([str.upper, str.lower]))
def test_terms_are_found_in_any_text_in_any_case_each_once(names, case):
    text = case(", and the ".join(GLOSSARY[name].title for name in names))
    assert terms_in(text) == tuple(GLOSSARY[name] for name in dict.fromkeys(names))


def test_a_term_is_a_whole_word_and_the_longest_that_fits():
    assert not terms_in("gated, unity, uncut, Elmann")
    assert [term.title for term in terms_in("Singular values and the bias of a keeping gate")] == [
        "Singular value", "Bias", "Keeping gate",
    ]  # fmt: skip


def test_what_the_glossary_says_of_the_starts_is_so():
    orthogonal = recurrent_start("orthogonal", 12, seed=3)
    np.testing.assert_allclose(np.linalg.svd(orthogonal, compute_uv=False), 1.0)
    assert (recurrent_start("identity", 5, seed=0) == np.eye(5)).all()
    drawn = [recurrent_start("gaussian", 20, seed) for seed in range(200)]
    assert np.var(drawn) == pytest.approx(1 / 20, rel=0.02)
    biases = INITIALISATIONS["chrono"].changes(LSTM, 2000, 101, np.random.default_rng(0))["b_f"]
    times = 1 / (1 - 1 / (1 + np.exp(-biases)))  # a gate of 1 - 1/t forgets over t steps
    assert times.min() < 5
    assert 95 < times.max() <= 101


def test_what_it_says_of_norms_is_so():
    matrix = np.random.default_rng(0).normal(size=(6, 6))
    assert np.linalg.svd(matrix, compute_uv=False)[0] == pytest.approx(np.linalg.norm(matrix, 2))
    mean = np.linalg.norm(np.linalg.matrix_power(matrix, 400), 2) ** (1 / 400)
    assert mean == pytest.approx(spectral_radius(matrix), rel=0.02)


def test_what_it_says_of_orders_is_so():
    order = np.arange(30)
    assert kendalltau(order, order).statistic == 1
    assert kendalltau(order, order[::-1]).statistic == -1
    drawn = np.random.default_rng(0)
    assert abs(np.mean([kendalltau(order, drawn.permutation(order)).statistic for _ in range(300)])) < 0.03


def test_the_elman_rnn_is_the_tanh_of_a_weighted_sum():
    assert [line.expression.function for line in ELMAN.program.equations] == ["tanh"]
