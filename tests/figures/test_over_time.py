import json

import numpy as np
import pytest

from rnnviz.figures.over_time import Forecast, forecast_over_time
from rnnviz.notation import PALETTES, variant
from tests.figures.legible import sizes_of_text

TIMES = ("2013-01-30", "2013-01-31", "2013-02-01")
CAME = np.array([1.0, 2.0, 4.0])
LINES = [Forecast("GRU", np.array([1.0, np.nan, 2.0]), "gru"), Forecast("Mean", np.full(3, 1.5))]


def drawn(**options):
    return forecast_over_time(TIMES, CAME, LINES, PALETTES["light"], title="Price, $", **options).to_dict()


def test_what_came_and_what_was_said_stand_at_their_days():
    chart = drawn()
    [rows] = chart["datasets"].values()
    points = [(row["time"][:10], row["title"], row["value"]) for row in rows]
    assert points[:3] == list(zip(TIMES, ["What came"] * 3, CAME))
    assert points[3:5] == [(TIMES[0], "GRU", 1.0), (TIMES[2], "GRU", 2.0)]
    assert [value for _, title, value in points if title == "Mean"] == [1.5] * 3


def test_a_network_has_its_colour_and_dash_and_what_came_is_quiet():
    encoding = drawn()["layer"][0]["encoding"]
    assert encoding["color"]["scale"]["domain"] == ["What came", "GRU", "Mean"]
    palette = PALETTES["light"]
    assert encoding["color"]["scale"]["range"] == [palette.quiet, variant("gru").colour, palette.ink]
    assert encoding["strokeDash"]["scale"]["range"][1] == list(variant("gru").dash)


@pytest.mark.parametrize("size", [14, 20])
def test_it_can_be_read_and_heard(size):
    chart = drawn(font_size=size)
    assert min(sizes_of_text(chart)) == size
    assert chart["description"] == "Price, $ from 2013-01-30 to 2013-02-01: What came, GRU, Mean."
    json.dumps(chart)
