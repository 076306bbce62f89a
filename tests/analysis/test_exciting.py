from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import log_softmax

from rnnviz.analysis.exciting import excite, extremes
from rnnviz.cells import CELLS
from rnnviz.trace import run
from tests.own_cells import PEEPHOLE
from tests.text_networks import text_network


@given(arrays(float, st.integers(1, 25), elements=st.integers(-5, 5).map(float)), st.integers(1, 4), st.integers(1, 6))
def test_extremes_are_the_highest_that_are_not_over_one_another(values, most, apart):
    by_hand = []
    for place in sorted(range(len(values)), key=lambda t: (-values[t], t)):
        if all(abs(place - other) >= apart for other in by_hand):
            by_hand.append(place)
    assert extremes(values, most, apart=apart).tolist() == by_hand[:most]


def read(checkpoint, text, letter, unit):
    """The unit after each character of a text, and the log probability of the text, both from plain runs."""
    known = checkpoint.vocabulary
    inputs = [[float(sign == symbol) for symbol in known] for sign in "\n" + text]
    trace = run(checkpoint.cell, checkpoint.weights, inputs)
    logits = trace[checkpoint.cell.state[0]] @ checkpoint.readout["W_hy"].T + checkpoint.readout["b_y"]
    told = log_softmax(logits, axis=1)[range(len(text)), [known.index(sign) for sign in text]]
    return trace[letter][-1, unit], told.sum()


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([*CELLS.values(), PEEPHOLE]),
    st.integers(0, 50),
    st.booleans(),
    st.sampled_from([0.0, 0.05, 0.5]),
    st.sampled_from([("\n", "a", "b"), ("a", "b", "c")]),
)
def test_a_wide_beam_finds_what_trying_every_text_finds(cell, seed, high, plausible, vocabulary):
    checkpoint, letter, longest = text_network(cell, vocabulary, seed), cell.program.targets[-1], 4
    found = excite(checkpoint, letter, 1, high=high, plausible=plausible, width=3**4, longest=longest, likeliest=3)
    sign = 1 if high else -1

    def score(value, log_probability):
        return sign * value + plausible * log_probability

    every = ["".join(signs) for length in range(1, longest + 1) for signs in product(vocabulary, repeat=length)]
    best = max(score(*read(checkpoint, text, letter, 1)) for text in every)
    assert score(found.value, found.log_probability) == pytest.approx(best)


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.name)
@pytest.mark.parametrize("high", [True, False])
def test_what_is_said_of_the_text_is_what_the_network_computes(cell, high):
    checkpoint = text_network(cell, ("\n", *"abcdefgh"), 7)
    letter = cell.state[-1]
    found = excite(checkpoint, letter, 2, high=high, plausible=0.1, width=3, longest=6, likeliest=4)
    value, log_probability = read(checkpoint, found.text, letter, 2)
    assert found.value == pytest.approx(value)
    assert found.log_probability == pytest.approx(log_probability)
    assert 1 <= len(found.text) <= 6


def test_the_more_plausibility_counts_the_more_plausible_the_text():
    checkpoint = text_network(CELLS["gru"], ("\n", *"abcd"), 3)
    wide = {"width": 5**4, "longest": 4, "likeliest": 5}
    found = [excite(checkpoint, "h", 0, plausible=weight, **wide) for weight in (0.0, 0.02, 0.2, 2.0)]
    values, logs = [one.value for one in found], [one.log_probability for one in found]
    assert values == sorted(values, reverse=True)
    assert logs == sorted(logs)
    assert values[0] > values[-1]


def test_only_what_the_network_holds_likely_is_tried():
    checkpoint = text_network(CELLS["elman"], ("\n", *"abcdefgh"), 11)
    found = excite(checkpoint, "h", 0, plausible=0.0, width=4, longest=5, likeliest=1)
    text = ""
    while len(text) < len(found.text):
        followed = {sign: read(checkpoint, text + sign, "h", 0)[1] for sign in checkpoint.vocabulary}
        text += max(followed, key=followed.get)
    assert found.text == text
