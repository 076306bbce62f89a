import json

import numpy as np

from rnnviz.dynamics import Saturation
from rnnviz.figures.saturation import saturation_scatter

SHARES = Saturation(left=np.array([0.5, 0.0, 0.25]), right=np.array([0.5, 0.125, 0.0]))


def drawn():
    """The parts of the chart by the kind of their marks, each with its rows."""
    chart = saturation_scatter(SHARES, "LSTM: forget gate", "#0072B2").to_dict()
    rows = chart["datasets"]
    return chart, {layer["mark"]["type"]: (layer, rows[layer["data"]["name"]]) for layer in chart["layer"]}


def test_every_unit_is_a_dot_at_its_shares_in_the_colour_of_the_cell():
    _, parts = drawn()
    dots, rows = parts["point"]
    assert [(row["unit"], row["right"], row["left"], row["between"]) for row in rows] == [
        (1, 0.5, 0.5, 0.0),
        (2, 0.125, 0.0, 0.875),
        (3, 0.0, 0.25, 0.75),
    ]
    assert (dots["encoding"]["x"]["field"], dots["encoding"]["y"]["field"]) == ("right", "left")
    assert dots["mark"]["color"] == "#0072B2"
    assert [tip["title"] for tip in dots["encoding"]["tooltip"]] == ["Unit", "Nearly open", "Nearly shut", "In between"]


def test_the_thin_line_is_where_the_shares_make_one():
    _, parts = drawn()
    line, rows = parts["line"]
    assert [(row["right"], row["left"]) for row in rows] == [(0, 1), (1, 0)]
    assert line["mark"]["strokeWidth"] == 1


def test_every_picture_has_the_same_axes_large_enough_to_read_and_no_ground_of_its_own():
    chart, parts = drawn()
    for layer, _ in parts.values():
        for axis in (layer["encoding"]["x"], layer["encoding"]["y"]):
            assert axis["scale"] == {"domain": [0, 1], "nice": False}
            assert min(axis["axis"]["labelFontSize"], axis["axis"]["titleFontSize"]) >= 14
    assert chart["background"] == "transparent"
    assert chart["title"]["text"] == "LSTM: forget gate"
    assert "LSTM: forget gate" in chart["description"]
    json.dumps(chart)
