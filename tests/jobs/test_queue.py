import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from rnnviz import trace
from rnnviz.cells import GRU
from rnnviz.data.number_splits import SPLIT_SEED, split
from rnnviz.data.number_words import say
from rnnviz.jobs.queue import Jobs, _Job
from rnnviz.jobs.store import Store
from rnnviz.jobs.workers import Cluster
from rnnviz.networks.translator import Translator
from rnnviz.notation import variant
from rnnviz.training import run as runs
from rnnviz.training.batching import SpeedsRecipe
from rnnviz.training.cards import card_of
from rnnviz.training.clipping import ClippingRecipe
from rnnviz.training.contest import Contest, result
from rnnviz.training.measuring import measured_on, this_machine
from rnnviz.training.recipe import Recipe, read_recipe
from rnnviz.training.run import Point, Run, State, follow, write_run
from rnnviz.training.timing import Layer, TimingRecipe
from rnnviz.ui.compare import learning, race, results
from rnnviz.ui.compare.charts import Look, race_charts
from tests.own_cells import PEEPHOLE
from tests.scheduler import LONG, PATIENCE, SHORT, TRANSLATOR, assert_as_straight, finished, straight, wait


@pytest.fixture
def jobs(servers):
    return servers()


@pytest.fixture
def submitted(monkeypatch):
    """The ids of the runs that went to a worker."""
    found = []

    def spy(cluster, key, *arguments):
        found.append(key.partition("-")[0])
        submit(cluster, key, *arguments)

    submit = Cluster.submit
    monkeypatch.setattr(Cluster, "submit", spy)
    return found


def seeds(count, recipe=LONG):
    return [replace(recipe, seed=seed) for seed in range(count)]


def running(jobs, recipe, points=1):
    return wait(lambda: len(jobs.find(recipe).points) >= points and jobs.find(recipe))


def test_a_run_in_a_worker_is_the_run_itself(jobs):
    recipe = replace(SHORT, task="dyck", hidden_size=4, length=10)
    asked = jobs.ask(recipe, "a")
    assert (asked.run_id, asked.recipe, asked.status, asked.points) == (recipe.run_id, recipe, "waiting", ())
    run = finished(jobs, recipe)
    assert_as_straight(jobs, run)
    assert run.versions == straight_versions()
    assert run.notes == ()
    assert run.ended.timed_on == this_machine()


def test_runs_side_by_side_and_runs_that_rested_have_no_machine_of_their_own(jobs):
    recipes = seeds(2, replace(SHORT, steps=60))
    for recipe in recipes:
        jobs.ask(recipe, "a")
    rested = replace(LONG, steps=150)
    assert [finished(jobs, recipe).ended.timed_on for recipe in recipes] == [None, None]
    jobs.ask(rested, "a")
    running(jobs, rested)
    jobs.pause(rested)
    assert finished(jobs, rested).status == "paused"
    jobs.ask(rested, "a")
    assert finished(jobs, rested).ended.timed_on is None


def test_a_translator_is_trained_as_all_others_are(servers, submitted):
    first = servers()
    asked = first.ask(TRANSLATOR, "a")
    assert (asked.recipe, asked.status, first.place(TRANSLATOR)) == (TRANSLATOR, "waiting", 1)
    running(first, TRANSLATOR)
    first.pause(TRANSLATOR)
    assert finished(first, TRANSLATOR).status == "paused"
    first.ask(TRANSLATOR, "a")
    run = finished(first, TRANSLATOR)
    assert_as_straight(first, run)
    second = servers()
    found = second.ask(TRANSLATOR, "b")
    assert found.__dict__ == run.__dict__
    assert submitted == [TRANSLATOR.run_id] * 2
    ended, weights = found.ended, second.weights(found, max(found.moments))
    translator = Translator.of(weights, card_of(found.recipe, ended))
    numbers = split(SPLIT_SEED).by_digits[4]
    right = sum(translator.translate(say(number, "en")).tokens == say(number, "de") for number in numbers)
    assert ended.tested[4] == pytest.approx(right / len(numbers))
    assert translator.card["parameters"] == sum(array.size for array in weights.values())


#: A run of a cell that rnnviz does not ship; measurements of a moment and of some seconds; two trainings of a second.
OWN = replace(LONG, cell=PEEPHOLE, steps=150)
TIMING = TimingRecipe(input_size=3, measured=(Layer("gru", 4),), sequence_length=5, batch=1, repetitions=8)
SPEEDS = SpeedsRecipe(hidden_size=16, sequence_length=20, repetitions=200, batch_sizes=(1, 8))
CLIPPING = ClippingRecipe("norm", 0.5, 2.5, 0, steps=60)


