import json

import numpy as np
import pytest

from rnnviz.figures.series import series_line
from rnnviz.notation import PALETTES
from tests.figures.legible import sizes_of_text

VALUES = np.random.default_rng(0).normal(size=20_000).cumsum()
TIMES = [f"time {place}" for place in range(len(VALUES))]


def drawn(chart):
    [rows] = chart["datasets"].values()
    return rows


@pytest.mark.parametrize("theme", PALETTES)
def test_a_short_series_is_drawn_as_it_is(theme):
    chart = series_line(TIMES[:100], VALUES[:100], "Depth (m)", PALETTES[theme]).to_dict()
    assert [(row["step"], row["time"], row["value"]) for row in drawn(chart)] == [
        (place + 1, TIMES[place], VALUES[place]) for place in range(100)
    ]
    [line] = chart["layer"]
    assert line["mark"]["color"] == PALETTES[theme].accent
    axis = line["encoding"]["x"]["axis"]
    assert axis["values"] == [1, 26, 51, 75, 100]
    assert json.loads(axis["labelExpr"].removeprefix("(").removesuffix(")[datum.value]")) == {
        str(step): TIMES[step - 1] for step in axis["values"]
    }


@pytest.mark.parametrize("length", [1500, 1501, 4096, 20_000])
def test_of_a_long_series_no_peak_is_lost(length):
    values = VALUES[:length]
    rows = drawn(series_line(TIMES[:length], values, "Depth", PALETTES["light"]).to_dict())
    assert len(rows) <= 1502
    assert [row["step"] for row in rows] == sorted({row["step"] for row in rows})
    found = [row["value"] for row in rows]
    assert (min(found), max(found)) == (values.min(), values.max())
    assert (rows[0]["step"], rows[-1]["step"]) == (1, length)
    assert found == [values[row["step"] - 1] for row in rows]


@pytest.mark.parametrize("size", [14, 20])
def test_it_can_be_read_and_heard(size):
    chart = series_line(TIMES[:4], VALUES[:4], "Depth", PALETTES["light"], font_size=size).to_dict()
    assert min(sizes_of_text(chart)) == size
    least, most = VALUES[:4].min(), VALUES[:4].max()
    assert chart["description"] == f"Depth over 4 steps, from time 0 to time 3: {least:.4g} to {most:.4g}."
