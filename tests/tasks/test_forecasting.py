"""Splits by time, windows, targets and intervals: nothing sees what it is to forecast."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

from rnnviz.tasks.forecasting import (
    Examples,
    absolute_errors,
    coverage,
    examples,
    origins_of,
    residual_interval,
    shortest,
    split,
    windows,
)

sizes = st.tuples(st.integers(1, 40), st.integers(1, 15))


@given(st.integers(0, 20_000))
def test_a_series_is_split_by_time(length):
    parts = split(length)
    assert [step for part in parts for step in part] == list(range(length))
    for part, share in zip(parts, (0.64, 0.16, 0.2), strict=True):
        assert abs(len(part) - share * length) <= 1


@given(sizes, st.integers(0, 300))
def test_every_window_ends_where_its_targets_begin(size, more):
    window, horizon = size
    values = np.arange(shortest(window, horizon) + more, dtype=float)
    for part in split(len(values)):
        found = examples(values, part, window, horizon)
        assert found.windows.shape == (window, len(found.origins))
        both = np.concatenate([found.windows, found.targets])
        assert (np.diff(both, axis=0) == 1).all()
        assert (found.windows[-1] == found.origins).all()
        assert set(found.targets.astype(int).ravel()) <= set(part)


@given(sizes)
def test_how_short_a_series_may_be_is_said(size):
    window, horizon = size
    least = shortest(window, horizon)
    assert all(origins_of(part, window, horizon) for part in split(least))
    with pytest.raises(ValueError, match=f"at least {least} values"):
        [examples(np.zeros(least - 1), part, window, horizon) for part in split(least - 1)]


def test_all_origins_of_the_test_part_are_there():
    values = np.arange(100.0)
    assert list(examples(values, split(100).test, 10, 3).origins) == list(range(79, 97))


def leaks(made):
    """Whether what is learned from, or what is read, tells of what is to be forecast.

    Every value from the test part on is another; and of each example all that comes after its origin.
    """
    values = np.random.default_rng(0).normal(size=200)
    part, after = split(200).test, np.random.default_rng(1).normal(size=200)
    later = np.concatenate([values[: part.start], after[part.start :]])
    if not np.array_equal(made(values)[0].windows, made(later)[0].windows):
        return True
    if not np.array_equal(made(values)[0].targets, made(later)[0].targets):
        return True
    tested = made(values)[1]
    for index, origin in enumerate(tested.origins):
        other = made(np.concatenate([values[: origin + 1], after[origin + 1 :]]))[1]
        if not np.array_equal(tested.windows[:, index], other.windows[:, index]):
            return True
    return False


def by_time(values):
    return tuple(examples(values, part, 10, 3) for part in (split(200).learn, split(200).test))


def shuffled(values):
    everything = examples(values, range(200), 10, 3)
    return tuple(
        Examples(everything.origins[rows], everything.windows[:, rows], everything.targets[:, rows])
        for rows in train_test_split(np.arange(len(everything.origins)), test_size=0.2, random_state=0)
    )


def seeing_its_target(values):
    learn, test = by_time(values)
    return learn, Examples(test.origins, windows(values, 10)[:, test.origins - 8], test.targets)


def test_nothing_of_the_test_part_leaks():
    assert not leaks(by_time)


@pytest.mark.parametrize("planted", [shuffled, seeing_its_target])
def test_a_planted_leak_is_found(planted):
    assert leaks(planted)


def test_errors_are_those_of_scikit_learn():
    forecasts, targets = np.random.default_rng(0).normal(size=(2, 5, 40))
    expected = mean_absolute_error(targets.T, forecasts.T, multioutput="raw_values")
    assert absolute_errors(forecasts, targets) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("count", [19, 40, 99, 230])
def test_intervals_cover_as_often_as_they_are_made_for(count):
    """Whatever the distribution: on average over many draws, nine in ten and at most two of N + 1 more."""
    draws = np.random.default_rng(count).standard_cauchy(size=(2, 3000, count))
    forecasts = np.zeros_like(draws[0])
    covered = coverage(forecasts, draws[1], residual_interval(forecasts, draws[0])).mean()
    assert 0.9 - 0.004 <= covered <= 0.9 + 2 / (count + 1) + 0.004


def test_an_interval_from_few_errors_holds_them_all():
    errors = np.array([[3.0, -1.0, 2.0]])
    interval = residual_interval(np.zeros((1, 3)), errors)
    assert (interval.lower, interval.upper) == (-1.0, 3.0)
    assert coverage(np.zeros((1, 3)), errors, interval) == 1.0


def test_coverage_counts_by_horizon():
    interval = residual_interval(np.zeros((2, 2)), np.array([[-1.0, 1.0], [0.0, 2.0]]))
    assert list(coverage(np.zeros((2, 2)), np.array([[0.0, 5.0], [3.0, -1.0]]), interval)) == [0.5, 0.0]
