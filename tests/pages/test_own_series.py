"""Your own series, as its reader would use it: a table is given, asked about, learned from, linked to and deleted."""

import logging
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from rnnviz.cells import ELMAN, GRU, MAIN
from rnnviz.data.own_csv import understand
from rnnviz.data.own_series import text_of
from rnnviz.data.series import load_series
from rnnviz.settings.series import forecasting
from rnnviz.training.baselines import BaselinesRecipe
from rnnviz.training.own_series import horizon_of, own_recipe, reads_of, window_of
from rnnviz.training.run import Moment, Point, RunOf
from rnnviz.training.series import SeriesRecipe
from rnnviz.ui.series import inside, missing, network_player, own, own_network, own_training, results, shown
from tests.pages.visit import visit

WAVE = [20 + 5 * np.sin(place * 2 * np.pi / 7) + (place * 7919 % 11) / 10 for place in range(120)]
DAYS = [date(2012, 1, 1) + timedelta(days=place) for place in range(len(WAVE))]
TABLE = "day,Visits <b>\n" + "".join(f"{day:%d.%m.%Y},{value:.2f}\n" for day, value in zip(DAYS, WAVE))
#: In which day and month can be exchanged, as far as it says.
UNCLEAR = "day,visits\n" + "".join(
    f"{1 + place % 12:02d}/{1 + place // 12:02d}/2012,{value:.2f}\n" for place, value in enumerate(WAVE)
)


class Desk:
    """Stands in for `rnnviz.jobs.queue.Jobs`: what is asked of it is done at once, in few steps."""

    def __init__(self):
        self.runs, self.arrays, self.texts, self.asked, self.cancelled = {}, {}, {}, [], []

    def known(self, run_id, session=None):
        return self.runs.get(run_id)

    def find(self, recipe, session=None):
        return self.runs.get(recipe.run_id)

    def ask(self, recipe, session, text=None):
        self.asked.append(recipe)
        assert text.digest == recipe.own_text
        self.texts[recipe.run_id] = text
        training = (replace(recipe, steps=2) if isinstance(recipe, SeriesRecipe) else recipe).training(None, text)
        [*_, last] = [one for one in training if isinstance(one, Moment)]
        self.arrays[recipe.run_id] = last.weights
        self.put(recipe, "done", [Point(last.step, 1.0)], moments={last.step: last.metric}, ended=training.ended)

    def put(self, recipe, status, points=(), **about):
        self.runs[recipe.run_id] = RunOf(recipe.run_id, recipe, status, points, **about)

    def text(self, run_id):
        return self.texts.get(run_id) if run_id in self.runs else None

    def on_text(self, digest):
        return [run for run in self.runs.values() if run.recipe.own_text == digest]

    def weights(self, run, step):
        return self.arrays[run.run_id]

    def cancel(self, recipe):
        self.cancelled.append(recipe)
        self.put(recipe, "stopped")

    def place(self, recipe):
        return 3

    def delete(self, run_id):
        del self.runs[run_id], self.texts[run_id]


@pytest.fixture
def desk(monkeypatch):
    desk = Desk()
    for module in (inside, missing, network_player, own, own_network, own_training, results, shown):
        for name in {"jobs", "kept"} & set(vars(module)):
            monkeypatch.setattr(module, name, lambda: desk)
    return desk


def own_page(**query):
    page = visit("series", view="own", **query)
    assert not page.exception
    return page


def said(page):
    return " ".join(element.value for element in (*page.markdown, *page.warning, *page.caption))


def keys(page):
    return [button.key for button in page.button]


def give(page, given):
    """Paste a text, or drop a file."""
    if isinstance(given, bytes):
        page.file_uploader[0].set_value(("table.csv", given, "text/csv")).run()
    else:
        page.text_area[0].set_value(given).run()
    assert not page.exception
    return page


def trained(page, given=TABLE):
    page = give(page, given).button(key="own_series_train").click().run()
    assert not page.exception
    return page


@pytest.fixture
def short(monkeypatch):
    """One cell from one seed, where how many there are does not matter."""
    monkeypatch.setattr(own_training, "SEEDS", (0,))
    return {"own_cells": "elman"}