def test_a_cell_of_ones_own_is_trained_kept_and_shown_as_those_that_ship(servers, submitted, monkeypatch):
    first = servers()
    first.ask(OWN, "a")
    running(first, OWN)
    first.pause(OWN)
    assert finished(first, OWN).status == "paused"
    first.ask(OWN, "a")
    assert_as_straight(first, finished(first, OWN))
    second = servers()
    run = second.ask(read_recipe(json.loads(json.dumps(OWN.as_dict()))), "b")
    assert (run.status, run.recipe.cell) == ("done", PEEPHOLE)
    assert submitted == [OWN.run_id] * 2
    assert [kept.recipe for kept in second._store.runs()] == [OWN]

    contest = Contest(OWN, (PEEPHOLE, "gru"), seeds=1)
    assert contest.recipes()[PEEPHOLE] == [OWN]
    runs = {PEEPHOLE: [run], GRU: []}
    found = [result(cell, of_cell, contest.task.metric, None) for cell, of_cell in runs.items()]
    assert found[0].metric.median == run.ended.metric
    table = results.results_table(contest, found, "")
    assert "Peephole LSTM" in table
    assert f"<td>{run.ended.parameters:,}</td>" in table
    assert "In seconds" not in results.budget_sentence(contest, found)  # the run has rested
    drawn = json.dumps(race_charts(contest, runs, "steps", Look("light", 14)))
    assert "Peephole LSTM" in drawn
    assert variant(PEEPHOLE.name).colour in drawn
    assert "Peephole LSTM (seed 0)" in race.progress([replace(run, status="running", ended=None)], [])[1]

    monkeypatch.setattr(learning, "jobs", lambda: second)
    views = learning.moments(run)
    assert [view.step for view in views] == list(run.moments)
    scene = learning.example_scene(run, views[-1], 0)
    assert scene.cell == PEEPHOLE
    assert learning.progress(run).steps[-1] == OWN.steps
    assert trace.run(scene.cell, scene.weights, scene.inputs)["output_gate"].shape == (10, 8)


def test_a_translator_with_a_cell_of_ones_own_is_trained_too(jobs):
    recipe = replace(TRANSLATOR, cell=PEEPHOLE, steps=3)
    jobs.ask(recipe, "a")
    run = finished(jobs, recipe)
    assert_as_straight(jobs, run)
    card = card_of(recipe, run.ended)
    assert Translator.of(jobs.weights(run, 3), json.loads(json.dumps(card))).cell == PEEPHOLE


def test_a_measurement_is_made_once_for_all_and_is_there_on_another_server(servers, submitted):
    first = servers()
    assert first.ask(TIMING, "a").status == "waiting"
    run = finished(first, TIMING)
    assert run.status == "done"
    assert [point.step for point in run.points] == list(range(1, 9))
    (timing,) = TIMING.read(first.weights(run, max(run.moments))).values()
    assert 0 < timing.forward.low <= timing.forward.median <= timing.forward.high
    second = servers()
    again = second.ask(TIMING, "b")
    assert again.status == "done"
    arrays = second.weights(again, max(again.moments))
    assert TIMING.read(arrays) == {TIMING.measured[0]: timing}
    assert measured_on(arrays) == TIMING.machine == this_machine()
    assert submitted == [TIMING.run_id]
    assert second.find(replace(TIMING, machine="elsewhere")) is None


def test_a_measurement_can_be_stopped_and_goes_on_with_the_repetitions_it_has(jobs):
    jobs.ask(SPEEDS, "a")
    running(jobs, SPEEDS, 3)
    jobs.cancel(SPEEDS)
    run = finished(jobs, SPEEDS)
    assert run.status == "stopped"
    made = jobs._store.state(SPEEDS.run_id).arrays["times"]
    assert 3 <= len(made) < SPEEDS.repetitions
    jobs.ask(SPEEDS, "a")
    run = finished(jobs, SPEEDS)
    assert [point.step for point in run.points] == list(range(1, SPEEDS.repetitions + 1))
    times = jobs.weights(run, max(run.moments))["times"]
    np.testing.assert_array_equal(times[: len(made)], made)
    assert (times > 0).all()


