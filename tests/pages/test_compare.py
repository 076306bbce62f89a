"""Train and compare, as its reader would use it; the runs are made up, so that every outcome is met."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.cells import CELLS, GRU, LSTM
from rnnviz.jobs.database import StoreError
from rnnviz.settings.address import link, read
from rnnviz.settings.compare import PAGE, comparison, settings_of
from rnnviz.tasks import TASKS
from rnnviz.training.contest import result
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
    assert "No ranking of LSTM and GRU: the medians differ by less than the seeds of one cell do." in text
    assert "All had **equal steps**, 1,000 each. Their seconds are not set against each other: these runs were" in text
    assert '<th scope="col">ms a step</th>' not in text
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
    assert rows["LSTM"].count("<td>not trained</td>") == 2
    desk.knows(*(made(recipe, 0.5, "running") for recipe in every() if recipe.cell is LSTM))
    rows = {row.partition("<")[0]: row for row in said(compare()).split('<th scope="row">')[1:]}
    assert rows["LSTM"].count("<td>not finished</td>") == 2


@given(shape=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=3), reached=st.booleans())
def test_not_reached_is_said_of_cells_with_finished_runs_alone(shape, reached):
    """Whatever has been trained of each cell, in a race as by length."""
    contest = comparison().contest
    runs = {
        cell: [made(recipe, metric=0.001 if reached else 0.5) for recipe in recipes[:finished]]
        + [made(recipe, 0.3, "stopped", metric=0.5) for recipe in recipes[finished : finished + begun]]
        for (cell, recipes), (finished, begun) in zip(contest.recipes().items(), shape)
    }
    found = [result(cell, of_cell, contest.task.metric, 0.01) for cell, of_cell in runs.items()]
    rows = results.results_table(contest, found, "0.01, which counts as learned").split('<th scope="row">')[1:]
    lengths = results.reach_sentence(contest, {50: runs})
    for row, (finished, begun), cell in zip(rows, shape, runs):
        trained = finished or begun
        assert ("not reached" in row) == bool(finished and not reached)
        assert ("not trained" in row) == (not trained)
        if any(count for count, _ in shape):
            assert (f"{cell.title}: not trained." in lengths) == (not trained)
            assert (f"{cell.title}: not learned" in lengths) == bool(finished and not reached)


def timed(recipe, machine):
    run = made(recipe)
    return replace(run, ended=replace(run.ended, timed_on=machine))


def test_seconds_are_set_against_each_other_only_where_one_machine_made_each_run_by_itself(desk):
    desk.knows(*(timed(recipe, "here") for recipe in every()))
    page = compare(axis="seconds")
    assert "In seconds, each trained by itself on one machine: Elman RNN 10 s, LSTM 10 s, GRU 10 s." in said(page)
    assert "ms a step" in said(page)
    assert len(page.get("vega_lite_chart")) == 2
    for machine in ("elsewhere", None):
        desk.knows(timed(every()[0], machine))
        page = compare(axis="seconds")
        assert "Their seconds are not set against each other" in said(page)
        assert "In seconds" not in said(page)
        assert "ms a step" not in said(page)
        assert len(page.get("vega_lite_chart")) == 6  # each cell has charts of its own
        assert len(compare().get("vega_lite_chart")) == 2


@pytest.mark.parametrize(
    ("shipped", "sentence"),
    [
        (lambda recipe: True, "these runs were made elsewhere, several at a time"),
        (lambda recipe: recipe.seed == 0, "some of these runs were made elsewhere, the others on this server"),
        (lambda recipe: False, "these runs were trained beside others, or on several machines"),
    ],
)
def test_where_seconds_cannot_be_compared_it_is_said_why(desk, shipped, sentence):
    desk.knows(*(made(recipe, shipped=shipped(recipe), versions={}) for recipe in every()))
    assert sentence in said(compare())
    desk.knows(*(made(recipe) for recipe in every(budget="seconds", seconds=20)))
    text = said(compare(budget="seconds", seconds="20"))
    assert "Steps they made in it: about Elman RNN" in text
    assert "Their seconds are not set against each other: these runs were trained beside others" in text


@pytest.mark.parametrize(("seeds", "share", "told"), [(2, "33 %", "a hint, no proof"), (3, "10 %", "a hint, no proof")])
def test_what_so_many_seeds_can_say_is_said(desk, seeds, share, told):
    desk.knows(*(made(recipe) for recipe in every(seeds=seeds)))
    text = said(compare(seeds=str(seeds)))
    assert (
        f"**What {seeds} seeds against {seeds} can say:** were two cells alike, one of them would still be ahead"
        in text
    )
    assert f"in {share} of such comparisons, the smallest p of a two-sided rank test, and here 3 pairs" in text
    assert told in text


def test_the_race_says_which_weights_it_counts_and_leads_to_what_cells_cost(desk):
    desk.knows(*(made(recipe) for recipe in every()))
    text = said(compare())
    stored = {
        name: sum(array.numel() for array in [*layer(2, 32).parameters(), *torch.nn.Linear(32, 1).parameters()])
        for name, layer in {"Elman RNN": torch.nn.RNN, "LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}.items()
    }
    told = ", ".join(f"{name} {count:,}" for name, count in stored.items())
    assert f"PyTorch keeps two for each gate, b_ih and b_hh, and would count {told}." in text
    (where,) = re.findall(r'href="(gates[^"]*)#how-long-they-take"', text)
    page = visit("gates", **{name: values[0] for name, values in parse_qs(urlsplit(unescape(where)).query).items()})
    assert (page.number_input(key="cost_inputs").value, page.number_input(key="cost_units").value) == (2, 32)
    assert "How long they take" in [heading.value for heading in page.subheader]


def test_names_have_no_view_by_length_and_say_so(desk):
    page = compare(show="By length", task="Names", lengths="1")
    assert not page.warning
    assert "**Names** cannot be made longer or shorter" in said(page)
    assert "lengths" not in [widget.key for widget in page.text_input]
    assert not page.get("vega_lite_chart")
    assert not [button for button in page.button if button.key.startswith("reach")]
    page.button_group(key="task").set_value("lag").run()
    assert page.text_input(key="lengths").value == "10, 20, 50, 100, 200"
    assert page.button(key="reach_train")


def test_equal_seconds_are_told_as_such(desk):
    desk.knows(*(made(recipe) for recipe in every(budget="seconds", seconds=20)))
    text = said(compare(budget="Seconds", seconds="20"))
    assert "All had **equal time**, 20 s each. Steps they made in it: about Elman RNN 2,000" in text


def test_where_spreads_overlap_nothing_is_said(desk):
    desk.knows(*(made(recipe, metric=(0.1, 0.2, 0.3)[recipe.seed]) for recipe in every()))
    text = said(compare())
    assert "did better" not in text
    pairs = "Elman RNN and LSTM, nor of Elman RNN and GRU, nor of LSTM and GRU"
    assert f"No ranking of {pairs}: the medians differ by less than the seeds of one cell do." in text


def test_medians_that_differ_by_more_than_seeds_do_may_still_overlap(desk):
    reached = {"elman": (0.1, 0.2, 0.3), "lstm": (0.25, 0.41, 0.42), "gru": (0.7, 0.8, 0.9)}
    desk.knows(*(made(recipe, metric=reached[recipe.cell.name][recipe.seed]) for recipe in every()))
    text = said(compare())
    assert "No ranking of Elman RNN and LSTM: the seeds of one overlap those of the other." in text
    assert "Every Elman RNN did better than every GRU. Every LSTM did better than every GRU." in text


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
