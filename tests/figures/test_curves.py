import json
from itertools import pairwise
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.figures import lines
from rnnviz.figures.batching import batch_speed, padding_waste
from rnnviz.figures.curves import (
    LevelLine,
    Result,
    Series,
    gradient_norms,
    learning_curves,
    metric_by_length,
)
from rnnviz.figures.lines import Level
from rnnviz.notation import PALETTES, VARIANTS
from rnnviz.training.batching import Speed, Work
from tests.figures.legible import sizes_of_text

LIGHT = PALETTES["light"]
ERROR = {"x": "Step", "title": "Mean squared error", "palette": LIGHT}


def series(seed, x, y, cell="lstm", title="LSTM", diverged_at=None):
    return Series(cell, title, seed, np.array(x, dtype=float), np.array(y, dtype=float), diverged_at)


def parts_of(chart):
    """The drawn chart and its layers as (mark, encoding, rows)."""
    drawn = json.loads(json.dumps(chart.to_dict()))
    layers = [
        (layer["mark"], layer["encoding"], drawn["datasets"][layer.get("data", drawn.get("data"))["name"]])
        for layer in drawn["layer"]
    ]
    return drawn, layers


def rows_of(chart, kind, **mark):
    """The rows of all layers of a kind whose marks have some properties."""
    _, layers = parts_of(chart)
    return [
        row
        for found, _, rows in layers
        if found["type"] == kind and all(found.get(name) == value for name, value in mark.items())
        for row in rows
    ]