def test_the_clipping_run_goes_on_to_the_last_bit(jobs):
    jobs.ask(CLIPPING, "a")
    running(jobs, CLIPPING, 2)
    jobs.pause(CLIPPING)
    assert finished(jobs, CLIPPING).status == "paused"
    jobs.ask(CLIPPING, "a")
    run = finished(jobs, CLIPPING)
    assert run.share_done == 1
    found = jobs.weights(run, max(run.moments))
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: array.tobytes() for name, array in follow(CLIPPING).items()
    }


def test_a_measurement_does_not_bring_torch_into_the_server(tmp_path, address):
    code = """
import sys, time
from pathlib import Path
from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store
from rnnviz.training.timing import Layer, TimingRecipe
recipe = TimingRecipe(input_size=3, measured=(Layer("gru", 4),), sequence_length=5, batch=1, repetitions=4)
jobs = Jobs(Store(Path(sys.argv[1])), scheduler=sys.argv[2])
jobs.ask(recipe, "a")
while (run := jobs.find(recipe)).under_way:
    time.sleep(0.01)
(timing,) = recipe.read(jobs.weights(run, max(run.moments))).values()
jobs.close()
sys.exit("torch" in sys.modules or timing.forward.median <= 0)
"""
    command = [sys.executable, "-c", code, str(tmp_path), address]
    assert subprocess.run(command, check=False, timeout=PATIENCE).returncode == 0


def straight_versions():
    from importlib.metadata import version

    return {name: version(name) for name in ("rnnviz", "torch", "numpy")}


def test_a_run_tells_of_itself_while_it_trains(jobs):
    jobs.ask(LONG, "a")
    seen = []

    def ended():
        run = jobs.find(LONG)
        if run.points and (not seen or len(run.points) > len(seen[-1].points)):
            seen.append(run)
        return run.finished

    wait(ended)
    assert seen[0].status == "running"
    assert seen[0].points[0].step == 1
    assert len(seen[0].points) < 50
    assert len(seen) >= 4


def test_what_is_finished_is_there_at_once_for_everyone(servers, submitted):
    first = servers()
    first.ask(SHORT, "a")
    run = finished(first, SHORT)
    assert first.ask(SHORT, "b").__dict__ == run.__dict__
    second = servers()
    again = second.ask(SHORT, "b")
    assert again.__dict__ == run.__dict__
    assert second._thread is None  # nothing had to start for that
    assert_as_straight(second, again)
    assert submitted == [SHORT.run_id]


def test_thirty_askers_on_two_servers_train_a_run_once(servers, submitted):
    both, answers = [servers(), servers()], []
    start = threading.Barrier(30)

    def ask(number):
        start.wait()
        answers.append(both[number % 2].ask(SHORT, f"session {number}").run_id)

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    for server in both:
        assert_as_straight(server, finished(server, SHORT))
    assert set(answers) == {SHORT.run_id}
    assert len(answers) == 30
    assert submitted == [SHORT.run_id]


def test_a_run_that_is_paused_goes_on_as_if_nothing_had_been(jobs):
    jobs.ask(LONG, "a")
    for points in (1, 30, 60):
        running(jobs, LONG, points)
        jobs.pause(LONG)
        run = finished(jobs, LONG)
        assert run.status == "paused"
        time.sleep(0.3)
        assert jobs.find(LONG).points == run.points
        assert jobs.ask(LONG, "b").under_way
    run = finished(jobs, LONG)
    assert_as_straight(jobs, run)
    assert run.notes == ()


def test_a_run_is_asked_for_again_before_its_worker_has_let_go_of_it(jobs):
    jobs.ask(LONG, "a")
    running(jobs, LONG)
    jobs.pause(LONG)
    jobs.ask(LONG, "a")
    assert_as_straight(jobs, finished(jobs, LONG))


def test_a_run_that_waits_is_paused_and_cancelled_at_once(jobs):
    for stop, status in ((jobs.pause, "paused"), (jobs.cancel, "stopped")):
        jobs.ask(LONG, "a")
        with jobs._lock:  # so that it is not brought to a worker in between
            jobs.ask(SHORT, "a")
            stop(SHORT)
            assert jobs.find(SHORT).status == status
            assert jobs.place(SHORT) is None
    jobs.pause(LONG)
    finished(jobs, LONG)
    jobs.cancel(LONG)
    assert jobs.find(LONG).status == "stopped"
    jobs.pause(LONG)
    assert jobs.find(LONG).status == "stopped"


