import json

import numpy as np
import pytest

from rnnviz.analysis.saturation import Saturation
from rnnviz.figures.cliff import Surface, cliff_map, cliff_relief
from rnnviz.figures.norms import norm_histogram, reach_curves
from rnnviz.figures.saturation import saturation_scatter
from rnnviz.notation import PALETTES
from rnnviz.training.clipping import cliff_surface, descend
from tests.figures.legible import sizes_of_text

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


W, B = np.linspace(3.8, 5.4, 9), np.linspace(-2.9, -1.3, 7)
SURFACE = Surface(W, B, cliff_surface(W, B))
PATHS = {"without clipping": descend((4.8, -2.0), 0.5, 20), "with clipping": descend((4.8, -2.0), 0.5, 20, 0.2)}


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("draw", [cliff_relief, cliff_map])
def test_the_cliff_is_drawn_with_both_paths_to_where_they_leave_it(draw, theme):
    ground, *lines = draw(SURFACE, PATHS, PALETTES[theme]).data
    np.testing.assert_allclose(ground.z, SURFACE.loss, rtol=1e-6)
    np.testing.assert_array_equal(ground.x, W)
    np.testing.assert_array_equal(ground.y, B)
    assert [line.name for line in lines] == list(PATHS)
    for line, path in zip(lines, PATHS.values()):
        np.testing.assert_array_equal(np.column_stack([line.x, line.y, line.customdata]), path.drawn)
    # Told apart by colour, dash and mark.
    for cue in ([line.line.color for line in lines], [line.line.dash for line in lines]):
        assert len(set(cue)) == 2
    assert len({line.marker.symbol for line in lines}) == 2


@pytest.mark.parametrize("draw", [cliff_relief, cliff_map])
def test_the_axes_of_the_cliff_are_those_of_the_surface_whatever_the_paths_do(draw):
    figure = draw(SURFACE, PATHS, PALETTES["light"])
    axes = figure.layout.scene if draw is cliff_relief else figure.layout
    assert axes.xaxis.range == (3.8, 5.4)
    assert axes.yaxis.range == (-2.9, -1.3)
    assert figure.layout.font.size >= 14
    assert figure.layout.paper_bgcolor == "rgba(0,0,0,0)"


def layers_of(chart):
    """The layers of a chart, each with its rows."""
    drawn = chart.to_dict()
    return drawn, [(layer, drawn["datasets"][layer.get("data", drawn.get("data"))["name"]]) for layer in drawn["layer"]]


def test_the_histogram_counts_every_step_once_and_has_the_threshold_for_a_border():
    without, clipped = np.array([0.2, 3.0, 3000.0, 0.0, np.inf]), np.array([0.2, 0.4, 0.5001, 0.6])
    drawn, ((_, rows), *_, (rule, limit), _) = layers_of(
        norm_histogram(without, clipped, 0.5, "Norm", PALETTES["light"])
    )
    count = {
        run: sum(row["steps"] for row in rows if row["run"] == run) for run in ("without clipping", "with clipping")
    }
    assert count == {"without clipping": 3, "with clipping": 4}  # nothing and infinity have no place on a log axis
    beyond = [row["steps"] for row in rows if row["run"] == "with clipping" and row["low"] >= 0.5 - 1e-12]
    assert sum(beyond) == (clipped > 0.5).sum()
    assert [row["threshold"] for row in limit] == [0.5]
    assert rule["encoding"]["x"]["field"] == "threshold"
    assert drawn["layer"][0]["encoding"]["x"]["scale"]["type"] == "log"
    json.dumps(drawn)


@pytest.mark.parametrize("sizes", [np.zeros(3), np.full(3, np.inf), np.array([1e-300, 1e300]), np.array([0.5])])
def test_the_histogram_stands_any_sizes(sizes):
    _, ((_, rows), *_) = layers_of(norm_histogram(sizes, sizes, 0.5, "Norm", PALETTES["dark"]))
    assert (
        sum(row["steps"] for row in rows)
        == 2 * np.isfinite(np.log(sizes, where=sizes > 0, out=np.full(len(sizes), np.inf))).sum()
    )
    assert all(0 < row["low"] < row["high"] < np.inf for row in rows)


def test_what_comes_from_how_far_back_is_drawn_but_for_nothing():
    _, ((_, rows), _) = layers_of(reach_curves(np.array([2.0, 1.0, 0.0]), np.array([1.0, 0.5, 0.0]), PALETTES["light"]))
    assert [(row["run"], row["back"], row["norm"]) for row in rows] == [
        ("before clipping", 0, 2.0), ("before clipping", 1, 1.0), ("after clipping", 0, 1.0), ("after clipping", 1, 0.5)
    ]  # fmt: skip


def test_text_in_charts_of_training_is_large_enough_to_read():
    ones = np.ones(3)
    for chart in (
        norm_histogram(ones, ones, 0.5, "Norm", PALETTES["light"]),
        reach_curves(ones, ones, PALETTES["light"]),
    ):
        assert min(sizes_of_text(chart.to_dict())) >= 14
        assert chart.to_dict()["background"] == "transparent"
