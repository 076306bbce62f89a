import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from rnnviz.analysis import units
from rnnviz.analysis.concepts import CONCEPTS
from rnnviz.analysis.units import LEFT, MEASURES, TELLS, TOLD, Found, Unit, auc, correlation, find, untrained
from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.data.text import ALPHABET
from rnnviz.trace import run
from tests.text_networks import lines_of_python, text_network

VALUES = arrays(float, (12, 3), elements=st.integers(-4, 4).map(float))


@given(arrays(bool, (12, 2)), VALUES)
def test_an_auc_is_that_of_scikit_learn(labels, values):
    found = auc(labels, values)
    for label, row in zip(labels.T, found):
        if label.all() or not label.any():
            assert np.isnan(row).all()
        else:
            np.testing.assert_allclose(row, [roc_auc_score(label, one) for one in values.T])


@given(VALUES, VALUES)
def test_a_correlation_is_that_of_numpy(labels, values):
    found = correlation(labels, values)
    for place, one in np.ndenumerate(found):
        label, unit = labels[:, place[0]], values[:, place[1]]
        if len(set(label)) == 1 or len(set(unit)) == 1:
            assert np.isnan(one)
        else:
            assert one == pytest.approx(np.corrcoef(label, unit)[0, 1])


def values_of(cell, weights, text):
    hidden_size = cell.sizes(weights)["H"]
    return units.values_of(text_network(cell, ALPHABET, 0, hidden_size, weights), text)


def planted(unit, hidden_size=6):
    """An LSTM with random weights, but for one unit, which every quote turns to the other side of zero."""
    weights = {name: array.copy() for name, array in LSTM.init(len(ALPHABET), hidden_size, seed=3).items()}
    for array in weights.values():
        array[unit] = 0.0
    quote = ALPHABET.index("'")
    weights["b_i"][unit], weights["W_xi"][unit, quote] = -30, 60  # a quote alone is let in
    weights["b_f"][unit], weights["W_xf"][unit, quote] = 30, -60  # and everything else leaves it as it is
    weights["b_g"][unit], weights["W_hg"][unit, unit] = 5, -100  # what is let in is the other side
    return weights


@pytest.mark.parametrize("unit", [0, 4])
def test_a_planted_unit_that_turns_at_every_quote_comes_first(unit):
    text = lines_of_python(1)
    values, random = (values_of(LSTM, weights, text) for weights in (planted(unit), LSTM.init(96, 6, seed=0)))
    found = find([CONCEPTS["string"], CONCEPTS["vowel"]], text, values, random, LSTM.state)
    best = found["string"].best
    assert (best.letter, best.unit, best.high) == ("c", unit, True)
    assert best.chosen == best.score == 1.0
    assert found["string"].verdict == "finding"
    assert found["string"].units[1].letter == "h"
    assert found["vowel"].verdict == "character"
    turned = {letter: -one for letter, one in values.items()}
    low = find([CONCEPTS["string"]], text, turned, random, LSTM.state)["string"].best
    assert (low.letter, low.unit, low.high, low.score) == ("c", unit, False, 1.0)


def test_a_planted_counter_follows_the_depth():
    text = lines_of_python(2)
    values = values_of(GRU, GRU.init(96, 5, seed=1), text)
    depth = CONCEPTS["depth"].label(text)
    values = {**values, "h": np.column_stack([values["h"], 3 - 2 * depth])}
    found = find([CONCEPTS["depth"]], text, values, values_of(GRU, GRU.init(96, 6, seed=0), text), GRU.state)["depth"]
    assert (found.best.letter, found.best.unit, found.best.high) == ("h", 5, False)
    assert found.best.score == pytest.approx(1.0)
    assert found.together == pytest.approx(1.0, abs=1e-4)
    assert found.verdict == "finding"


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.name)
def test_units_are_chosen_on_one_half_and_scored_on_the_other(cell):
    text = lines_of_python(5)
    half = len(text) // 2
    weights = cell.init(96, 4, seed=2)
    values = values_of(cell, weights, text)
    concepts = [CONCEPTS[name] for name in ("brackets", "column")]
    found = find(concepts, text, values, values_of(cell, cell.init(96, 4, seed=0), text), cell.state)
    assert list(found) == ["brackets", "column"]
    for concept in concepts:
        labels, ranked = concept.label(text), found[concept.name].units
        assert len(ranked) == min(TOLD, 4 * len(values))
        by_hand = {"yes or no": roc_auc_score, "number": lambda label, one: np.corrcoef(label, one)[0, 1]}[concept.kind]
        chance = MEASURES[concept.kind][1]
        everyone = [
            abs(by_hand(labels[:half], of_letter[:half, unit]) - chance)
            for of_letter in values.values()
            for unit in range(4)
        ]
        assert [unit.chosen - chance for unit in ranked] == pytest.approx(sorted(everyone, reverse=True)[:TOLD])
        for unit in ranked:
            sign = 1 if unit.high else -1
            scored = by_hand(labels[half:], sign * values[unit.letter][half:, unit.unit])
            assert unit.score == pytest.approx(scored)


