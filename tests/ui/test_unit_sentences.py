import re
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis.concepts import CONCEPTS
from rnnviz.analysis.exciting import Excited
from rnnviz.analysis.shipped_units import found_in
from rnnviz.analysis.units import LEFT, TELLS, Found, Unit
from rnnviz.cells import LSTM, Cell
from rnnviz.networks.checkpoints import available_text, load_text
from rnnviz.ui.text.driving import SEARCH, drives_sentence
from rnnviz.ui.text.units import read_unit
from rnnviz.ui.text.verdicts import RULE, elsewhere, score, unit_name, verdict
from tests.text_networks import text_network

SCORES = st.floats(0, 1)


@st.composite
def findings(draw):
    unit = Unit("c", draw(st.integers(0, 191)), draw(st.booleans()), 0.7, draw(SCORES))
    return Found(0.1, (unit,), draw(SCORES), Unit("h", 0, True, 0.6, draw(SCORES)), draw(SCORES))


@given(st.sampled_from(list(CONCEPTS.values())), findings())
def test_the_first_sentence_says_what_was_found_and_every_score_is_there(concept, found):
    said = verdict(concept, found, LSTM)
    better = max(found.character, found.untrained.score)
    is_finding = better < TELLS and 1 - found.best.score <= LEFT * (1 - better)
    assert said.startswith("**Found: unit" if is_finding else "**No finding: ")
    assert f"“{concept.title}”" in said
    assert f"unit {found.best.unit + 1} of the cell state" in said
    assert score(found.best.score) in said
    if found.character >= TELLS:
        assert "the current character alone tells" in said
        assert f"It reaches {score(found.character)}" in said
    elif better >= TELLS:
        assert "can be read off the same network before any training" in said
        assert f"reaches {score(found.untrained.score)};" in said
    else:
        assert f"current character alone reaches {score(found.character)}" in said
        assert f"before any training {score(found.untrained.score)}" in said
    if is_finding:
        direction = {
            ("yes or no", True): "it is higher at the first",
            ("yes or no", False): "it is lower at the first",
            ("number", True): "It rises with it",
            ("number", False): "It falls as that rises",
        }[concept.kind, found.best.high]
        assert direction in said
        assert f"all units of the state together {score(found.together)}." in said
    spread = found.verdict == "weak" and 1 - found.together <= LEFT * (1 - max(found.best.score, better))
    assert ("spread over many of them" in said) == spread


@given(st.lists(SCORES, min_size=1, max_size=3))
def test_what_other_seeds_have_led_to_is_said(scores):
    seeds = [{"seed": seed, "units": {"string": reached}} for seed, reached in enumerate(scores)]
    said = elsewhere({"seed": 0, "seeds": seeds, "chosen_for": "string"}, "string")
    assert said.count("trained the same way") == len(scores) - 1
    for seed, reached in [*enumerate(scores)][1:]:
        assert f"from seed {seed} the best unit reaches {score(reached)}" in said
    assert ("follows “Inside a string” best." in said) == (len(scores) > 1)
    assert elsewhere({"seed": 0, "seeds": seeds, "chosen_for": "string"}, "vowel") == ""


@pytest.mark.parametrize("name", available_text())
def test_the_network_that_ships_is_the_one_that_it_says_it_is(name):
    card = load_text(name).card
    best = max(card["seeds"], key=lambda one: one["units"][card["chosen_for"]])
    assert best["seed"] == card["seed"]
    for concept, found in found_in(name).items():
        assert best["units"].get(concept, found.best.score) == pytest.approx(found.best.score, abs=1e-4)


def test_where_nothing_can_be_compared_that_is_said():
    nothing = Unit("c", 0, True, float("nan"), float("nan"))
    found = Found(0.0, (nothing,), float("nan"), nothing, float("nan"))
    assert verdict(CONCEPTS["string"], found, LSTM).startswith(
        "**Nothing to compare: in one half of the text “Inside a string” is the same at every character**"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.96249, "0.962"), (0.99996, "over 0.999"), (1.0, "1.000"), (-0.5, "−0.500"), (float("nan"), "–")],
)
def test_no_score_is_rounded_to_a_perfect_one(value, written):
    assert score(value) == written


def test_the_rule_says_the_numbers_it_works_by():
    assert "at most 50 % of what" in RULE
    assert LEFT == 0.5
    assert f"neither control reaches {TELLS}." in RULE
    assert "one of the 10 that the network holds likeliest, and of each length the 12 are kept" in SEARCH


VALUES = st.floats(-70, 70).map(lambda value: round(value, 2))


@given(VALUES, VALUES, st.booleans(), st.text(alphabet="ab", min_size=1, max_size=30))
def test_what_a_search_found_stands_beside_the_best_passage(value, best, high, text):
    said = drives_sentence(Excited(text, value, -len(text) * log(2) * 1.5), best, 39_989, high=high)
    beyond = value > best if high else value < best
    assert said.startswith("**Highest: " if high else "**Lowest: ")
    assert ("no further.**" in said) == (not beyond)
    assert ("further up than anything" in said) == (beyond and high)
    assert ("further down than anything" in said) == (beyond and not high)
    assert "in 39,989 held-out characters" in said
    assert "gives it 1.5 bits per character." in said
    assert re.search(rf"\b{len(text)} characters?\b", said)


@given(st.sampled_from("ifgoch"), st.integers(1, 5), st.sampled_from(["{}{}", " {} {} ", "{}_{}", "{}\t{}"]))
def test_a_unit_is_read_however_it_is_spaced(letter, unit, form):
    network = text_network(LSTM, "ab", 0, hidden_size=5)
    assert read_unit(form.format(letter, unit), network) == (letter, unit - 1)
    assert read_unit(form.format(letter.upper(), unit), network) == (letter, unit - 1)


def test_letters_that_differ_by_their_case_alone_or_end_in_digits_are_told_apart():
    cell = Cell("odd", ("h",), "H = tanh(W @ x)\nh1 = tanh(U @ h)\nh = H * h1")
    network = text_network(cell, "ab", 0, hidden_size=12)
    for letter in ("H", "h1", "h"):
        assert read_unit(unit_name(letter, 11), network) == (letter, 11)


@pytest.mark.parametrize(
    "typed", ["c", "6", "c 6", "c 0", "z 1", "C 6", "c 1 2", "<b>c 1</b>", "c -1", "c ١٢", "c " + "9" * 50]
)
def test_a_unit_that_there_is_not_is_refused_by_name(typed):
    network = text_network(LSTM, "ab", 0, hidden_size=5)
    with pytest.raises(ValueError, match="write a letter of i, f, g, o, c, h and a number from 1 to 5, such as c 1"):
        read_unit(typed, network)
