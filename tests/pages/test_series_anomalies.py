"""The view of anomalies, as its reader would use it."""

import json

import numpy as np
import pytest

from rnnviz.analysis.detection import measured_on
from rnnviz.cells import CELLS, GRU
from rnnviz.data.series import Series, load_series
from rnnviz.player.detection_payload import detecting
from rnnviz.settings.own_cell import write_own_cell
from rnnviz.settings.series import WATCHED
from rnnviz.tasks.detection import simple_detectors
from rnnviz.ui.series.alarms import LABELS, needs_a_network, of_2008, rule, who_finds_all
from rnnviz.ui.series.anomalies import WITHOUT, opening_step, said, watchers
from tests.own_cells import FIRST_GRU
from tests.pages.visit import visit


def sentences(page):
    return [element.value for element in page.markdown]


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("name", LABELS)
def test_who_needs_a_network_is_said_first_of_a_series_with_labels(name, cell):
    page = visit("series", view="anomalies", watched=name, cell=cell)
    assert not page.exception
    reached, shown = measured_on(name), sentences(page)
    expected = needs_a_network(cell, CELLS[cell].title, reached)
    place = shown.index(f"{expected} {who_finds_all(reached)}")
    assert shown[place + 1] == LABELS[name]


@pytest.mark.parametrize("name", [name for name in WATCHED if name.endswith("-range")])
def test_2008_is_described_first_of_a_stock(name):
    page = visit("series", view="anomalies", watched=name)
    assert not page.exception
    series = load_series(name)
    assert of_2008(series, simple_detectors(series), WITHOUT[0]) in sentences(page)
    assert series.times[opening_step(series)] == "2008-09-15"


def test_a_cell_that_has_not_learned_the_series_can_be_trained_and_the_simple_methods_watch_meanwhile():
    page = visit("series", view="anomalies", watched="water", cell=write_own_cell(FIRST_GRU))
    assert not page.exception
    assert page.button(key="series_train").label.startswith("Train")
    assert who_finds_all(measured_on("water")) in sentences(page)


def test_a_series_of_ones_own_that_is_not_kept_is_refused_in_a_sentence():
    page = visit("series", view="anomalies", watched="own", own="0123456789abcdef")
    assert not page.exception
    assert [warning.value for warning in page.warning if "No series of this address" in warning.value]


def own(values):
    times = tuple(map(str, range(len(values))))
    return Series("0" * 64, "Your own series", times, np.asarray(values, float), "Value", "", "day", 0, "one's own")


@pytest.mark.parametrize(
    "values", [np.full(200, 7.0), np.random.default_rng(0).normal(size=33), 1e12 * np.arange(500), np.eye(300)[250]]
)
def test_a_series_of_ones_own_is_watched_whatever_is_in_it(values):
    series = own(values)
    assert said(series, GRU) == [
        "Nobody has labelled an event in your series: alarms are counted, and none of them is right or false."
    ]
    step = opening_step(series)
    assert 0 <= step < len(values)
    sent = detecting(series, watchers(series, GRU, None), "", *WITHOUT, step, rule(series))
    json.dumps(sent, allow_nan=False)


def test_the_picture_opens_where_a_series_of_ones_own_surprises_most():
    values = np.sin(np.arange(300) / 4)
    values[270] += 3
    assert opening_step(own(values)) == 270