def test_a_table_is_shown_as_understood_learned_from_and_judged(desk, caplog):
    caplog.set_level(logging.DEBUG)
    page = own_page()
    assert "**It stays on this server**" in said(page)
    assert "own_series_train" not in keys(page)
    give(page, TABLE)
    assert "**120 values** of *Visits b*, one every day, from 2012-01-01 to 2012-04-29" in said(page)
    assert "it comes back after 7 steps" in said(page)
    assert "learn from the first 76, choose by the next 20, and are measured on the last 24" in said(page)
    assert "<td>20</td>" in said(page)
    page.button(key="own_series_train").click().run()
    assert [type(recipe) for recipe in desk.asked] == [BaselinesRecipe, *[SeriesRecipe] * 9]
    assert [(one.cell, one.seed) for one in desk.asked[1:]] == [(cell, seed) for seed in range(3) for cell in MAIN]
    assert page.query_params["own"] == desk.asked[0].run_id
    assert "All 10 are done: the simple methods, and each cell three times." in said(page)
    assert re.search(r"\*\*(A simple method wins|No winner|The .* wins)", said(page))
    assert "Visits" not in str(page.query_params)
    assert "20.00" not in caplog.text
    ways = [parse_qs(urlsplit(unescape(way)).query) for way in re.findall(r'href="(series\?[^"]*)"', said(page))]
    assert [way.get("view", ["forecast"]) for way in ways] == [["forecast"], ["inside"], ["anomalies"]]
    assert [way.get("series", way.get("watched")) for way in ways] == [["own"], ["own"], ["own"]]
    assert all(way["own"] == [desk.asked[1].run_id] for way in ways)


def test_the_other_views_show_the_series_of_the_address(desk, short):
    run_id = trained(own_page(**short)).query_params["own"]
    values = forecasting(view="forecast", own=run_id, series="own")
    assert shown.shown_series(values).values.tolist() == [round(value, 2) for value in WAVE]
    assert shown.runs_of(shown.shown_series(values), ELMAN).keys() == {0}
    page = visit("series", view="forecast", series="own", own=run_id, cell="elman")
    assert not page.exception
    assert [warning.value for warning in page.warning] == []
    gone = visit("series", view="forecast", series="own", own="0" * 16)
    assert "No series of this address is kept on this server" in said(gone)


def test_a_question_is_asked_and_its_answer_can_be_changed(desk):
    page = give(own_page(), UNCLEAR)
    assert "**It can be read in more than one way**" in said(page)
    assert "own_series_train" not in keys(page)
    asked = page.selectbox(key="own_answer_order")
    assert asked.label == "When is “02/01/2012”?"
    assert asked.value is None
    page.selectbox(key="own_answer_order").set_value("day, month, year").run()
    assert page.selectbox(key="own_answer_gaps").value is None
    page.selectbox(key="own_answer_gaps").set_value("rows").run()
    assert "from 2012-01-01 to 2012-10-12" in said(page)
    page.selectbox(key="own_answer_order").set_value("month, day, year").run()
    assert "from 2012-01-01 to 2012-12-10" in said(page)
    assert not page.exception


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("5", "There is one line"),
        ("date,value\n2012-01-01,inf\n" + TABLE.partition("\n")[2], "Line 2, column “value”: “inf” is not finite"),
        (b"PK\x03\x04" + b"<script>" * 100, "The file is a ZIP archive"),
        (b"", "There is nothing in it: it is empty."),
        (b"value\n" + b"5\n" * 60, "are the same"),
    ],
)
def test_what_is_refused_is_said_and_nothing_of_it_is_kept(desk, given, named):
    page = give(own_page(), given)
    assert len(page.warning) == 1
    assert named in page.warning[0].value
    assert "own_series_train" not in keys(page)
    assert page.session_state["own_table"].given == ""
    assert page.session_state["own_table"].understood is None
    if isinstance(given, bytes):
        assert page.file_uploader[0].value is None
    give(page, TABLE)
    assert not page.warning
    assert "own_series_train" in keys(page)


@pytest.mark.parametrize("megabytes", [6, 8, 30])
def test_a_file_that_is_too_large_is_refused_by_its_own_sentence_after_another(desk, megabytes):
    page = give(own_page(), b"PK\x03\x04" + b"<script>" * 100)
    assert page.file_uploader[0].proto.max_upload_size_mb >= megabytes
    give(page, b"1\n" * (megabytes * 500_000))
    assert f"The table is {megabytes}.0 MB large" in page.warning[0].value
    assert len(page.warning) == 1