@pytest.mark.parametrize("steps", [1, 2])
def test_a_run_can_be_cancelled_in_its_first_and_its_last_step(jobs, steps):
    met = set()
    for seed in range(8):
        recipe = replace(SHORT, steps=steps, seed=seed)
        jobs.ask(recipe, "a")
        if seed % 2:
            wait(lambda recipe=recipe: jobs.find(recipe).status != "waiting")
        time.sleep(seed * 0.002)
        jobs.cancel(recipe)
        run = finished(jobs, recipe)
        met.add(run.status)
        assert run.status in ("stopped", "done")
        jobs.ask(recipe, "a")
        assert_as_straight(jobs, finished(jobs, recipe))
    assert "stopped" in met


def test_a_run_whose_worker_is_lost_forgets_what_it_cannot_go_on_from():
    points = tuple(Point(step, step / 10, 0.5, 0.5, 1.0, 0.0) for step in (1, 5, 10, 15))
    run = Run(SHORT.run_id, SHORT, "running", points, dict.fromkeys((0, 10, 12), 0.5))
    job = _Job(run, ["a"], State(10, 1.0, {}), weights={10: {}, 12: {}}, kept=15)
    job.go_back("after a worker was lost")
    assert (job.run.points, list(job.run.moments), list(job.weights), job.kept) == (points[:3], [0, 10], [10], 10)
    assert job.run.notes == ("Resumed from step 10 after a worker was lost.",)
    job.state = None
    job.go_back(None)
    assert (job.run.points, job.run.moments, job.weights, job.kept) == ((), {}, {}, -1)
    assert len(job.run.notes) == 1


def test_cancelling_what_is_done_or_was_never_asked_changes_nothing(jobs):
    jobs.cancel(SHORT)
    assert jobs.find(SHORT) is None
    jobs.ask(SHORT, "a")
    run = finished(jobs, SHORT)
    jobs.cancel(SHORT)
    jobs.pause(SHORT)
    assert jobs.find(SHORT).__dict__ == run.__dict__


def test_workers_are_shared_among_sessions(jobs):
    mine, yours = seeds(4), replace(SHORT, seed=9)
    for recipe in mine:
        jobs.ask(recipe, "mine")
    for recipe in mine[:2]:
        running(jobs, recipe)  # alone I may have both workers
    assert [jobs.place(recipe) for recipe in mine] == [None, None, 1, 2]
    with jobs._lock:
        jobs.ask(yours, "yours")
        assert [jobs.place(recipe) for recipe in (yours, *mine[2:])] == [1, 2, 3]
    finished(jobs, yours)
    states = [jobs.find(recipe).status for recipe in mine]
    assert "done" not in states  # nobody has waited for a run of mine to end
    for recipe in mine[2:]:
        jobs.cancel(recipe)
    for recipe in (yours, *mine[:2]):
        assert_as_straight(jobs, finished(jobs, recipe))


def test_as_long_as_both_have_runs_each_session_has_a_worker(jobs, submitted):
    mine, yours = seeds(3, SHORT), [replace(SHORT, seed=seed) for seed in (7, 8, 9)]
    with jobs._lock:
        for recipe in mine:
            jobs.ask(recipe, "mine")
        for recipe in yours:
            jobs.ask(recipe, "yours")
        assert [jobs.place(recipe) for recipe in mine] == [1, 3, 5]
        assert [jobs.place(recipe) for recipe in yours] == [2, 4, 6]
    for recipe in (*mine, *yours):
        finished(jobs, recipe)
    for own in (mine, yours):
        ids = [recipe.run_id for recipe in own]
        assert [run_id for run_id in submitted if run_id in ids] == ids
    assert set(submitted[:2]) == {mine[0].run_id, yours[0].run_id}


def test_a_run_that_fails_says_why_and_may_be_asked_again(jobs, address):
    from distributed import Client

    def break_training():
        import rnnviz.training.loop

        class Broken(rnnviz.training.loop.Training):
            def __iter__(self):
                yield next(super().__iter__())
                raise MemoryError("by far too little memory")

        rnnviz.training.loop.Whole, rnnviz.training.loop.Training = rnnviz.training.loop.Training, Broken

    def mend_training():
        import rnnviz.training.loop

        rnnviz.training.loop.Training = rnnviz.training.loop.Whole

    with Client(address, set_as_default=False) as client:
        client.run(break_training)
        try:
            jobs.ask(SHORT, "a")
            run = finished(jobs, SHORT)
        finally:
            client.run(mend_training)
    assert run.status == "failed"
    assert run.notes == ("Failed: MemoryError: by far too little memory.",)
    jobs.ask(SHORT, "a")
    run = finished(jobs, SHORT)
    assert_as_straight(jobs, run)
    assert run.notes == ()


