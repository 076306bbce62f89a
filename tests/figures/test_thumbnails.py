"""Small pictures: what they draw is read back."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.figures.thumbnails import curves, curves_over, heat_map
from rnnviz.notation import PALETTES, QUANTITIES, VARIANTS


def values_of(picture, quantity):
    """The values (rows, columns) that a heat map shows, as far as its shades tell them."""
    root = ElementTree.fromstring(picture)
    columns, rows = map(int, root.get("viewBox").split()[2:])
    found = np.zeros((rows, columns))
    for path in root.iter("path"):
        sign = -1 if PALETTES["light"].negative in path.get("fill") else 1
        for column, row in re.findall(r"M(\d+) (\d+)h1v1h-1z", path.get("d")):
            found[int(row), int(column)] = sign * float(path.get("fill-opacity")) * quantity.colour_range[1]
    return found


@given(arrays(float, (3, 5), elements=st.floats(-4, 4)), st.sampled_from(["hidden_state", "cell_state"]))
def test_a_heat_map_shows_every_value_on_its_scale(values, name):
    quantity = QUANTITIES[name]
    low, high = quantity.colour_range
    shown = values_of(heat_map(values, quantity, "values"), quantity)
    np.testing.assert_allclose(shown, np.clip(values, low, high), atol=high / 31)


def test_a_gate_has_its_own_colour():
    assert PALETTES["dark"].gate in heat_map(np.full((2, 2), 0.7), QUANTITIES["forget_gate"], "gates")


def test_curves_share_one_range_and_have_their_colours():
    lines = {"elman": np.array([0.0, 1.0, 2.0]), "gru": np.array([4.0, np.nan, 1.0])}
    root = ElementTree.fromstring(curves(lines, "three curves & more"))
    assert root.get("aria-label") == "three curves & more"
    drawn = {}
    for line, (name, values) in zip(root.iter("polyline"), lines.items(), strict=True):
        assert line.get("stroke") == VARIANTS[name].colour
        points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        drawn |= dict(zip(values[np.isfinite(values)], (y for _, y in points), strict=True))
    assert drawn[0.0] - drawn[4.0] == pytest.approx(4 * (drawn[0.0] - drawn[1.0]), abs=0.3)
    assert drawn[0.0] > drawn[4.0]  # down is more in the picture's own coordinates


def test_curves_over_another_share_its_range():
    ground, line = np.array([0.0, 4.0, 2.0]), np.array([np.nan, 8.0, 2.0])
    below, above = ElementTree.fromstring(curves_over(ground, {"gru": line}, "what came")).iter("polyline")
    assert (above.get("stroke"), PALETTES["dark"].quiet in below.get("stroke")) == (VARIANTS["gru"].colour, True)
    points = [[tuple(map(float, point.split(","))) for point in one.get("points").split()] for one in (below, above)]
    (_, zero), (middle, four), (right, two) = points[0]
    (at_middle, eight), (at_right, also_two) = points[1]
    assert (at_middle, at_right, also_two) == (middle, right, two)
    assert zero - eight == pytest.approx(2 * (zero - four), abs=0.3)
