"""Equations over matrices: what they may say, their shapes, and what is refused."""

import math

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.language.arithmetic import evaluate
from rnnviz.language.equations import EquationError, parse
from rnnviz.networks.attention import ALIGNED, ATTENDED, ATTENTIONS, WORDS, bridge
from rnnviz.networks.classifier import DECIDE, LOOK

INPUTS = {"S": ("T", "H"), "R": ("T", "K"), "h": "H", "a": "T"}


def test_shapes_follow_from_the_equations():
    program = ATTENTIONS["additive"].program
    assert program.values["e"] == program.values["a"] == ("T",)
    assert program.values["m"] == ("H",)
    assert program.weights["v_e"] == ("H",)
    assert ATTENTIONS["general"].program.weights == {"W_he": ("H", "H")}
    assert [name for name, kind in ATTENTIONS.items() if not kind.looks] == ["none"]


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.name)
def test_every_state_of_a_cell_has_its_bridge(cell):
    assert bridge(cell).targets == cell.state


def test_a_vector_meets_every_row_of_a_matrix():
    random = np.random.default_rng(0)
    values = {"S": random.normal(size=(4, 3)), "h": random.normal(size=3), "v": random.normal(size=3)}
    program = parse("e = tanh((h * S - h) / 2 + S) @ v", inputs=INPUTS)
    wanted = [np.tanh((values["h"] * row - values["h"]) / 2 + row) @ values["v"] for row in values["S"]]
    np.testing.assert_allclose(evaluate(program, {}, values)["e"], wanted, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("m = S", "`m` must be a vector; its right side is \\(T, H\\)"),
        ("m = S @ a", "`S` is \\(T, H\\) and cannot be multiplied by `a`, which is \\(T,\\)"),
        ("m = h @ S", "`h` is \\(H,\\) and cannot be multiplied by `S`, which is \\(T, H\\)"),
        ("m = (S + R) @ h", "`S` is \\(T, H\\) and does not fit `R`, which is \\(T, K\\)"),
        ("m = (S + a) @ h", "`S` is \\(T, H\\) and does not fit `a`, which is \\(T,\\)"),
        ("m = S @ 2", "`S @ 2` is no product of a matrix"),
        ("m = h @ a", "left of @ stands a weight matrix; `h` is a vector"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_shapes(text, sentence):
    with pytest.raises(EquationError, match=sentence):
        parse(text, inputs=INPUTS)


def softmax(values):
    shares = [math.exp(value) for value in values]
    return np.array(shares) / sum(shares)


def random_weights(program, sizes, seed=0):
    random = np.random.default_rng(seed)
    return {name: random.normal(size=[sizes[size] for size in shape]) for name, shape in program.weights.items()}


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.name)
def test_a_decoder_starts_in_squashed_sums_of_what_the_encoder_summed_up(cell):
    weights, summary = random_weights(bridge(cell), {"H": 4}), np.random.default_rng(1).normal(size=4)
    found = evaluate(bridge(cell), weights, {"s": summary})
    assert list(found) == list(cell.state)
    for state, values in found.items():
        rows = zip(weights[f"W_s{state}"], weights[f"b_{state}"])
        wanted = [math.tanh(sum(a * b for a, b in zip(row, summary)) + bias) for row, bias in rows]
        np.testing.assert_allclose(values, wanted, rtol=1e-13)


def test_the_attentional_state_and_the_words_are_what_luong_et_al_write():
    random = np.random.default_rng(2)
    context, hidden = random.normal(size=(2, 4))
    attended, words = random_weights(ATTENDED, {"H": 4}), random_weights(WORDS, {"H": 4, "O": 6})
    q = evaluate(ATTENDED, attended, {"m": context, "h": hidden})["q"]
    # Their one matrix over the context beside the state is ours in two parts.
    both = np.concatenate([attended["W_mq"], attended["W_hq"]], axis=1)
    wanted = [math.tanh(value) for value in both.dot([*context, *hidden]) + attended["b_q"]]
    np.testing.assert_allclose(q, wanted, rtol=1e-13)
    answer = evaluate(WORDS, words, {"q": q})["y"]
    np.testing.assert_allclose(answer, softmax(words["W_qy"].dot(wanted) + words["b_y"]), rtol=1e-13)


def test_where_somebody_else_says_where_to_look_the_context_is_the_mean_by_those_weights():
    random = np.random.default_rng(3)
    alignment, annotations = random.dirichlet(np.ones(5)), random.normal(size=(5, 4))
    wanted = np.average(annotations, axis=0, weights=alignment)
    np.testing.assert_allclose(evaluate(ALIGNED, {}, {"a": alignment, "S": annotations})["m"], wanted, rtol=1e-13)


def test_a_sentiment_is_looked_for_and_decided_as_yang_et_al_write():
    random = np.random.default_rng(4)
    annotations, sizes = random.normal(size=(5, 4)), {"H": 4, "A": 3, "O": 2}
    look, decide = random_weights(LOOK, sizes), random_weights(DECIDE, sizes)
    found = evaluate(LOOK, look, {"S": annotations})
    inner = [[math.tanh(value) for value in row.dot(look["U_e"]) + look["b_e"]] for row in annotations]
    scores = [sum(a * b for a, b in zip(row, look["v_e"])) for row in inner]
    context = sum(share * row for share, row in zip(softmax(scores), annotations))
    np.testing.assert_allclose(found["e"], scores, rtol=1e-13)
    np.testing.assert_allclose(found["a"], softmax(scores), rtol=1e-13)
    np.testing.assert_allclose(found["m"], context, rtol=1e-13)
    answer = evaluate(DECIDE, decide, {"m": found["m"]})["y"]
    np.testing.assert_allclose(answer, softmax(decide["W_my"].dot(context) + decide["b_y"]), rtol=1e-13)
