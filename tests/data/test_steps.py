"""How far times are apart, and after how many steps a series comes back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from statsmodels.tsa.stattools import acf

from rnnviz.data.series import load_series
from rnnviz.data.steps import _likeness, all_times, seasons_of, spacing_of, stretches

FREQUENCIES = {
    "s": "second", "min": "minute", "5min": "5 minutes", "h": "hour", "D": "day", "W": "week", "MS": "month",
    "ME": "month", "QS": "quarter", "YS": "year", "2D": "2 days", "250ms": "250 milliseconds",
}  # fmt: skip


@given(some.sampled_from([*FREQUENCIES]), some.integers(0, 20_000), some.sets(some.integers(1, 78), max_size=30))
def test_the_steps_of_pandas_are_known_with_gaps_and_without(frequency, day, gone):
    start = pd.Timestamp("1970-01-01") + pd.Timedelta(days=day)
    whole = pd.date_range(start, periods=80, freq=frequency).to_numpy()
    times = np.delete(whole, sorted(gone))
    spacing = spacing_of(times)
    assert spacing.name == FREQUENCIES[frequency]
    assert spacing.missing == len(gone)
    again = all_times(times, spacing)
    unit = np.datetime_data(again.dtype)[0]
    assert (again == whole.astype(f"datetime64[{unit}]")).all()
    assert (again[spacing.places] == times.astype(again.dtype)).all()


def test_working_days_follow_one_another_whatever_lies_between():
    days = pd.bdate_range("2012-01-02", periods=300).delete([20, 150]).to_numpy()
    spacing = spacing_of(days)
    assert (spacing.name, spacing.missing, spacing.every) == ("working day", 0, None)
    assert (all_times(days, spacing) == days).all()


def test_times_at_no_even_distance_are_rows_and_nearly_even_ones_keep_their_name():
    random = np.random.default_rng(0)
    start = np.datetime64("2012-01-01T00:00:00", "us")
    odd = start + np.sort(random.integers(1, 10**12, 100)).astype("timedelta64[us]")
    assert spacing_of(odd).name == "row"
    jitter = start + (np.arange(100) * 3600 + random.integers(0, 60, 100)).astype("timedelta64[s]")
    assert spacing_of(jitter).every is None


@pytest.mark.parametrize(
    ("name", "step", "season"),
    [("seattle", "day", 365), ("co2", "month", 12), ("ibm-return", "working day", None), ("ibm-price", "row", None)],
)
def test_the_season_of_real_series(name, step, season):
    assert next(iter(seasons_of(load_series(name).values, step)), None) == season


@given(some.integers(3, 40), some.integers(0, 999), some.floats(-0.1, 0.1))
def test_a_planted_season_is_found_under_noise_and_a_slope(season, seed, slope):
    random = np.random.default_rng(seed)
    pattern = np.sin(2 * np.pi * np.arange(season) / season)
    steps = np.arange(12 * season)
    values = pattern[steps % season] + slope * steps + random.normal(0, 0.1, len(steps))
    assert seasons_of(values, "row")[0] % season == 0


@given(some.integers(0, 999))
def test_noise_has_no_season(seed):
    assert seasons_of(np.random.default_rng(seed).normal(size=300), "day") == []


def test_the_likeness_of_a_series_to_itself_is_the_autocorrelation_of_statsmodels_as_it_is_long():
    noise = np.random.default_rng(0).normal(size=6000)
    values = np.convolve(noise, np.ones(5))[: len(noise)]
    assert _likeness(values)[:30] == pytest.approx(acf(values, nlags=29, fft=True), abs=0.02)


@given(some.lists(some.booleans(), max_size=30))
def test_stretches_are_where_flags_are_true(flags):
    found = stretches(np.array(flags, dtype=bool))
    assert [place for start, stop in found for place in range(start, stop)] == [
        place for place, flag in enumerate(flags) if flag
    ]
    assert all(start < stop for start, stop in found)
