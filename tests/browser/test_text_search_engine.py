"""What the browser ranks and searches in a text, against scikit-learn and against the Python that makes the index."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from rnnviz.analysis.patterns import NEAR, Index, search, shares, switching_units
from rnnviz.networks.checkpoints import pack

DRAWN = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.sampled_from([-1.5, -0.0, 0.0, 1e-9, 1.0, 2.0, 1e9]) | st.floats(-3, 3)


@DRAWN
@given(pairs=st.lists(st.tuples(st.integers(0, 1), NUMBERS), max_size=40))
def test_the_area_under_the_curve_is_scikit_learn_s(stage, pairs):
    labels, values = [label for label, _ in pairs], [value for _, value in pairs]
    area = stage.page.evaluate(
        'async ([labels, values]) => (await import("/engine/ranking.js")).auc(labels, values)', [labels, values]
    )
    if len({*labels}) < 2:
        assert np.isnan(area)
    else:
        assert area == pytest.approx(roc_auc_score(labels, values), abs=1e-12)


PASSAGES = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 6)), min_size=1, max_size=6)


@DRAWN
@given(given_=PASSAGES)
def test_painted_passages_are_those_characters_and_are_parted_between_two_of_them(stage, given_):
    united, parting = stage.page.evaluate(
        """async (given) => {
            const { parted, united } = await import("/engine/ranking.js");
            const all = given.reduce((passages, [start, size]) => united(passages, { start, end: start + size }), []);
            return [all.map(({ start, end }) => [start, end]), parted(all)];
        }""",
        given_,
    )
    painted = {t for start, size in given_ for t in range(start, start + size)}
    assert {t for start, end in united for t in range(start, end)} == painted
    assert all(end < start for (_, end), (start, _) in pairwise(united))
    if len(united) == 1:
        assert parting is None
    else:
        before = [end <= parting for _, end in united]
        assert before == [place < len(united) // 2 for place in range(len(united))]
        assert all(start >= parting for (start, _), early in zip(united, before) if not early)


@DRAWN
@given(seed=st.integers(0, 10_000), length=st.integers(1, 80), units=st.integers(1, 5), data=st.data())
def test_a_pattern_is_found_where_python_finds_it(stage, seed, length, units, data):
    random = np.random.default_rng(seed)
    waves = np.cumsum(random.normal(size=(length, units)), axis=0)
    labels = {"b": random.random(length) < 0.3, "a": np.arange(length) % 3 == 0}
    index = Index.of(random.integers(7, size=length), waves, {name: one.astype(float) for name, one in labels.items()})
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    chosen = data.draw(st.lists(st.integers(0, units - 1), min_size=1, unique=True))
    switching, found, counted = stage.page.evaluate(
        """async ([bytes, near, passage, chosen, length]) => {
            const { PatternIndex, switchingUnits } = await import("/engine/patterns.js");
            const { readSafetensors } = await import("/engine/safetensors.js");
            const index = new PatternIndex(readSafetensors(Uint8Array.from(bytes).buffer), near);
            const on = Array.from(index.threshold, (_, unit) => index.bitsOf(unit));
            const found = index.search(chosen, length, 6);
            return [switchingUnits(on, passage, near), found, [...index.shares(found)]];
        }""",
        [list(pack(index.arrays())), NEAR, {"start": start, "end": end}, chosen, end - start],
    )
    assert switching == switching_units(index, start, end)
    expected = search(index, chosen, end - start, most=6)
    assert found == [vars(one) for one in expected]
    for name, share in counted:
        theirs = shares(index, expected)[name]
        np.testing.assert_allclose([share["found"] if found else np.nan, share["all"]], theirs, atol=1e-12)


@DRAWN
@given(seed=st.integers(0, 10_000), length=st.integers(2, 30), units=st.integers(1, 6))
def test_the_units_that_vary_most_have_the_largest_deviation(stage, seed, length, units):
    rows = np.random.default_rng(seed).normal(size=(length, units)) * np.arange(1, units + 1)
    most = stage.page.evaluate(
        """async (rows) => {
            const { mostVarying } = await import("/engine/ranking.js");
            return mostVarying(rows.map((row) => Float64Array.from(row)), 1, rows.length, 3);
        }""",
        rows.tolist(),
    )
    assert most == np.argsort(-rows[1:].std(axis=0), kind="stable")[:3].tolist()
