"""The series that ship, against the packages that they come from as far as these are installed, and published facts."""

import numpy as np
import pandas as pd
import pytest
from statsmodels import datasets
from vega_datasets import local_data

from rnnviz.data import time_cells
from rnnviz.data.series import SERIES, load_series
from rnnviz.data.steps import spacing_of
from tests.test_architecture import ROOT


@pytest.mark.parametrize("name", SERIES)
def test_a_series_is_of_numbers_in_the_order_of_time(name):
    series = load_series(name)
    assert series.name == name
    assert len(series.times) == len(series.values) == len(set(series.times))
    assert np.isfinite(series.values).all()
    assert all(0 <= start < stop <= len(series.values) for start, stop in series.events)
    if series.step != "step":
        (read,) = time_cells.readings(series.times).values()
        assert (np.diff(read.times.astype(int)) > 0).all()


@pytest.mark.parametrize(
    ("name", "step", "missing"),
    [
        ("seattle", "day", 0),
        ("sunspots", "year", 0),
        ("co2", "month", 0),
        ("glucose", "5 minutes", 0),
        ("ibm-price", "working day", 0),
        ("water", "hour", 112),
    ],
)
def test_how_far_apart_its_times_are(name, step, missing):
    (read,) = time_cells.readings(load_series(name).times).values()
    spacing = spacing_of(read.times)
    assert (spacing.name, spacing.missing) == (step, missing)


def test_sunspots_and_co2_are_those_of_statsmodels():
    sunspots, co2 = load_series("sunspots"), load_series("co2")
    found = datasets.sunspots.load_pandas().data
    assert sunspots.times == tuple(found["YEAR"].astype(int).astype(str))
    assert sunspots.values.tolist() == found["SUNACTIVITY"].tolist()
    monthly = datasets.co2.load_pandas().data["co2"].resample("MS").mean()
    measured = monthly.notna().to_numpy()
    assert (~measured).sum() == 5
    assert co2.times == tuple(monthly.index.strftime("%Y-%m"))
    assert co2.values[measured] == pytest.approx(monthly[measured].to_numpy(), abs=0.0051)


def test_seattle_is_that_of_vega_datasets():
    weather = local_data.seattle_weather()
    assert load_series("seattle").values.tolist() == weather["temp_max"].tolist()
    assert load_series("seattle").times == tuple(weather["date"].dt.strftime("%Y-%m-%d"))


def test_a_return_is_the_change_of_a_logarithm_and_the_crash_of_2008_is_in_the_range():
    price, change, moves = (load_series(f"ibm-{what}") for what in ("price", "return", "range"))
    assert np.exp(change.values.cumsum() / 100) * price.values[0] == pytest.approx(price.values[1:], rel=1e-9)
    assert change.times == price.times[1:]
    widest = pd.Series(moves.values, pd.to_datetime(moves.times)).rolling(60).mean().idxmax()
    assert (widest.year, widest.month) in {(2000, 12), (2001, 1), (2008, 11), (2008, 12)}


def test_the_labelled_event_of_kdd_135_is_the_one_its_file_is_named_after():
    series = load_series("bleeding")  # 135_UCR_Anomaly_InternalBleeding16_1200_4187_4199
    assert series.events == ((4187, 4199),)
    assert series.clean == (0, 1200)
    assert len(series.values) == 7501


def test_what_ships_is_small_and_its_source_is_told():
    files = [*(ROOT / "rnnviz" / "data" / "shipped").iterdir()]
    assert sum(file.stat().st_size for file in files) < 600_000
    told = (ROOT / "docs" / "data.md").read_text()
    for word in ("309 years", "526 months", "3,270 trading days", "6,047 values", "7,501 steps", "1,268 hours"):
        assert word in told
    lengths = {name: len(load_series(name).values) for name in SERIES}
    assert [lengths[name] for name in ("sunspots", "co2", "ibm-price", "glucose", "bleeding", "water")] == [
        309, 526, 3270, 6047, 7501, 1268,
    ]  # fmt: skip