def test_an_answer_that_leads_nowhere_can_be_changed(desk):
    given = "date,a,b\n" + "".join(f"{day},{value},5\n" for day, value in zip(DAYS, WAVE))
    page = give(own_page(), given)
    page.selectbox(key="own_answer_value").set_value("2").run()
    assert "are the same" in page.warning[0].value
    page.selectbox(key="own_answer_value").set_value("1").run()
    assert not page.warning
    assert "own_series_train" in keys(page)


def test_a_file_stays_understood_while_another_view_is_looked_at(desk):
    page = give(own_page(), TABLE.encode("utf-16"))
    assert "The file is UTF-16, and was read as that." in said(page)
    page.button_group(key="view").set_value("forecast").run()
    page.button_group(key="view").set_value("own").run()
    assert page.button(key="own_series_train")


def test_who_has_only_the_address_sees_the_series_and_cannot_delete_it(desk, short):
    run_id = trained(own_page(**short)).query_params["own"]
    stranger = own_page(own=run_id, **short)
    assert "All 2 are done" in said(stranger)
    assert "own_series_delete" not in keys(stranger)
    assert "Whoever has the table can delete this series" in said(stranger)
    stranger.button(key="own_series_other").click().run()
    trained(stranger)
    assert len(desk.runs) == 2  # the same table: the same runs
    assert "own_series_delete" in keys(stranger)


def test_all_runs_on_a_series_are_deleted_by_who_has_its_table(desk, short):
    page = trained(own_page(**short))
    desk.ask(own_recipe(understand(TABLE).series, GRU, 2), "", understand(TABLE).text)  # of a cell that is not chosen
    run_id = page.query_params["own"]
    page.button(key="own_series_delete").click().run()
    assert desk.runs == {}
    assert desk.texts == {}
    assert page.text_area[0].value == ""
    assert "own" not in page.query_params
    assert "No series of this address is kept" in said(own_page(own=run_id))


def test_runs_under_way_are_cancelled_and_go_on(desk, short):
    page = trained(own_page(**short))
    network = desk.asked[1]
    desk.put(network, "waiting")
    page = own_page(own=page.query_params["own"], **short)
    assert page.get("progress")[0].proto.text == "1 of 2 done; place 3 in the queue"
    page.button(key="own_series_cancel").click().run()
    assert desk.cancelled == [network]
    desk.put(network, "failed", notes=("Failed: MemoryError: <b>too little</b>.",))
    page = own_page(own=desk.asked[0].run_id, **short)
    assert "1 of 2 are done." in said(page)
    assert "\\<b\\>too little" in said(page)
    page.button(key="own_series_more").click().run()
    assert "All 2 are done" in said(page)


@pytest.mark.parametrize("run_id", ["0" * 16, "../..", "<script>alert(1)</script>", "a" * 5000])
def test_an_address_that_names_no_run_is_said(desk, run_id):
    assert "No series of this address is kept on this server" in said(own_page(own=run_id))


@pytest.mark.parametrize(
    ("name", "reads", "horizon"),
    [("seattle", "value", 7), ("sunspots", "value", 5), ("co2", "change", 12), ("ibm-price", "change", 5),
     ("ibm-return", "value", 5), ("glucose", "change", 8)],
)  # fmt: skip
def test_what_is_read_and_forecast_follows_from_the_series(name, reads, horizon):
    series = load_series(name)
    assert (reads_of(series), horizon_of(series)) == (reads, horizon)
    text = text_of(series)
    recipe = own_recipe(replace(series, name=text.digest), GRU)
    assert recipe.own_text == text.digest
    assert recipe.window == window_of(series) <= len(series.values) // 8


@pytest.mark.parametrize("length", [60, 61, 64, 75, 99, 100, 200])
def test_the_shortest_series_has_windows_in_each_part(length):
    series = understand("\n".join(f"{value:.2f}" for value in (WAVE * 2)[:length])).series
    for recipe in own_training.recipes_on(series, [ELMAN])[:2]:
        small = replace(recipe, steps=1) if isinstance(recipe, SeriesRecipe) else recipe
        training = small.training(None, text_of(series))
        assert list(training)
        assert training.ended.reason == "done"
