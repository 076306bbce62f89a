"""The views of forecasts and of the trap, as their reader would use them."""

import pytest

from rnnviz.cells import GRU
from rnnviz.data.series import load_series
from rnnviz.lessons.lesson import encode
from rnnviz.lessons.shipped import LESSONS
from rnnviz.settings.own_cell import write_own_cell
from rnnviz.settings.series import FORECAST, STOCKS
from rnnviz.training.baselines import baselines_of
from rnnviz.training.series import recipe_for
from rnnviz.ui.series.forecast import said_before
from rnnviz.ui.series.missing import networks_in_words
from rnnviz.ui.series.results import networks_of, simple_methods
from rnnviz.ui.series.shown import SEEDS
from rnnviz.ui.series.stocks import known_stocks
from rnnviz.ui.series.trap import trap_verdict
from tests.own_cells import FIRST_GRU
from tests.pages.desk import Desk, progress_of
from tests.pages.visit import visit


def said(page):
    return [element.value for element in page.markdown]


def first_of(page):
    return next(sentence for sentence in said(page) if sentence.startswith("**"))


@pytest.mark.parametrize("name", [name for name in FORECAST if name != "own"])
def test_the_verdict_stands_first_then_the_picture_and_a_table(name):
    page = visit("series", series=name)
    assert not page.exception
    series = load_series(name)
    expected = said_before(series, networks_of(series, GRU), simple_methods(recipe_for(name, GRU)))
    assert first_of(page) == expected[0]
    assert len(page.get("vega_lite_chart")) == 1
    assert sum("<table" in html for html in said(page)) == 1


@pytest.mark.parametrize("stock", STOCKS)
def test_the_trap_says_first_that_nothing_beats_the_mean(stock):
    page = visit("series", view="trap", stock=stock)
    assert not page.exception
    assert first_of(page) == trap_verdict(STOCKS[stock], known_stocks(GRU)[stock])
    assert len(page.get("vega_lite_chart")) == 3


def test_the_line_is_drawn_earlier_by_the_slider_and_by_the_address():
    page = visit("series", view="trap", shift="1")
    assert page.slider(key="shift").value == 1
    assert "drawn 1 day earlier" in page.get("vega_lite_chart")[0].proto.spec
    page.slider(key="shift").set_value(0).run()
    assert "one day ahead" in page.get("vega_lite_chart")[0].proto.spec


class Queue(Desk):
    """What is asked of it waits."""

    def ask(self, recipe, session, text=None):
        self.asked.append(recipe)
        self.put(recipe, "waiting")


def test_what_is_missing_is_asked_for_at_once_and_how_far_it_is_stands_there(monkeypatch):
    queue = Queue()
    for module, name in (("missing", "kept"), ("missing", "jobs"), ("results", "kept"), ("shown", "kept")):
        monkeypatch.setattr(f"rnnviz.ui.series.{module}.{name}", lambda: queue)
    page = visit("series", series="sunspots")
    page.button(key="series_train").click().run()
    networks = [recipe_for("sunspots", GRU, seed) for seed in SEEDS]
    assert queue.asked == [baselines_of(networks[0]), *networks]
    assert progress_of(page) == ["0 of 4 finished"]
    assert "series_train" not in [button.key for button in page.button]


@pytest.mark.parametrize(
    ("there", "said"),
    [((), "Train the GRU from 3 seeds"), ((0,), "from 2 seeds"), ((0, 2), "Train the GRU from 1 seed")],
)
def test_the_button_counts_what_is_missing(monkeypatch, there, said):
    desk = Queue()
    for seed in there:
        desk.put(recipe_for("sunspots", GRU, seed), "done")
    monkeypatch.setattr("rnnviz.ui.series.missing.kept", lambda: desk)
    assert visit("series", series="sunspots").button(key="series_train").label.endswith(said)


@pytest.mark.parametrize(("count", "said"), [(1, "1 network"), (9, "9 networks")])
def test_networks_are_counted_in_words(count, said):
    assert networks_in_words(count) == said


@pytest.mark.parametrize("view", ["forecast", "trap"])
def test_a_cell_of_ones_own_is_offered_to_be_trained(view):
    page = visit("series", view=view, cell=write_own_cell(FIRST_GRU))
    assert not page.exception
    assert page.button(key="series_train").label.startswith("Train ")


def test_the_lesson_hides_its_picture_until_it_is_answered():
    [lesson] = [one for one in LESSONS if one.title == "A forecast that copies yesterday"]
    page = visit("series", lesson=encode(lesson), begun="true")
    assert not page.exception
    assert not page.get("vega_lite_chart")


@pytest.mark.parametrize(
    "query", [{"series": "tea"}, {"view": "trap", "shift": "99"}, {"series": "own"}, {"series": "own", "own": "nobody"}]
)
def test_an_address_that_names_nothing_gets_a_page(query):
    page = visit("series", **query)
    assert not page.exception
