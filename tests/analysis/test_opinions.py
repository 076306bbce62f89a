"""The measures of a decision against autograd, differences and plain runs."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau

from rnnviz.analysis.opinions import permuted, rank_agreements, word_measures
from tests.networks.test_classifier import CASES, NETWORK, SENTENCES, in_torch, log_odds, random_network


@pytest.mark.parametrize(("network", "text"), CASES)
def test_gradient_times_input_is_torch_s(network, text):
    opinion = network(text)
    embedded = torch.tensor(network.embed(opinion.tokens), requires_grad=True)
    _, (negative, positive) = in_torch(network, embedded)
    (slopes,) = torch.autograd.grad(positive - negative, embedded)
    np.testing.assert_allclose(
        word_measures(opinion).gradient_times_input, (slopes * embedded).sum(-1).detach(), rtol=0, atol=1e-8
    )


def test_gradient_times_input_is_how_the_log_odds_follow_the_size_of_an_embedding():
    network = random_network()
    tokens = ("a", "good", "film", ".")
    for place, token in enumerate(tokens):
        nearby = []
        for step in (1e-5, -1e-5):
            E = network.weights["words"]["E"].copy()
            E[network.codes[token]] *= 1 + step
            nearby.append(log_odds(random_network(**{"words.E": E}).positive(tokens)))
        found = word_measures(network(" ".join(tokens))).gradient_times_input[place]
        assert found == pytest.approx((nearby[0] - nearby[1]) / 2e-5, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("network", "text"), CASES)
def test_what_is_left_out_is_a_run_without_it(network, text):
    opinion = network(text)
    found = word_measures(opinion).left_out
    if len(opinion.tokens) == 1:
        assert np.isnan(found).all()
        return
    for place, change in enumerate(found):
        rest = opinion.tokens[:place] + opinion.tokens[place + 1 :]
        assert change == pytest.approx(log_odds(opinion.positive) - log_odds(network.positive(rest)), abs=1e-9)


def test_the_word_that_decides_is_found_by_what_is_left_out_and_by_the_gradient():
    for text, sign in (("The food was great", 1), ("The food was terrible", -1)):
        opinion = NETWORK(text)
        assert (opinion.positive > 0.5) == (sign > 0)
        measures = word_measures(opinion)
        assert np.argmax(sign * measures.left_out) == np.argmax(sign * measures.gradient_times_input) == 3


def test_permuting_even_attention_changes_nothing():
    opinion = random_network(**{"look.v_e": np.zeros(5)})("a good film")
    np.testing.assert_allclose(opinion.alignment, 1 / 3)
    np.testing.assert_allclose(permuted(opinion, 20, seed=0), opinion.positive, rtol=0, atol=1e-14)


def test_two_words_have_two_permutations_and_each_is_what_torch_says():
    network = random_network()
    opinion = network("good film")
    values, _ = in_torch(network, torch.tensor(network.embed(opinion.tokens)))
    decide = {name: torch.tensor(value) for name, value in network.weights["decide"].items()}
    swapped = torch.nn.functional.linear(values["a"].flip(0) @ values["S"], decide["W_my"], decide["b_y"]).softmax(0)
    wanted = sorted([opinion.positive, float(swapped[1].detach())])
    found = permuted(opinion, 50, seed=0)
    assert found.shape == (50,)
    np.testing.assert_allclose(np.unique(found.round(12)), wanted, rtol=0, atol=1e-11)
    np.testing.assert_array_equal(found, permuted(opinion, 50, seed=0))
    with pytest.raises(ValueError, match="at least once, not 0 times"):
        permuted(opinion, 0, seed=0)


def test_measures_are_ranked_by_their_sizes():
    measures = word_measures(NETWORK(SENTENCES[0]))
    found = rank_agreements(measures)
    sizes = {name: np.abs(getattr(measures, name)) for name in ("alignment", "gradient_times_input", "left_out")}
    assert list(found) == [
        ("alignment", "gradient_times_input"), ("alignment", "left_out"), ("gradient_times_input", "left_out")
    ]  # fmt: skip
    for (one, other), tau in found.items():
        assert tau == pytest.approx(kendalltau(sizes[one], sizes[other]).statistic)
    alike = replace(measures, left_out=-measures.gradient_times_input)
    assert rank_agreements(alike)["gradient_times_input", "left_out"] == pytest.approx(1)


def test_without_an_order_there_is_no_agreement():
    assert set(rank_agreements(word_measures(NETWORK("Great"))).values()) == {None}
    even = rank_agreements(word_measures(random_network(**{"look.v_e": np.zeros(5)})("a good film")))
    assert [tau is None for tau in even.values()] == [True, True, False]


@pytest.mark.parametrize(("network", "text"), CASES)
def test_there_is_one_number_a_word(network, text):
    opinion = network(text)
    measures, count = word_measures(opinion), (len(opinion.tokens),)
    assert measures.alignment.shape == measures.gradient_times_input.shape == measures.left_out.shape == count
    assert measures.alignment is opinion.alignment
