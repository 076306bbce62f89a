"""Your own text, as its reader would use it: a text is given, learned from, watched, linked to and deleted."""

import logging
import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rnnviz.data.own_text import OwnText, read_pasted
from rnnviz.settings.text import PAGE, writing
from rnnviz.training.run import Ended, Moment, Point, RunOf
from rnnviz.training.text import COUNTED
from rnnviz.ui.text import own, own_network, own_training
from tests.pages.visit import visit

SONG = "Row, row, row your boat, <script>alert(1)</script> gently down the stream. *Merrily*\n" * 20
#: Of such networks that learn within a moment.
SMALL = {"view": "own", "own_units": "8", "own_steps": "100"}


class Desk:
    """Stands in for `rnnviz.jobs.queue.Jobs`: what is asked of it is trained at once, by the loop itself."""

    def __init__(self):
        self.runs, self.arrays, self.texts, self.cancelled, self.deleted = {}, {}, {}, [], []

    def known(self, run_id, session=None):
        return self.runs.get(run_id)

    def ask(self, recipe, session, text=None):
        if recipe.run_id not in self.runs or not self.runs[recipe.run_id].finished:
            text = self.texts[recipe.run_id] = text or self.texts[recipe.run_id]
            training = recipe.training(None, text)
            told = list(training)
            self.arrays |= {(recipe.run_id, one.step): one.weights for one in told if isinstance(one, Moment)}
            moments = {one.step: one.metric for one in told if isinstance(one, Moment)}
            points = [one for one in told if isinstance(one, Point)]
            self.runs[recipe.run_id] = RunOf(recipe.run_id, recipe, "done", points, moments, training.ended)
        return self.runs[recipe.run_id]

    def weights(self, run, step):
        return self.arrays[run.run_id, step]

    def cancel(self, recipe):
        self.cancelled.append(recipe)

    def place(self, recipe):
        return 3

    def delete(self, run_id):
        self.deleted.append(run_id)
        del self.runs[run_id]

    def put(self, recipe, status, **about):
        self.runs[recipe.run_id] = RunOf(recipe.run_id, recipe, status, **about)


@pytest.fixture
def desk(monkeypatch):
    desk = Desk()
    for module, names in ((own, ["jobs"]), (own_training, ["jobs"]), (own_network, ["kept"])):
        for name in names:
            monkeypatch.setattr(module, name, lambda: desk)
    own_network.written.cache_clear()
    return desk


def own_page(**query):
    page = visit("text", **{**SMALL, **query})
    assert not page.exception
    return page


def said(page):
    return " ".join(element.value for element in (*page.markdown, *page.warning, *page.caption))


def keys(page):
    return [button.key for button in page.button]


def give(page, text=SONG):
    page.text_area(key="own_pasted").set_value(text).run()
    assert not page.exception
    return page


def trained(page, text=SONG):
    give(page, text).button(key="own_train").click().run()
    assert not page.exception
    return page


def test_a_text_is_understood_trained_on_and_watched(desk, caplog):
    caplog.set_level(logging.DEBUG)
    page = own_page()
    assert "The text stays on this server" in said(page)
    assert "own_train" not in keys(page)
    give(page)
    assert f"**{len(SONG):,} characters** in 20 lines" in said(page)
    assert f"The last {len(SONG) // 10:,} are held out" in said(page)
    page.button(key="own_train").click().run()
    (run,) = desk.runs.values()
    assert page.query_params["own"] == run.run_id
    assert "Row" not in str(page.query_params)
    assert (run.recipe.hidden_size, run.recipe.steps) == (8, 100)
    assert "An LSTM with 8 units" in said(page)
    counted = float(desk.arrays[run.run_id, 0][COUNTED][0])
    assert f"Kneser-Ney) needs {counted:.2f} bits per character" in said(page)
    assert f"After 100 steps it needs **{run.moments[100]:.2f} bits per character**" in said(page)
    assert len(page.code[0].value) == own_network.LENGTH
    assert set(page.code[0].value) <= set(SONG)
    assert "merrily" not in caplog.text.casefold()
    for title in ("read along", "let it write"):
        (way,) = re.findall(f'href="([^"]*)" target="_self">{title}', said(page))
        assert parse_qs(urlsplit(unescape(way)).query)["own"] == [run.run_id]


def test_the_moments_are_scrubbed_through_and_are_in_the_address(desk):
    page = trained(own_page())
    (run,) = desk.runs.values()
    first = min(run.moments)
    before = page.code[0].value
    scrubber = f"own_scrubber_{len(run.moments)}"
    page.select_slider(key=scrubber).set_value(first).run()
    assert "Before its first step it needs" in said(page)
    assert page.query_params["own_moment"] == str(first)
    assert page.code[0].value != before
    page.select_slider(key=scrubber).set_value(max(run.moments)).run()
    assert "own_moment" not in page.query_params
    again = own_page(own=run.run_id, own_moment="0")
    assert "Before its first step it needs" in said(again)


def test_who_has_only_the_address_sees_the_network_and_cannot_delete_it(desk):
    (run_id,) = trained(own_page()) and desk.runs
    stranger = own_page(own=run_id)
    assert "bits per character" in said(stranger)
    assert "own_delete" not in keys(stranger)
    assert "Whoever has the text can delete this run" in said(stranger)
    assert "Merrily" not in said(stranger)
    stranger.button(key="own_other").click().run()
    trained(stranger)
    assert len(desk.runs) == 1  # the same text and network: the same run
    assert "own_delete" in keys(stranger)


