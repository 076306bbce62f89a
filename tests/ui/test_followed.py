"""What the view inside says of units and of how far back a network looks."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.analysis.forecasting import FEATURES, Followed, Reach
from rnnviz.cells import LSTM
from rnnviz.data.series import load_series
from rnnviz.ui.series.followed import NAMES, elsewhere, follows_sentence, name_of, place_of, reach_sentence
from rnnviz.ui.text.verdicts import score

SCORES = st.floats(0, 1)
SERIES = load_series("seattle")
FOUND = st.builds(Followed, st.sampled_from(FEATURES), st.integers(0, 47), st.booleans(), SCORES, SCORES, SCORES)


@given(FOUND)
def test_the_first_sentence_says_what_was_found_and_every_number_is_there(found):
    said = follows_sentence(SERIES, LSTM, 24, found)
    letter, unit = place_of(LSTM, 24, found.place)
    assert (letter, unit) == ("h" if found.place < 24 else "c", found.place % 24)
    assert name_of(LSTM, 24, found.place) == f"{letter} {unit + 1}"
    assert said.startswith("**Found: unit" if found.verdict == "finding" else "**No finding: ")
    assert f"unit {unit + 1} of the {'hidden' if letter == 'h' else 'cell'} state" in said
    assert NAMES[found.feature] in said
    assert score(found.score) in said
    if found.verdict != "last":
        assert score(found.untrained) in said
    if found.feature != "last":
        assert score(found.last) in said
    if found.verdict == "finding":
        assert ("It rises with it" in said) == found.rises
        assert ("It falls with it" in said) != found.rises


@given(FOUND)
def test_where_nothing_can_be_compared_that_is_said(found):
    nowhere = replace(found, score=float("nan"))
    assert follows_sentence(SERIES, LSTM, 24, nowhere).startswith("**Nothing to compare")
    season = replace(nowhere, feature="season")
    assert "has no season" in follows_sentence(load_series("ibm-return"), LSTM, 24, season)


def test_what_other_seeds_lead_to_is_said():
    assert elsewhere({}) == elsewhere({1: float("nan")}) == ""
    assert "seed 1 the best unit reaches 0.500" in elsewhere({1: 0.5})
    assert "seeds 1 and 2 the best units reach 0.500 and 0.250" in elsewhere({1: 0.5, 2: 0.25})


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.integers(1, 12))
def test_how_far_back_it_looks_is_said(moved, horizon):
    reach = Reach(np.array(moved))
    said = reach_sentence(reach, horizon)
    assert said.startswith("**")
    if not reach.far:
        assert "No single one" in said
    elif reach.far == 1:
        assert "looks at the last value" in said
    else:
        assert f"looks back {reach.far} of the {len(moved)} values" in said
    if reach.far:
        assert f"its forecasts of the next {'value' if horizon == 1 else f'{horizon} values'}" in said