def points(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def medians_of(chart):
    return rows_of(chart, "line", strokeWidth=3)


def seeds_of(chart):
    return rows_of(chart, "line", strokeWidth=1)


def labels_of(chart):
    """The labels by their text, each with its place in pixels from the top."""
    drawn, layers = parts_of(chart)
    rows = next(rows for mark, _, rows in layers if mark["type"] == "text" and "stroke" not in mark)
    scale = axes_of(chart)["y"]["scale"]
    low, high = map(np.log if scale["type"] == "log" else float, scale["domain"])
    at = np.log if scale["type"] == "log" else float
    return {row["label"]: float(drawn["height"] * (high - at(row["y"])) / (high - low)) for row in rows}


def axes_of(chart):
    """How the layer for the axes and the legend encodes them; it has no marks, and no other layer says more."""
    _, ((_, axes, rows), *others) = parts_of(chart)
    assert rows == []
    for _, encoding, _ in others:
        for channel in ("x", "y", "color", "strokeDash"):
            assert set(encoding.get(channel, {})) <= {"field", "type"}
    return axes


def domain_of(chart, axis="y"):
    return axes_of(chart)[axis]["scale"]["domain"]


THREE = [
    series(0, [10, 20, 30], [3.0, 2.0, 1.0]),
    series(1, [10, 20, 30], [5.0, 1.0, 0.5]),
    series(2, [10, 20, 30], [4.0, 3.0, 2.0]),
]


def test_the_median_and_the_spread_are_those_of_the_seeds():
    chart = learning_curves(THREE, levels=[], **ERROR)
    assert points(medians_of(chart), "x", "y", "low", "high", "runs") == [
        (10, 4.0, 3.0, 5.0, 3), (20, 2.0, 1.0, 3.0, 3), (30, 1.0, 0.5, 2.0, 3)
    ]  # fmt: skip
    assert points(rows_of(chart, "area"), "x", "low", "high") == [(10, 3.0, 5.0), (20, 1.0, 3.0), (30, 0.5, 2.0)]
    assert points(seeds_of(chart), "seed", "x", "y") == [
        (run.seed, x, y) for run in THREE for x, y in zip(run.x, run.y)
    ]  # fmt: skip
    assert points(rows_of(chart, "point"), "seed", "x", "y") == [(0, 30, 1.0), (1, 30, 0.5), (2, 30, 2.0)]


def test_runs_of_different_steps_have_a_median_where_all_have_points_on_straight_lines_between_them():
    runs = [series(0, [0, 10, 40], [0.0, 10.0, 40.0]), series(1, [5, 25], [1.0, 3.0]), series(2, [], [])]
    chart = learning_curves(runs, levels=[], **ERROR)
    by_hand = {5: (5, 1), 10: (10, 1.5), 25: (25, 3)}
    assert points(medians_of(chart), "x", "y", "runs") == [(x, median(ys), 2) for x, ys in by_hand.items()]
    assert len(seeds_of(chart)) == 5


def test_runs_that_have_no_step_in_common_have_no_median():
    chart = learning_curves([series(0, [1, 2], [1, 1]), series(1, [5, 6], [1, 1])], levels=[], **ERROR)
    assert medians_of(chart) == rows_of(chart, "area") == []
    assert len(seeds_of(chart)) == 4


def test_a_single_run_is_its_own_thick_line():
    chart = learning_curves(THREE[:1], levels=[], **ERROR)
    assert points(medians_of(chart), "x", "y") == [(10, 3.0), (20, 2.0), (30, 1.0)]
    assert seeds_of(chart) == rows_of(chart, "area") == []


def test_a_long_median_keeps_its_ends_and_real_points():
    x = np.arange(1.0, 1001)
    drawn = points(medians_of(learning_curves([series(0, x, x**2), series(1, x, x**2)], levels=[], **ERROR)), "x", "y")
    assert len(drawn) == 200
    assert (drawn[0], drawn[-1]) == ((1, 1), (1000, 1_000_000))
    assert all(y == x**2 for x, y in drawn)


def test_cells_are_told_apart_by_the_colours_and_dashes_of_the_notation_and_the_legend_shows_both():
    cells = {"elman": "Elman RNN", "lstm": "LSTM", "gru": "GRU"}
    runs = [series(0, [1, 2], [1, 2], cell, title) for cell, title in cells.items()]
    encoding = axes_of(learning_curves(runs, levels=[], **ERROR))
    assert encoding["color"]["scale"] == {
        "domain": list(cells.values()), "range": [VARIANTS[name].colour for name in cells]
    }  # fmt: skip
    dashes = [list(VARIANTS["elman"].dash), [1, 0], list(VARIANTS["gru"].dash)]
    assert encoding["strokeDash"]["scale"] == {"domain": ["Elman RNN", "LSTM", "GRU"], "range": dashes}
    # Equal legends of one field are drawn as one.
    assert encoding["color"]["legend"] == encoding["strokeDash"]["legend"]
    assert encoding["color"]["field"] == encoding["strokeDash"]["field"]


def test_two_lines_of_one_cell_have_its_colour_and_different_dashes():
    titles = ["LSTM", "LSTM, chrono", "LSTM, forget bias"]
    runs = [series(seed, [1, 2], [1, 2], "lstm", title) for title in titles for seed in (0, 1)]
    encoding = axes_of(learning_curves(runs, levels=[], **ERROR))
    assert encoding["color"]["scale"]["range"] == [VARIANTS["lstm"].colour] * 3
    assert len({tuple(dash) for dash in encoding["strokeDash"]["scale"]["range"]}) == 3


LEVELS = [Level("chance", 1 / 6), Level("regression", 0.165), Level("4-gram with a long title, as they are", 0.16)]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("font_size", [14, 20])
def test_levels_are_rules_with_labels_that_are_apart_and_inside(log, font_size):
    chart = learning_curves([], levels=[*LEVELS, Level("learned", 0.01)], log=log, font_size=font_size, **ERROR)
    assert points(rows_of(chart, "rule"), "y") == [(1 / 6,), (0.165,), (0.16,), (0.01,)]
    labels = labels_of(chart)
    wrapped = [label.replace("\n", " ") for label in labels]
    assert wrapped == [
        "chance: 0.167",
        "regression: 0.165",
        "4-gram with a long title, as they are: 0.16",
        "learned: 0.01",
    ]
    line, height = 1.25 * font_size, chart.to_dict()["height"]
    # A text of several lines stands with the middle of its first line at its place.
    boxes = [(place - line / 2, place + line * (label.count("\n") + 0.5)) for label, place in labels.items()]
    assert all(first[1] <= second[0] + 1e-6 for first, second in pairwise(boxes))
    assert boxes[0][0] >= -1e-6
    assert boxes[-1][1] <= height + 1e-6
    assert max(len(part) for label in labels for part in label.split("\n")) <= 28


def test_a_level_that_stands_alone_has_its_label_just_above_it_and_the_topmost_just_below():
    chart = learning_curves([], levels=[Level("top", 1.0), Level("middle", 0.5)], **ERROR)
    low, high = domain_of(chart)
    labels = labels_of(chart)
    for label, level, below in (("top: 1", 1.0, 1), ("middle: 0.5", 0.5, -1)):
        rule = 300 * (high - level) / (high - low)
        assert labels[label] - rule == pytest.approx(below * (1.25 * 14 / 2 + 2))


@given(st.lists(st.tuples(st.floats(-50, 350), st.sampled_from([17.5, 35.0])), min_size=1, max_size=7))
def test_stacked_boxes_neither_overlap_nor_stand_out_and_stay_where_they_can(wanted):
    wanted = sorted(wanted)
    middles, heights = [middle for middle, _ in wanted], np.array([height for _, height in wanted])
    places = lines._stacked(middles, heights, 300)
    assert places[0] - heights[0] / 2 >= -1e-9
    assert places[-1] + heights[-1] / 2 <= 300 + 1e-9
    gaps = places[1:] - heights[1:] / 2 - places[:-1] - heights[:-1] / 2
    assert (gaps >= -1e-9).all()
    free = [second - first for first, second in pairwise(middles)]
    if min(free, default=99) >= 35 and middles[0] >= 17.5 and middles[-1] <= 282.5:
        np.testing.assert_allclose(places, middles, atol=1e-9)


def test_before_training_there_are_levels_and_room_for_the_budget():
    chart = learning_curves([], levels=LEVELS, end=500, **ERROR)
    low, high = domain_of(chart)
    assert low < 0.16
    assert high > 1 / 6
    assert domain_of(chart, "x") == [0, 500]
    assert medians_of(chart) == []
    json.dumps(learning_curves([], levels=[], **ERROR).to_dict())


def test_the_first_point_of_a_run_is_seen():
    chart = learning_curves([series(0, [10], [0.2])], levels=[], end=100, **ERROR)
    assert points(rows_of(chart, "point"), "x", "y") == [(10, 0.2)]


def test_a_run_that_diverged_ends_in_a_cross_and_says_when_and_does_not_stretch_the_axis():
    diverged = series(1, [10, 20, 30], [2.0, 1e20, np.inf], diverged_at=31)
    chart = learning_curves([THREE[0], diverged], levels=[], **ERROR)
    assert points(rows_of(chart, "point", shape="cross"), "seed", "x", "y") == [(1, 20, 1e20)]
    assert points(rows_of(chart, "point", size=45), "seed") == [(0,)]
    assert list(labels_of(chart)) == ["LSTM: diverged at step 31"]
    low, high = domain_of(chart)
    assert low < 1
    assert 3 < high < 7
    assert axes_of(chart)["y"]["scale"]["clamp"]


def test_several_runs_that_diverged_share_a_label():
    runs = [series(seed, [10, 20 + seed], [1, 2], diverged_at=at) for seed, at in enumerate((31, 1234, 25))]
    assert [label.replace("\n", " ") for label in labels_of(learning_curves(runs, levels=[], **ERROR))] == [
        "LSTM: diverged at steps 25, 31 and 1,234"
    ]


def test_a_run_that_diverged_at_once_is_marked_at_the_border():
    chart = learning_curves([series(0, [], [], diverged_at=1)], levels=[Level("chance", 1.0)], end=10, **ERROR)
    assert points(rows_of(chart, "point", shape="cross"), "x", "y") == [(0, domain_of(chart)[1])]
    assert set(labels_of(chart)) == {"chance: 1", "LSTM: diverged at step 1"}


def test_what_has_no_place_on_a_logarithmic_axis_is_left_out():
    run = series(0, [1, 2, 3, 4], [1.0, 0.0, np.nan, 0.1])
    chart = learning_curves([run], levels=[Level("perfect", 0.0), Level("chance", 2.0)], log=True, **ERROR)
    assert points(medians_of(chart), "x", "y") == [(1, 1.0), (4, 0.1)]
    assert list(labels_of(chart)) == ["chance: 2"]
    low, high = domain_of(chart)
    assert 0 < low < 0.1
    assert high > 2


@pytest.mark.parametrize("low", [1e-8, 1e-3, 0.1, 0.9])
def test_a_logarithmic_axis_has_some_numbers_but_not_many(low):
    ticks = axes_of(learning_curves([series(0, [1, 2], [low, 1.0])], levels=[], log=True, **ERROR))["y"]["axis"][
        "values"
    ]
    assert 1 <= len(ticks) <= 8
    assert all(low / 2 <= tick <= 2 for tick in ticks)


def test_shares_are_shown_in_percent():
    chart = learning_curves([], levels=[Level("chance", 0.125)], share=True, **ERROR)
    assert list(labels_of(chart)) == ["chance: 12.5 %"]
    assert axes_of(chart)["y"]["axis"]["format"] == ".3~p"  # of an axis from 99 % up no two numbers are the same


def test_gradients_are_drawn_against_the_limit_on_a_logarithmic_axis():
    chart = gradient_norms(THREE, 0.5, LIGHT)
    assert axes_of(chart)["y"]["scale"]["type"] == "log"
    assert points(rows_of(chart, "rule"), "y") == [(0.5,)]
    assert list(labels_of(chart)) == ["clipped above: 0.5"]
    assert len(seeds_of(chart)) == 9
    assert rows_of(gradient_norms(THREE, None, LIGHT), "rule") == []


RESULTS = [
    Result(cell, title, seed, length, value)
    for cell, title, values in (
        ("elman", "Elman RNN", {10: (0.1, 0.3, 0.2), 100: (0.17, 0.16, 0.18)}),
        ("gru", "GRU", {10: (0.01,), 100: (0.05,)}),
    )
    for length, of_length in values.items()
    for seed, value in enumerate(of_length)
]
BY_LENGTH = {"x": "Steps", "title": "Mean squared error"}


def test_results_are_dots_medians_and_bars_at_their_lengths():
    chart = metric_by_length(RESULTS, [], LIGHT, **BY_LENGTH)
    assert points(rows_of(chart, "point"), "title", "seed", "x", "y") == [
        (one.title, one.seed, one.length, one.value) for one in RESULTS
    ]
    assert points(medians_of(chart), "title", "x", "y", "low", "high", "runs") == [
        ("Elman RNN", 10, 0.2, 0.1, 0.3, 3), ("Elman RNN", 100, 0.17, 0.16, 0.18, 3),
        ("GRU", 10, 0.01, 0.01, 0.01, 1), ("GRU", 100, 0.05, 0.05, 0.05, 1),
    ]  # fmt: skip
    assert {row["title"] for row in rows_of(chart, "rule")} == {"Elman RNN"}  # one run has no spread
    aside = [mark["xOffset"] for mark, _, rows in parts_of(chart)[1] if mark["type"] == "line" and rows]
    assert aside[0] == -aside[1] != 0


def test_lengths_far_apart_are_on_a_logarithmic_axis():
    assert axes_of(metric_by_length(RESULTS, [], LIGHT, **BY_LENGTH))["x"]["scale"]["type"] == "log"
    near = [Result("gru", "GRU", 0, length, 0.1) for length in (20, 40, 60)]
    x = axes_of(metric_by_length(near, [], LIGHT, **BY_LENGTH))["x"]
    assert x["scale"]["type"] == "linear"
    assert x["axis"]["values"] == [20, 40, 60]
    low, high = x["scale"]["domain"]
    assert low < 20
    assert high > 60


def test_levels_by_length_are_lines_and_others_rules():
    memoryless = LevelLine("memoryless", np.array([10, 100, 200]), np.array([0.4, 0.1, 0.0]))
    levels = [Level("learned", 0.01), memoryless]
    chart = metric_by_length(RESULTS, levels, LIGHT, log=True, **BY_LENGTH)
    assert points(rows_of(chart, "line", strokeWidth=1.5), "x", "y") == [(10, 0.4), (100, 0.1)]
    assert 0.01 in [row.get("y") for row in rows_of(chart, "rule")]
    assert list(labels_of(chart)) == ["memoryless", "learned: 0.01"]
    empty = metric_by_length([], levels, LIGHT, **BY_LENGTH)
    assert rows_of(empty, "point") == []
    assert set(labels_of(empty)) == {"memoryless", "learned: 0.01"}
    nothing = LevelLine("nothing", np.array([10]), np.array([0.0]))
    assert rows_of(metric_by_length([], [nothing], LIGHT, log=True, **BY_LENGTH), "text") == []


SPEEDS = {
    "elman": [Speed(1, 900, 1000, 1100), Speed(2, 1900, 2000, 2100)],
    "lstm": [Speed(1, 1900, 2000, 2100), Speed(2, 2000, 2100, 2200)],
}


def test_speeds_are_drawn_by_the_batch_size_and_ringed_where_they_are_enough():
    chart = batch_speed(SPEEDS, {"elman": 2, "lstm": 1}, LIGHT)
    assert points(medians_of(chart), "title", "x", "y", "low", "high") == [
        (title, one.batch_size, one.median, one.low, one.high)
        for title, measured in zip(("Elman RNN", "LSTM"), SPEEDS.values())
        for one in measured
    ]
    assert points(rows_of(chart, "point", size=260), "title", "x") == [("Elman RNN", 2), ("LSTM", 1)]
    encoding = axes_of(chart)
    assert encoding["x"]["axis"]["values"] == [1, 2]
    low, high = encoding["y"]["scale"]["domain"]
    assert low < 900
    assert high > 2200


WORKS = {"As they come": Work(400, 100), "Packed": Work(300, 0)}


def test_padding_stands_at_the_end_of_the_steps():
    chart = padding_waste(WORKS, LIGHT)
    assert points(rows_of(chart, "bar"), "way", "part", "from", "to", "steps") == [
        ("As they come", "steps of sequences", 0, 300, 300), ("As they come", "padding", 300, 400, 100),
        ("Packed", "steps of sequences", 0, 300, 300), ("Packed", "padding", 300, 300, 0),
    ]  # fmt: skip
    assert points(rows_of(chart, "text"), "said") == [("As they come: 25 % padding",), ("Packed: 0 % padding",)]


@pytest.mark.parametrize("font_size", [14, 20])
@pytest.mark.parametrize("theme", PALETTES)
def test_every_chart_is_as_wide_as_its_place_described_and_large_enough_to_read(theme, font_size):
    palette, said = PALETTES[theme], {"font_size": font_size}
    runs = [*THREE, series(0, [10], [3.0], "gru", "GRU", diverged_at=11)]
    for chart, wanted in (
        (learning_curves(runs, levels=LEVELS, **{**ERROR, "palette": palette}, **said), "LSTM, GRU"),
        (gradient_norms(runs, 1.0, palette, **said), "clipped above: 1"),
        (metric_by_length(RESULTS, LEVELS, palette, **BY_LENGTH, **said), "Elman RNN, GRU. chance: 0.167."),
        (batch_speed(SPEEDS, {"elman": 1, "lstm": 1}, palette, **said), "Elman RNN, LSTM"),
        (padding_waste(WORKS, palette, **said), "As they come: 25 % padding"),
    ):
        drawn = chart.to_dict()
        assert set(sizes_of_text(drawn)) == {font_size}
        assert (drawn["width"], drawn["background"]) == ("container", "transparent")
        assert wanted in drawn["description"]