def test_a_run_is_deleted_by_who_has_its_text_and_the_text_is_forgotten(desk):
    page = trained(own_page())
    (run_id,) = desk.runs
    page.button(key="own_delete").click().run()
    assert desk.deleted == [run_id]
    assert page.text_area(key="own_pasted").value == ""
    assert "own" not in page.query_params
    assert not page.warning
    assert "No run of this address is kept" in said(own_page(own=run_id))


@pytest.mark.parametrize("run_id", ["0" * 16, "../..", "<script>alert(1)</script>", "a" * 5000])
def test_an_address_that_names_no_run_is_said(desk, run_id):
    page = own_page(own=run_id)
    assert "No run of this address is kept on this server" in said(page)
    assert page.text_area(key="own_pasted").value == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("short", "The text has 5 characters; 1,000 are needed"),
        ("a" * 2000, "All of its 2,000 characters are the same one"),
        (f"{SONG}\0", "is NUL"),
        ("x" * 10**6 + "y", "this one has 1,000,001 bytes"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_and_stays_where_it_is(desk, text, named):
    page = give(own_page(), text)
    assert len(page.warning) == 1
    assert named in page.warning[0].value
    assert page.text_area(key="own_pasted").value == text
    assert "own_train" not in keys(page)


def test_an_empty_file_is_refused_and_a_single_line_is_one(desk):
    page = own_page()
    page.file_uploader(key="own_file").set_value(("empty.txt", b"", "text/plain")).run()
    assert "There is no text: it is empty." in page.warning[0].value
    assert "characters** in 1 line;" in said(give(own_page(), SONG.replace("\n", " ")))


def test_what_was_changed_is_said_to_the_letter(desk):
    page = give(own_page(), "\ufeff" + SONG.replace("\n", "\r\n") + "\x07")
    assert "The byte order mark at its beginning was left out" in said(page)
    assert "20 in number, are plain line ends now" in said(page)
    assert "1 in number, such as U+0007" in said(page)


def test_a_text_stays_while_another_view_is_looked_at(desk):
    page = give(own_page())
    page.button_group(key="view").set_value("read").run()
    page.button_group(key="view").set_value("own").run()
    assert page.text_area(key="own_pasted").value == SONG
    assert page.button(key="own_train")


def recipe():
    return own.recipe_of(writing(own_units=8, own_steps=100), read_pasted(SONG))


def test_a_run_under_way_is_cancelled_and_goes_on(desk):
    desk.put(recipe(), "waiting")
    page = own_page(own=recipe().run_id)
    assert page.get("progress")[0].proto.text == "Waiting for a worker: place 3 in the queue"
    page.button(key="own_cancel").click().run()
    assert desk.cancelled == [recipe()]
    desk.put(recipe(), "running", points=(Point(25, 2.0, 1.0, 5.0),), moments={})
    page = own_page(own=recipe().run_id)
    assert page.get("progress")[0].proto.text == "Training: step 25 of 100, about 6 s left"
    desk.put(recipe(), "failed", notes=("Failed: MemoryError: <b>too little</b>.",))
    desk.texts[recipe().run_id] = read_pasted(SONG)
    page = own_page(own=recipe().run_id)
    assert "\\<b\\>too little" in said(page)
    page.button(key="own_resume").click().run()
    assert "bits per character" in said(page)


def test_the_network_of_a_run_is_that_of_its_best_moment(desk):
    page = trained(own_page())
    (run,) = desk.runs.values()
    desk.runs[run.run_id] = run = replace(run, moments={**run.moments, 9: 0.5})
    step = own_network.best_moment(run)
    assert step == 9
    network = own_network.own_network(run.run_id)
    assert (network.vocabulary, network.card["steps"]) == (tuple(run.recipe.alphabet), 9)
    with pytest.raises(LookupError, match="no network of this address"):
        own_network.own_network("0" * 16)
    assert not page.exception


BITS = some.floats(0.5, 6)


@given(some.lists(BITS, min_size=1, max_size=6), some.lists(BITS, min_size=6, max_size=6), BITS)
def test_the_verdict_says_what_was_measured(held_out, read, counted):
    steps = [10 * place for place in range(len(held_out))]
    run = RunOf(
        "0", recipe(), "done", [Point(step, 1.0, 1.0, bits) for step, bits in zip([0, 10, 20, 30, 40, 50], read)],
        dict(zip(steps, held_out)), Ended("done", 50, 1.0, 9, held_out[-1]),
    )  # fmt: skip
    sentences = own_training.verdict(run, counted)
    best = min(held_out)
    better = {True: "The network is better.", False: "Counting is better."}[best < counted]
    close = abs(best - counted) <= 0.02
    assert sentences[0].endswith("They are as good as each other." if close else better)
    last = read[len(held_out) - 1]
    worse = all(bits > best + 0.02 for bits in held_out[-2:])
    by_heart = worse and last < read[held_out.index(best)]
    gap = not by_heart and last < held_out[-1] - 0.3
    told = "".join(sentences[1:])
    assert ("It learns the text by heart" in told) == by_heart
    assert ("true of what it has read alone" in told) == gap
    assert (f"{last:.2f}" in told) == (by_heart or gap)


def test_how_often_a_text_is_gone_through():
    text = OwnText("ab" * 160_000)
    wanted = own.recipe_of(writing(own_steps=1000), text)
    windows = len(wanted.training(None, text).windows)
    assert f"{1000 / windows:,.0f} times" in own.about_budget(wanted, text)


def test_the_settings_of_the_view_are_in_the_address():
    assert {"own", "own_cell", "own_units", "own_steps", "own_moment"} <= set(PAGE.settings)
    assert writing(network="own").network == "python"  # without a run there is no such network
    assert writing(network="own", own="0" * 16).network == "own"
