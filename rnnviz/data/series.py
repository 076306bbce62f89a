"""Series of numbers over time, each with its source; they ship, so that nothing is fetched while the app runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnviz.data.steps import stretches
from rnnviz.data.weather import seattle_maximum

Floats = NDArray[np.float64]

#: The files that ship: written by ``tools/series_data.py``.
FOLDER = Path(__file__).with_name("shipped")


@dataclass(frozen=True, eq=False)
class Series:
    """Numbers in the order of time.

    Attributes
    ----------
    name, title
        In code and addresses; on screen.
    times
        What each time is called, in order: "2012-01-31".
    values
        (T,), finite.
    quantity, unit
        What is measured, and in what: "Daily maximum", "°C"; "" for a number without a unit.
    step
        What one step of time is called: "day".
    season
        After how many steps it comes back; 0 where nothing does.
    source
        Who measured it, and where it comes from.
    events
        Steps, from the first up to but not with the last, that somebody has labelled as not usual.
    clean
        Of a labelled series a stretch without an event, to learn from what is usual; in the same way.
    meaning
        In a sentence what its numbers say, where quantity and unit do not say it by themselves; else "".
    """

    name: str
    title: str
    times: tuple[str, ...]
    values: Floats
    quantity: str
    unit: str
    step: str
    season: int
    source: str
    events: tuple[tuple[int, int], ...] = ()
    clean: tuple[int, int] | None = None
    meaning: str = ""

    @property
    def usual(self) -> range:
        """The steps to learn from what is usual: all, where nobody has labelled any."""
        return range(*self.clean) if self.clean else range(len(self.values))


@cache
def _file(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv", dtype={"time": str})


def _seattle() -> Series:
    days = seattle_maximum()
    return Series(
        "seattle", "Seattle’s daily maximum", tuple(map(str, days)), np.array([*days.values()]), "Daily maximum", "°C",
        "day", 365, "NOAA, in the package vega_datasets",
    )  # fmt: skip


def _shipped(name: str, *about: Any) -> Series:
    file = _file(name)
    title, quantity, unit, step, season, source = about
    return Series(
        name, title, tuple(file["time"]), file["value"].to_numpy(np.float64), quantity, unit, step, season, source
    )


_STOCKS = {"AAPL": "Apple", "IBM": "IBM", "MSFT": "Microsoft"}


def _price(file: pd.DataFrame, ticker: str) -> Floats:
    return file[f"{ticker}_close"].to_numpy(np.float64)


def _return(file: pd.DataFrame, ticker: str) -> Floats:
    """By how many percent the price changes from one day to the next: 100 times the change of its logarithm."""
    changes: Floats = np.diff(np.log(_price(file, ticker)))
    return 100 * changes


def _range(file: pd.DataFrame, ticker: str) -> Floats:
    """By how many percent the day's high is above its low, as a logarithm: log 100 log(high / low)."""
    high, low = (file[f"{ticker}_{one}"].to_numpy(np.float64) for one in ("high", "low"))
    ranges: Floats = np.log(100 * np.log(np.maximum(high / low, 1 + 1e-4)))
    return ranges


#: What is looked at of a stock: its name, title, unit and how it is worked out.
STOCK_QUANTITIES: Mapping[str, tuple[str, str, Callable[[pd.DataFrame, str], Floats]]] = {
    "price": ("Price", "$", _price),
    "return": ("Return", "%", _return),
    "range": ("Range of the day, as a logarithm", "", _range),
}

#: What the numbers of a quantity say, where its name and unit do not.
_MEANINGS = {
    "range": (
        "The range is by how many percent the high of a day is above its low, and what is forecast is its natural "
        "logarithm: to be off by 0.30 is to miss the range by a factor of 1.35."
    )
}


def _stock(ticker: str, what: str) -> Series:
    file, (quantity, unit, of) = _file("stocks"), STOCK_QUANTITIES[what]
    values = of(file, ticker)
    return Series(
        f"{ticker.lower()}-{what}", f"{_STOCKS[ticker]}: {quantity.lower()}", tuple(file["time"][-len(values) :]),
        values, quantity, unit, "trading day", 0, "Quandl WIKI, public domain, in the package bokeh_sampledata",
        meaning=_MEANINGS.get(what, ""),
    )  # fmt: skip


def _bleeding() -> Series:
    file = _file("bleeding")
    return Series(
        "bleeding", "Arterial pressure (KDD 135)", tuple(file["time"]), file["value"].to_numpy(np.float64), "Pressure",
        "mmHg", "step", 0, "KDD 2021 anomaly contest, number 135 (InternalBleeding16), in the package aeon",
        tuple(stretches(file["event"].to_numpy(bool))), (0, 1200),
    )  # fmt: skip


#: What the flow of water leaves four times, and only then: three times below and once above.
USUAL_FLOW = (98.0, 108.0)


def _water() -> Series:
    """The flow of water; its source tells of four events, three of low flow and, after two of them, a small peak.

    It does not say when: they are taken to be the stretches outside of `USUAL_FLOW`. Between the last two lies the
    longest one without any.
    """
    series = _shipped("water", "Flow of water in a pipe", "Flow", "l/s", "hour", 24, "Tecnojest, in the package river")
    low, high = USUAL_FLOW
    events = tuple(stretches((series.values < low) | (series.values > high)))
    return replace(series, events=events, clean=(events[-2][1], events[-1][0]))


#: Every series that ships, by name.
SERIES: Mapping[str, Callable[[], Series]] = {
    "seattle": _seattle,
    "sunspots": partial(_shipped, "sunspots", "Sunspots", "Sunspot number", "", "year", 11, "SIDC, in statsmodels"),
    "co2": partial(_shipped, "co2", "CO₂ on Mauna Loa", "CO₂", "ppm", "month", 12, "Keeling & Whorf, in statsmodels"),
    "glucose": partial(
        _shipped,
        "glucose",
        "Glucose, one person",
        "Glucose",
        "mg/dl",
        "5 minutes",
        288,
        "a donor, public domain, in the package bokeh_sampledata",
    ),
    **{f"{ticker.lower()}-{what}": partial(_stock, ticker, what) for ticker in _STOCKS for what in STOCK_QUANTITIES},
    "bleeding": _bleeding,
    "water": _water,
}


@cache
def load_series(name: str) -> Series:
    """A series that ships.

    Raises
    ------
    KeyError
        When there is none of this name.
    """
    found: Series = SERIES[name]()
    return found
