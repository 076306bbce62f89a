import json

import pytest

from rnnviz.figures.units import Bar, ranking
from rnnviz.notation import PALETTES
from tests.figures.legible import sizes_of_text

BARS = [
    Bar("c 109", 0.962, "0.962"),
    Bar("h 72", 0.4, "0.400"),
    Bar("Character alone", 0.689, "0.689", compared=True),
]


def parts(chart):
    return {layer["mark"]["type"]: layer for layer in chart["layer"]}


@pytest.mark.parametrize("theme", PALETTES)
def test_bars_reach_from_chance_to_the_score_in_their_order_and_what_is_compared_is_quiet(theme):
    palette = PALETTES[theme]
    chart = ranking(BARS, "Area under the ROC curve", 0.5, palette).to_dict()
    [rows] = chart["datasets"].values()
    assert [(row["title"], row["score"], row["chance"], row["compared"]) for row in rows] == [
        ("c 109", 0.962, 0.5, False),
        ("h 72", 0.4, 0.5, False),
        ("Character alone", 0.689, 0.5, True),
    ]
    bar, text = parts(chart)["bar"]["encoding"], parts(chart)["text"]["encoding"]
    assert (bar["x"]["field"], bar["x2"]["field"]) == ("score", "chance")
    assert bar["x"]["scale"]["domain"] == pytest.approx([0.4, 1.0], abs=0.11)
    assert bar["x"]["axis"]["values"] == [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert bar["y"]["sort"] == [one.title for one in BARS]
    assert bar["color"]["condition"] == {"test": "datum.compared", "value": palette.quiet}
    assert bar["color"]["value"] == palette.accent
    assert (text["text"]["field"], text["x"]["field"]) == ("written", "right")
    assert [row["right"] for row in rows] == [0.962, 0.5, 0.689]  # never on a bar


@pytest.mark.parametrize("size", [14, 20])
def test_it_can_be_read_and_heard(size):
    chart = ranking(BARS, "Correlation", 0.0, PALETTES["light"], size).to_dict()
    assert min(sizes_of_text(chart)) == size
    assert chart["description"] == "Correlation: c 109 0.962; h 72 0.400; Character alone 0.689."
    assert parts(chart)["bar"]["encoding"]["x"]["axis"]["values"] == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    json.dumps(chart)