def test_the_controls_by_hand():
    text = lines_of_python(6)
    half, cell = len(text) // 2, GRU
    values, random = (values_of(cell, cell.init(96, 5, seed), text) for seed in (1, 0))
    concepts = [CONCEPTS["string"], CONCEPTS["depth"]]
    found = find(concepts, text, values, random, cell.state)
    swapped = find(concepts, text, random, values, cell.state)
    for concept in concepts:
        labels = concept.label(text)
        by_hand = {"yes or no": roc_auc_score, "number": lambda label, one: np.corrcoef(label, one)[0, 1]}[concept.kind]
        known = {sign: np.mean([labels[t] for t in range(half) if text[t] == sign]) for sign in set(text[:half])}
        told = [known.get(sign, labels[:half].mean()) for sign in text[half:]]
        assert found[concept.name].character == pytest.approx(by_hand(labels[half:], told))
        assert found[concept.name].untrained == swapped[concept.name].best
        scaler = StandardScaler().fit(values["h"][:half])
        probe = Ridge().fit(scaler.transform(values["h"][:half]), labels[:half])
        together = by_hand(labels[half:], probe.predict(scaler.transform(values["h"][half:])))
        assert found[concept.name].together == pytest.approx(together)
        assert found[concept.name].mean == pytest.approx(labels.mean())


def test_a_unit_that_never_changes_comes_last_and_a_label_that_never_does_is_undefined():
    text = lines_of_python(7).replace("'", "_")
    values = {"h": np.column_stack([np.ones(len(text)), np.arange(len(text)) % 7])}
    found = find([CONCEPTS["string"], CONCEPTS["brackets"]], text, values, values, ("h",))
    assert found["string"].verdict == "undefined"
    assert found["string"].mean == 0
    assert [unit.unit for unit in found["brackets"].units] == [1, 0]


def found_with(score, character, random):
    unit = Unit("h", 0, True, 0.5, score)
    return Found(0.5, (unit,), character, replace(unit, score=random), 1.0)


SCORES = st.floats(0, 1)


@given(SCORES, SCORES, SCORES)
def test_a_finding_leaves_half_of_what_the_controls_leave_and_no_control_tells_it(score, character, random):
    verdict = found_with(score, character, random).verdict
    better = max(character, random)
    told = better >= TELLS
    assert (verdict == "finding") == (not told and 1 - score <= LEFT * (1 - better))
    assert (verdict == "character") == (character >= TELLS)
    assert (verdict == "untrained") == (character < TELLS <= random)


@pytest.mark.parametrize(
    ("score", "character", "random", "verdict"),
    [
        (0.999, 0.70, 0.63, "finding"),
        (0.989, 0.72, 0.72, "finding"),
        (0.97, 0.998, 0.96, "character"),
        (0.86, 0.16, 0.06, "finding"),
        (0.52, 0.32, 0.32, "weak"),
        (0.99, 0.5, 0.95, "untrained"),
        (float("nan"), 0.5, 0.5, "undefined"),
        (0.99, float("nan"), 0.5, "finding"),
    ],
)
def test_verdicts_of_known_cases(score, character, random, verdict):
    assert found_with(score, character, random).verdict == verdict


@given(*[st.floats(0, 1) | st.just(float("nan"))] * 3)
def test_what_was_found_is_read_as_it_was_written(score, character, random):
    found = found_with(score, character, random)
    text = json.dumps(found.to_value(), allow_nan=False)
    assert repr(Found.of(json.loads(text))) == repr(found)


@pytest.mark.parametrize("cell", CELLS.values(), ids=lambda cell: cell.name)
def test_values_are_those_of_a_run_that_has_read_a_line_feed_before(cell):
    checkpoint = text_network(cell, ("a", "\n", "b"), seed=1)
    found = units.values_of(checkpoint, "ab!b")
    read = [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0], [0, 0, 1]]
    trace = run(cell, checkpoint.weights, read)
    assert list(found) == list(cell.program.targets)
    for letter, values in found.items():
        np.testing.assert_array_equal(values, trace[letter][1:])


def test_the_untrained_network_is_of_the_same_sizes_and_nothing_else_is_the_same():
    trained = text_network(LSTM, "abcd", seed=9)
    weights = trained.weights
    random = untrained(trained)
    assert {name: one.shape for name, one in random.weights.items()} == {n: one.shape for n, one in weights.items()}
    assert not any((random.weights[name] == weights[name]).any() for name in weights)
    assert random.vocabulary == trained.vocabulary
