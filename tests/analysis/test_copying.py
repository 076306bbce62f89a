"""Forecasts that only repeat, and forecasts of a direction: planted ones are told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import binom_test

from rnnviz.analysis.copying import direction, returns_of, shifted_errors


@given(st.integers(0, 3), st.integers(0, 99))
def test_a_planted_copy_is_found_at_its_lag(lag, seed):
    random = np.random.default_rng(seed)
    walk = random.normal(size=200).cumsum()
    copy = np.roll(walk, lag) + 0.01 * random.normal(size=200)
    errors = shifted_errors(copy, walk, range(4))
    assert min(errors, key=errors.get) == lag
    assert errors[lag] < 0.02


def test_the_distance_at_a_shift_is_that_of_the_forecast_from_the_day_it_then_stands_on():
    said, came = np.array([9.0, 1.0, 5.0, 7.0]), np.array([1.0, 5.0, 6.0, 9.0])
    assert shifted_errors(said, came, (0, 1)) == {0: pytest.approx((4 + 1 + 2) / 3), 1: pytest.approx((0 + 0 + 1) / 3)}
    with pytest.raises(ValueError, match="more than 4 forecasts, not 4"):
        shifted_errors(said, came, (0, 4))


def test_a_direction_is_right_as_often_as_signs_agree():
    found = direction([1.0, -1.0, 0.0, 2.0, 5.0], [3.0, 1.0, 1.0, -1.0, 0.0])
    assert (found.right, found.count, found.always) == (0.25, 4, 0.75)
    with pytest.raises(ValueError, match="nothing has moved"):
        direction([1.0], [0.0])


@pytest.mark.parametrize("count", [30, 650])
def test_chance_is_where_a_coin_is_not_refused(count):
    """By statsmodels' test of a share: at the ends of the span it is not significant, beyond them it is."""
    low, high = (round(end * count) for end in direction(np.ones(count), np.ones(count)).chance)
    for inside, outside in ((low, low - 1), (high, high + 1)):
        assert binom_test(inside, count) > 0.05 - 1e-9
        assert binom_test(outside, count) < 0.05


def test_who_always_says_up_knows_nothing_where_most_days_rise():
    came = np.where(np.arange(500) % 10 < 7, 1.0, -1.0)
    assert not direction(np.ones(500), came).knows
    assert direction(came, came).knows


def test_a_return_is_the_logarithm_in_percent():
    assert returns_of([110.0, 90.0], [100.0, 100.0]) == pytest.approx(100 * np.log([1.1, 0.9]))
