"""Detectors beside pandas, statsmodels and scikit-learn; what is planted is found, and nothing looks ahead."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve
from statsmodels.tsa.ar_model import AutoReg

from rnnviz.data.series import Series, load_series
from rnnviz.tasks.baselines import Problem
from rnnviz.tasks.detection import (
    AFTER,
    LAGS,
    ROLLING,
    SIMPLE,
    STILL,
    Linear,
    Rolling,
    cases,
    curve,
    difference,
    found,
    learned_part,
    level,
    linear,
    rolling,
    room,
    scores,
    simple_detectors,
    usual_distance,
    usual_steps,
)
from rnnviz.tasks.forecasting import shortest

LABELLED = ("water", "bleeding")
#: What is learned from of 300 values without labels.
LEARNED = range(192)


def drawn(seed, length=300):
    """A wave and a random walk in one, no two values alike."""
    random = np.random.default_rng(seed)
    return np.sin(np.arange(length) / 5) + random.normal(size=length).cumsum() / 10 + 3


def a_series(values, events=(), clean=None):
    times = tuple(map(str, range(len(values))))
    return Series("made", "Made", times, np.asarray(values, float), "Value", "", "step", 0, "drawn", events, clean)


every_detector = pytest.mark.parametrize("learn", SIMPLE.values(), ids=SIMPLE)
seeds = st.integers(0, 10_000)


@every_detector
@given(seed=seeds, step=st.integers(40, 299), by=st.floats(-100, 100))
def test_a_score_does_not_know_what_comes_after_it(learn, seed, step, by):
    values = drawn(seed)
    detector = learn(a_series(values))
    later = values.copy()
    later[step:] += by
    np.testing.assert_array_equal(detector.distances(values)[:step], detector.distances(later)[:step])


@every_detector
@given(seed=seeds, step=st.integers(210, 299), by=st.sampled_from([-60.0, 60.0]))
def test_a_planted_spike_gets_the_highest_score_at_its_own_step(learn, seed, step, by):
    values = drawn(seed)
    detector = learn(a_series(values.copy()))
    values[step] += by
    scored = scores(detector, values[: step + 1], LEARNED)
    assert np.nanargmax(scored) == step


def test_the_mean_and_the_difference_are_those_of_pandas():
    values = drawn(0)
    series = a_series(values)
    np.testing.assert_allclose(level(series).distances(values), values - pd.Series(values[:192]).mean())
    np.testing.assert_allclose(difference(series).distances(values), pd.Series(values).diff())


def test_the_rolling_z_is_that_of_pandas():
    values = drawn(1)
    values[100:140] = values[100]  # a still stretch
    before = pd.Series(values).shift().rolling(ROLLING)
    deviation = before.std(ddof=0).clip(lower=STILL * values[:192].std())
    detector = rolling(a_series(values))
    np.testing.assert_allclose(detector.distances(values), (values - before.mean()) / deviation, rtol=1e-6, atol=1e-9)


def test_the_autoregression_is_that_of_statsmodels():
    values = drawn(2)
    series = a_series(values)
    detector, tried = linear(series), Problem(series, LAGS, 1).most_lags
    fitted = AutoReg(values[:192], lags=detector.reach, trend="c", hold_back=tried).fit()
    np.testing.assert_allclose([detector.constant, *detector.weights], fitted.params, rtol=1e-6)
    np.testing.assert_allclose(detector.distances(values[:192])[tried:], fitted.resid, atol=1e-8)


def test_a_wave_is_expected_exactly_from_its_last_two_values():
    wave = np.sin(0.3 * np.arange(100))
    exact = Linear(0.0, np.array([2 * np.cos(0.3), -1.0]))
    np.testing.assert_allclose(exact.distances(wave)[2:], 0, atol=1e-12)
    np.testing.assert_allclose(linear(a_series(wave)).distances(wave)[2 * LAGS :], 0, atol=1e-9)


@every_detector
@given(seed=seeds, factor=st.floats(0.01, 100), offset=st.floats(-100, 100))
def test_scores_do_not_depend_on_the_unit(learn, seed, factor, offset):
    values = drawn(seed)
    scored = scores(learn(a_series(values)), values, LEARNED)
    other = factor * values + offset
    again = scores(learn(a_series(other)), other, LEARNED)
    np.testing.assert_allclose(again, scored, rtol=1e-4, atol=1e-4)


@every_detector
def test_where_nothing_varies_there_is_a_score_all_the_same(learn):
    still = np.full(100, 7.0)
    detector = learn(a_series(still.copy()))
    assert np.nanmax(scores(detector, still, range(64))) < 1e-9
    still[80] = 9
    assert np.nanargmax(scores(detector, still, range(64))) in (80, 81)


@pytest.mark.parametrize("length", [2, 5, 24])
def test_values_fewer_than_a_detector_looks_at_have_no_scores(length):
    values = drawn(0)[:length]
    assert np.isnan(scores(rolling(a_series(values)), values, range(1))).all()


@pytest.mark.parametrize("length", [1, 2, 30])
def test_a_series_that_is_too_short_to_learn_from_is_refused(length):
    with pytest.raises(ValueError, match=f"at least {shortest(LAGS, 1)} values"):
        simple_detectors(a_series(drawn(0)[:length]))


def test_what_is_usual_is_a_score_of_one():
    values = drawn(3)
    distances = difference(a_series(values)).distances(values)
    learned = range(50, 150)
    assert usual_distance(difference(a_series(values)), values, learned) == pytest.approx(
        np.sqrt((distances[50:150] ** 2).mean())
    )
    scored = scores(difference(a_series(values)), values, learned)
    assert np.sqrt((scored[50:150] ** 2).mean()) == pytest.approx(1)


labelled = st.builds(
    lambda seed, starts: a_series(drawn(seed), tuple((start, start + 3) for start in sorted(starts)), (0, 60)),
    seeds,
    st.sets(st.integers(7, 28).map(lambda k: 10 * k), min_size=1, max_size=5),
)


@given(labelled)
def test_precision_and_recall_are_those_of_scikit_learn(series):
    scored = scores(difference(series), series.values, learned_part(series))
    ours, (labels, given_scores) = curve(series, scored), cases(series, scored)
    precision, recall, thresholds = precision_recall_curve(labels, given_scores)
    np.testing.assert_allclose(ours.thresholds[::-1], thresholds)
    np.testing.assert_allclose(ours.precision[::-1], precision[:-1])
    np.testing.assert_allclose(ours.recall[::-1], recall[:-1])
    assert ours.average_precision == pytest.approx(average_precision_score(labels, given_scores))


@given(labelled, st.floats(0, 4))
def test_what_alarms_find_lies_on_the_curve(series, threshold):
    scored = scores(difference(series), series.values, learned_part(series))
    now, all_of_it = found(series, scored, threshold), curve(series, scored)
    reached = np.flatnonzero(all_of_it.thresholds >= threshold)
    if not reached.size:
        assert (now.events, now.false_alarms) == (0, 0)
        assert np.isnan(now.precision)
        return
    assert now.recall == pytest.approx(all_of_it.recall[reached[-1]])
    assert now.precision == pytest.approx(all_of_it.precision[reached[-1]])


@given(labelled)
def test_there_is_room_where_a_threshold_finds_all_and_nothing_else(series):
    scored = scores(difference(series), series.values, learned_part(series))
    labels, given_scores = cases(series, scored)
    best = found(series, scored, given_scores[labels].min())
    assert best.recall == 1
    assert (room(series, scored) > 1) == (best.false_alarms == 0)


def test_what_is_learned_from_an_event_and_what_follows_it_is_no_false_alarm():
    series = a_series(np.zeros(300), events=((200, 205),), clean=(0, 100))
    counted = usual_steps(series)
    assert counted.sum() == 300 - 100 - 5 - AFTER
    assert counted[100:200].all()
    assert counted[205 + AFTER :].all()
    alarms = np.zeros(300)
    alarms[[50, 150, 202, 206]] = 9
    now = found(series, alarms, 5)
    assert now.after == (2,)
    assert (now.false_alarms, now.steps) == (1, 300 - 100 - 5 - AFTER)
    assert now.per_thousand == pytest.approx(1000 / (300 - 100 - 5 - AFTER))


def test_an_alarm_only_after_an_event_does_not_find_it():
    series = a_series(np.zeros(300), events=((200, 205),), clean=(0, 100))
    alarms = np.zeros(300)
    alarms[205] = 9
    assert found(series, alarms, 5).after == (None,)


def test_without_a_label_there_is_neither_precision_nor_recall():
    series = a_series(drawn(0))
    now = found(series, scores(difference(series), series.values, learned_part(series)), 2)
    assert np.isnan(now.recall)
    assert now.steps == 300 - 192
    with pytest.raises(ValueError, match="nobody has labelled an event in Made"):
        curve(series, np.zeros(300))


@pytest.mark.parametrize("name", LABELLED)
def test_what_is_learned_from_a_labelled_series_is_without_an_event(name):
    series = load_series(name)
    learned = learned_part(series)
    assert len(learned) >= 300
    for start, stop in series.events:
        assert not set(range(start, stop + AFTER)) & set(learned) or stop == learned.start


def test_the_water_leaves_its_usual_flow_in_four_stretches_as_its_source_tells():
    water = load_series("water")
    highest = [water.values[start:stop].max() for start, stop in water.events]
    assert [peak > 108 for peak in highest] == [False, False, True, False]
    assert np.argmax(water.values) == water.events[2][0]


def test_every_detector_finds_all_events_of_the_water_at_some_threshold():
    water = load_series("water")
    for detector in simple_detectors(water).values():
        assert room(water, scores(detector, water.values, learned_part(water))) > 1


def test_the_heartbeat_that_is_not_usual_has_the_highest_score_of_those_that_look_at_change():
    bleeding = load_series("bleeding")
    ((start, stop),) = bleeding.events
    for name, detector in simple_detectors(bleeding).items():
        scored = scores(detector, bleeding.values, learned_part(bleeding))
        at_top = start <= np.nanargmax(scored) < stop + AFTER
        assert at_top == (name in ("difference", "autoregression"))


def test_the_day_that_surprises_most_in_the_range_of_ibm_is_the_flash_crash():
    ibm = load_series("ibm-range")
    for name in ("difference", "rolling", "autoregression"):
        detector = simple_detectors(ibm)[name]
        assert ibm.times[np.nanargmax(scores(detector, ibm.values, learned_part(ibm)))] == "2010-05-06"


def test_a_label_can_be_moved_without_another_detector():
    water = load_series("water")
    moved = replace(water, events=((400, 405),))
    assert isinstance(simple_detectors(moved)["rolling"], Rolling)
    assert learned_part(moved) == learned_part(water)
