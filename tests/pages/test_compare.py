"""Train and compare, as its reader would use it; the runs are made up, so that every outcome is met."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.jobs.database import StoreError
from rnnviz.settings.address import link, read
from rnnviz.settings.compare import PAGE, comparison, settings_of
from rnnviz.tasks import TASKS
from rnnviz.training.recipe import Recipe
from rnnviz.training.run import Ended, Point, Run
from rnnviz.ui.compare import race, results
from tests.pages.visit import visit

#: What a made-up network of each cell reaches, by its seed.
REACHED = {"elman": (0.17, 0.16, 0.18), "lstm": (0.001, 0.002, 0.02), "gru": (0.003, 0.0005, 0.004)}


def made(recipe, share=1.0, status="done", metric=None, **about):
    """A run that has come so far."""
    steps = [max(1, round(share * recipe.steps * k / 10)) for k in range(1, 11)]
    last = REACHED[recipe.cell.name][recipe.seed] if metric is None else metric
    points = [Point(step, step / 100, 0.5, 0.5 - (0.5 - last) * step / steps[-1], 1.5, 0.25) for step in steps]
    ended = Ended("done", recipe.steps, recipe.steps / 100, 1234, last, {}) if status == "done" else None
    return Run(recipe.run_id, recipe, status, points, {0: 0.5, recipe.steps: last}, ended, **about)


class Desk:
    """Stands in for `rnnviz.jobs.queue.Jobs`: what is asked of it is written down."""

    def __init__(self):
        self.runs, self.asked, self.paused, self.cancelled = {}, [], [], []

    def find(self, recipe, session=None):
        return self.runs.get(recipe.key)

    def ask(self, recipe, session):
        self.asked.append(recipe)
        self.runs[recipe.key] = Run(recipe.run_id, recipe, "waiting")

    def place(self, recipe):
        return 4

    def pause(self, recipe):
        self.paused.append(recipe)
        self.runs[recipe.key] = replace(self.runs[recipe.key], status="paused")

    def cancel(self, recipe):
        self.cancelled.append(recipe)
        self.runs[recipe.key] = replace(self.runs[recipe.key], status="stopped")

    def knows(self, *runs):
        self.runs |= {run.recipe.key: run for run in runs}


@pytest.fixture
def desk(monkeypatch):
    desk = Desk()
    monkeypatch.setattr(race, "jobs", lambda: desk)
    monkeypatch.setattr("rnnviz.ui.compare.learning.jobs", lambda: desk)
    return desk


def compare(**query):
    page = visit("compare", **query)
    assert not page.exception
    return page


def said(page):
    return " ".join(element.value for element in (*page.markdown, *page.warning))


def every(**settings):
    shown = comparison(**settings).contest
    return [recipe for recipes in shown.recipes().values() for recipe in recipes]


def test_a_contest_starts_with_its_levels_and_one_button(desk):
    page = compare()
    assert page.button(key="race_train").label == "Train 9 runs"
    assert len(page.get("vega_lite_chart")) == 2
    assert "**Adding.** Two of the values read are marked" in said(page)
    caps = (
        "up to 128 units, 2 layers, a length of 400, batches of 256, and 10,000 steps or 300 seconds; a contest up to 5"
    )
    assert caps in said(page)


def test_the_button_asks_for_what_is_missing_seed_by_seed(desk):
    first, *others = every()
    desk.knows(made(first))
    page = compare()
    page.button(key="race_train").click().run()
    assert not page.exception
    assert set(desk.asked) == set(others)
    assert [recipe.seed for recipe in desk.asked] == sorted(recipe.seed for recipe in others)


def test_runs_under_way_can_be_paused_go_on_and_be_cancelled(desk):
    one, two, *rest = every()
    desk.knows(made(one, 0.5, "running"), Run(two.run_id, two, "waiting"), *(made(recipe) for recipe in rest))
    page = compare()
    assert "race_train" not in [button.key for button in page.button]
    page.button(key="race_pause").click().run()
    assert desk.paused == [two, one]  # what waits first, or it would start
    page.button(key="race_resume").click().run()
    assert desk.asked == [one, two]
    page.button(key="race_cancel").click().run()
    assert set(desk.cancelled) == {one, two}
    assert page.button(key="race_train").label == "Train 2 runs"
    assert not page.exception


def test_what_is_finished_is_told_with_its_spread(desk):
    desk.knows(*(made(recipe) for recipe in every()))
    text = said(compare())
    assert "Every LSTM did better than every Elman RNN. Every GRU did better than every Elman RNN." in text
    assert "For the other pairs the spreads overlap, and nothing is said." in text
    assert "All had **equal steps**, 1,000 each. In seconds: Elman RNN 10 s, LSTM 10 s, GRU 10 s." in text
    assert "<td>0.002 (0.001 to 0.02)</td>" in text
    assert "<td>4,513</td>" in text
    assert "<td>not reached</td>" in text
    assert "<td>–</td>" not in text
    assert "All of these runs are finished" in text


def test_a_cell_of_which_no_run_is_finished_has_not_failed_to_learn(desk):
    desk.knows(*(made(recipe) for recipe in every() if recipe.cell is not LSTM))
    rows = {row.partition("<")[0]: row for row in said(compare()).split('<th scope="row">')[1:]}
    assert "<td>0</td>" in rows["LSTM"]
    assert "not reached" in rows["Elman RNN"]
    assert "not reached" not in rows["LSTM"]


def test_equal_seconds_are_told_as_such(desk):
    desk.knows(*(made(recipe) for recipe in every(budget="seconds", seconds=20)))
    text = said(compare(budget="Seconds", seconds="20"))
    assert "All had **equal time**, 20 s each. Steps they made in it: about Elman RNN 2,000" in text


def test_where_spreads_overlap_nothing_is_said(desk):
    desk.knows(*(made(recipe, metric=(0.1, 0.2, 0.3)[recipe.seed]) for recipe in every()))
    assert "The spreads overlap: these runs do not say which cell is better." in said(compare())


def test_one_seed_says_nothing_about_cells(desk):
    desk.knows(*(made(recipe) for recipe in every(seeds=1)))
    assert "One run of a cell does not say which is better" in said(compare(seeds="1"))


def test_a_run_that_diverged_says_when_and_how(desk):
    first, *others = every()
    ended = Ended("diverged", 321, 3.0, 1234, norm_before=1.5e12)
    desk.knows(replace(made(first), status="diverged", ended=ended), *(made(recipe) for recipe in others))
    text = said(compare())
    assert "Elman RNN, seed 0: diverged at step 321; one step before, the norm of the gradient was 1.5 · 10¹²." in text
    assert "<td>3, 1 diverged</td>" in text


def test_what_befell_a_run_is_said(desk):
    first, *others = every()
    desk.knows(made(first, notes=("resumed from step 40 after a worker was lost",)), *(made(one) for one in others))
    assert "Elman RNN, seed 0: resumed from step 40 after a worker was lost" in said(compare())


def test_shipped_runs_say_that_they_are(desk):
    desk.knows(*(made(recipe, shipped=True, versions={"torch": "2.13.0"}) for recipe in every()))
    assert "These runs came with rnnviz, trained with PyTorch 2.13.0." in said(compare())


def test_weights_that_are_gone_are_told_in_a_sentence(desk, monkeypatch):
    desk.knows(*(made(recipe) for recipe in every()))
    monkeypatch.setattr(desk, "weights", gone, raising=False)
    page = compare(show="Watch it learn")
    assert page.warning[0].value == "The weights of this run cannot be shown: it is no longer kept in /somewhere."


def gone(run, step):
    raise StoreError("it is no longer kept in /somewhere")


def test_another_task_brings_its_own_length_and_steps(desk):
    page = compare(sequence_length="80")
    assert page.number_input(key="sequence_length").value == 80
    page.button_group(key="task").set_value("copy").run()
    assert not page.exception
    assert page.number_input(key="sequence_length").value == TASKS["copy"].lengths[1]
    assert page.number_input(key="steps").value == TASKS["copy"].steps
    page.button_group(key="task").set_value("names").run()
    assert not page.exception
    assert "sequence_length" not in [widget.key for widget in page.number_input]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("view", PAGE.settings["show"].titles)
@pytest.mark.parametrize("old", [False, True], ids=["names", "titles"])
def test_every_task_and_view_opens_from_its_link(desk, task, view, old):
    title = PAGE.settings["show"].titles[view]
    page = compare(task=TASKS[task].title if old else task, show=title if old else view)
    assert not page.warning
    assert page.button_group(key="show").value == view


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"task": "poetry"}, "The link asks for task “poetry”; it can be one of Adding, Copy memory"),
        ({"cells": "transformer"}, "The link asks for cells “transformer”; it can be one of Elman RNN, "),
        ({"units": "4000"}, "The link asks for units “4000”; it can be a whole number from 1 to 128."),
        ({"steps": "1e9"}, "The link asks for steps “1e9”; it can be a whole number from 1 to 10000."),
        ({"show": "By length", "lengths": "5, banana"}, "“banana” is not a number here"),
        ({"show": "By length", "lengths": "5, 1000"}, "1000 is not a length of this task; write up to 6 whole numbers"),
    ],
)
def test_a_link_that_cannot_be_is_refused_in_a_sentence(desk, query, sentence):
    page = compare(**query)
    assert any(sentence in warning.value for warning in page.warning)


def test_no_cell_chosen_is_no_error(desk):
    page = compare()
    page.button_group(key="cells").set_value([]).run()
    assert not page.exception


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"task": "lag", "initialisation": "chrono", "cells": (CELLS["gru"], CELLS["elman_relu"])},
        {"task": "order", "steps": 500, "units": 16, "seeds": 2, "first_seed": 7, "equal": "parameters"},
        {"budget": "seconds", "seconds": 10, "directions": "2", "layers": 2, "learning_rate": 0.003, "clip": 0.0},
        {"task": "names"},
    ],
)
def test_an_address_shows_the_contest_it_was_made_from(settings):
    shown = comparison(**settings).contest
    query = parse_qs(urlsplit(link(PAGE, **settings_of(shown))).query, keep_blank_values=True)
    found = read(PAGE, query)
    assert found.refusals == {}
    assert comparison(**found.given).contest == shown


def test_progress_tells_what_is_trained_and_how_long_it_takes():
    recipes = every()
    runs = [made(recipes[0]), made(recipes[3], 0.5, "running"), Run("w", recipes[6], "waiting")]
    share, told = race.progress(runs, [1])
    assert share == pytest.approx(0.5)
    assert told == "1 of 3 finished; training LSTM (seed 0); about 15 s left"
    assert race.progress(runs[2:], [4]) == (0.0, "0 of 1 finished; place 4 in the queue")
    assert race.progress(runs[2:], [None]) == (0.0, "0 of 1 finished; starting")


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (44.4, "44 s"), (100, "2 min"), (3600, "60 min")])
def test_times_are_said_shortly(seconds, words):
    assert race.duration(seconds) == words


def test_the_level_of_names_is_that_of_the_model_that_counts():
    level, named = results.level_to_reach(TASKS["names"], 1)
    assert 2.8 < level < 2.9
    assert "4-gram" in named


def test_lengths_that_were_not_trained_are_told_beside():
    shown = comparison(task="dyck").contest
    ended = Ended("done", 10, 1.0, 99, 1.0, {80: 0.5, 160: 0.25})
    found = {LSTM: [replace(made(Recipe(task="dyck", length=40), metric=1.0), ended=ended)], GRU: []}
    text = results.tested_table(shown, found)
    assert "Trained at 40, tested on longer ones" in text
    assert "<td>50 %</td><td>25 %</td>" in text


def test_where_a_cell_breaks_is_read_off_the_lengths():
    shown = comparison(task="lag", cells=(CELLS["lstm"], CELLS["gru"])).contest
    lag = Recipe(task="lag", length=100)

    def reached(metric):
        return [replace(made(lag, metric=metric), recipe=lag)]

    found = {50: {LSTM: reached(1.0), GRU: reached(1.0)}, 100: {LSTM: reached(0.5), GRU: reached(1.0)}}
    assert results.reach_sentence(shown, found) == (
        "LSTM: not learned at 100 (1 run). GRU: learned at every length tried, up to 100."
    )