def test_a_run_that_diverges_says_when_and_with_which_gradient(jobs):
    recipe = Recipe(
        task="adding", cell="elman_relu", hidden_size=16, length=50, optimizer="sgd", learning_rate=10.0, clip=0.0
    )
    jobs.ask(recipe, "a")
    run = finished(jobs, recipe)
    _, ended = straight(recipe)
    assert run.status == "diverged"
    assert (run.ended.step, run.ended.norm_before) == (ended.step, ended.norm_before)
    assert run.ended.metric is None
    assert jobs.ask(recipe, "b").__dict__ == run.__dict__


def test_workers_give_way_to_others_and_use_one_thread(jobs, address):
    from distributed import Client

    def look():
        import torch

        return os.getpriority(os.PRIO_PROCESS, 0), torch.get_num_threads()

    for recipe in seeds(4, SHORT):
        jobs.ask(recipe, "a")
    for recipe in seeds(4, SHORT):
        finished(jobs, recipe)
    with Client(address, set_as_default=False) as client:
        workers = list(client.scheduler_info()["workers"])
        assert [client.submit(look, workers=[worker], pure=False).result() for worker in workers] == [(10, 1)] * 2


def test_who_looks_at_a_run_of_another_shares_it(jobs):
    jobs.ask(SHORT, "a")
    finished(jobs, SHORT)
    for session in (None, "a"):
        jobs.find(SHORT, session)
        time.sleep(0.1)
        assert not jobs._store.find(SHORT.run_id).shared
    jobs.find(SHORT, "b")
    wait(lambda: jobs._store.find(SHORT.run_id).shared)


def test_a_run_that_came_with_rnnviz_needs_no_training(jobs, tmp_path, monkeypatch):
    donor = Jobs(jobs._store, scheduler="tcp://nowhere:1")
    jobs.ask(SHORT, "a")
    run = finished(jobs, SHORT)
    write_run(tmp_path / "shipped", SHORT.shipped_name, run, {step: jobs.weights(run, step) for step in run.moments})
    monkeypatch.setattr(runs, "_SHIPPED", tmp_path / "shipped")
    runs.shipped.cache_clear()
    server = Jobs(Store(tmp_path / "empty"), scheduler="tcp://nowhere:1")
    assert server.find(SHORT).shipped
    assert server.ask(SHORT, "a").status == "done"
    step = max(run.moments)
    assert server.weights(server.find(SHORT), step).keys() == jobs.weights(run, step).keys()
    assert not (tmp_path / "empty").exists()
    runs.shipped.cache_clear()
    del donor


def test_looking_is_little_work(jobs):
    """A page that watches asks for each of its runs every second or so, and so does each of its visitors."""
    recipes = seeds(20, SHORT)
    for recipe in recipes[:10]:
        jobs.ask(recipe, "a")
    for recipe in recipes[:10]:
        finished(jobs, recipe)
    calls = []
    sys.setprofile(lambda frame, event, _: calls.append(frame) if event in ("call", "c_call") else None)
    try:
        for recipe in recipes:
            jobs.find(recipe, "a")
    finally:
        sys.setprofile(None)
    assert len(calls) / len(recipes) < 500


def test_a_scheduler_that_does_not_answer_is_said(tmp_path):
    jobs = Jobs(Store(tmp_path), scheduler="tcp://127.0.0.1:1")
    jobs.ask(SHORT, "a")
    wait(lambda: jobs.find(SHORT).notes)
    assert jobs.find(SHORT).notes == ("Training waits: no scheduler answers at tcp://127.0.0.1:1.",)
    assert jobs.place(SHORT) == 1
    jobs.close()
    jobs._store.close()


def test_where_to_train_is_set_by_the_environment(tmp_path, address, monkeypatch):
    monkeypatch.setenv("RNNVIZ_SCHEDULER", address)
    jobs = Jobs(Store(tmp_path))
    jobs.ask(SHORT, "a")
    assert_as_straight(jobs, finished(jobs, SHORT))
    assert jobs._cluster._host is None
    jobs.close()
    jobs._store.close()


def test_importing_brings_neither_torch_nor_dask():
    code = "import sys, rnnviz.jobs.queue; sys.exit(bool({'torch', 'dask', 'distributed'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
