import json
import math
import pickle
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnnviz.jobs.database import StoreError
from rnnviz.jobs.store import KEEP, Store
from rnnviz.training.recipe import Recipe
from rnnviz.training.run import Ended, Point, State

RECIPE = Recipe(task="dyck", cell="gru", hidden_size=3, length=10, steps=20)
WEIGHTS = {"layer1.W_xr": np.ones((3, 2), "f4")}
STATE = State(10, 1.5, {"model.a": np.arange(3.0), "marks": np.array(True)})


@pytest.fixture
def store(tmp_path):
    found = Store(tmp_path)
    yield found
    found.close()


@pytest.fixture
def me(store):
    name = store.servers.enter()
    yield name
    store.servers.leave(name)


def points(*steps):
    return tuple(Point(step, step / 10, 1 / step, 0.5, 2.0, 0.25) for step in steps)


def finish(store, recipe, owner, session="a"):
    run = store.claim(recipe, session, owner).run
    done = replace(run, status="done", moments={0: 0.5}, ended=Ended("done", 20, 2.0, 46, 0.9))
    store.write(done, owner, -1, {0: WEIGHTS}, None, leave=True)
    return run.run_id


def recipes(count):
    return [replace(RECIPE, seed=seed) for seed in range(count)]


def test_a_run_is_kept_as_it_grows(store, me):
    record = store.claim(RECIPE, "a", me)
    run = record.run
    assert (run.run_id, run.recipe, run.status, run.points, run.versions) == (
        RECIPE.run_id,
        RECIPE,
        "waiting",
        (),
        None,
    )
    assert (record.session, record.shared, record.owner) == ("a", False, me)
    versions = {"torch": "2.13"}
    run = replace(run, status="running", points=points(1, 5), moments={0: 0.5}, versions=versions, notes=("One.",))
    store.write(run, me, -1, {0: WEIGHTS}, None, leave=False)
    assert store.find(run.run_id).run.__dict__ == run.__dict__
    run = replace(run, points=points(1, 5, 10), moments={0: 0.5, 10: 0.25})
    store.write(run, me, 5, {10: WEIGHTS}, STATE, leave=False)
    assert store.find(run.run_id).run.__dict__ == run.__dict__
    ended = Ended("done", 20, 3.5, 46, 0.75, {40: 0.5})
    run = replace(run, status="done", points=points(1, 5, 10, 20), ended=ended)
    store.write(run, me, 10, {}, None, leave=True)
    assert store.find(run.run_id).run.__dict__ == run.__dict__
    assert store.find(run.run_id).owner is None
    again = Store(store.folder)
    assert again.find(run.run_id).run.__dict__ == run.__dict__
    again.close()


def test_points_after_the_last_one_kept_are_replaced(store, me):
    run = replace(store.claim(RECIPE, "a", me).run, points=points(1, 5, 10))
    store.write(run, me, -1, {}, None, leave=False)
    other = replace(run, points=(*points(1), Point(6, 9.0, 9.0, 9.0, 9.0, 0.9)))
    store.write(other, me, 1, {}, None, leave=False)
    assert store.find(run.run_id).run.points == other.points


def test_a_point_that_is_no_number_is_kept_as_that(store, me):
    run = replace(store.claim(RECIPE, "a", me).run, points=(Point(1, 0.1, math.inf, math.nan, math.inf, 1.0),))
    store.write(run, me, -1, {}, None, leave=False)
    (point,) = store.find(run.run_id).run.points
    assert (point.loss, point.gradient_norm) == (math.inf, math.inf)
    assert math.isnan(point.metric)


def test_weights_and_state_are_files_in_the_safetensors_format(store, me, tmp_path):
    run = store.claim(RECIPE, "a", me).run
    assert store.state(run.run_id) is None
    store.write(replace(run, moments={10: 0.25}), me, -1, {10: WEIGHTS}, STATE, leave=False)
    folder = tmp_path / "weights" / run.run_id
    assert load_file(folder / "10.safetensors")["layer1.W_xr"].tolist() == [[1.0, 1.0]] * 3
    assert store.weights(run.run_id, 10)["layer1.W_xr"].tolist() == [[1.0, 1.0]] * 3
    assert sorted(path.name for path in folder.iterdir()) == ["10.safetensors", "state-10.safetensors"]
    store.write(run, me, -1, {}, None, leave=False)
    assert store.state(run.run_id).step == 10
    store.write(run, me, -1, {}, State(15, 2.0, {}), leave=False)
    assert sorted(path.name for path in folder.iterdir()) == ["10.safetensors", "state-15.safetensors"]
    store.write(run, me, -1, {}, STATE, leave=False)  # it went back
    state = store.state(run.run_id)
    assert (state.step, state.seconds, state.arrays["marks"].item()) == (10, 1.5, True)
    store.write(replace(run, status="done", moments={10: 0.25}), me, -1, {}, STATE, leave=True)
    assert [path.name for path in folder.iterdir()] == ["10.safetensors"]  # a finished run need not go on


def test_what_is_not_kept_or_damaged_is_said_and_never_unpickled(store, me, tmp_path):
    run = store.claim(RECIPE, "a", me).run
    store.write(replace(run, moments={10: 0.25}), me, -1, {10: WEIGHTS}, STATE, leave=False)
    with pytest.raises(StoreError, match="it is no longer kept in "):
        store.weights(run.run_id, 11)
    with pytest.raises(StoreError, match="it is no longer kept in "):
        store.weights("nothing", 10)
    for name, use in (("10", lambda: store.weights(run.run_id, 10)), ("state-10", lambda: store.state(run.run_id))):
        path = tmp_path / "weights" / run.run_id / f"{name}.safetensors"
        for content in (path.read_bytes()[:-1], b"", pickle.dumps(STATE.arrays)):
            path.write_bytes(content)
            with pytest.raises(StoreError, match=rf"{name}\.safetensors is damaged"):
                use()


def test_a_run_has_one_owner(store, me):
    other = store.servers.enter()
    assert store.claim(RECIPE, "a", me).owner == me
    assert store.claim(RECIPE, "b", other).owner == me
    assert store.find(RECIPE.run_id).session == "a"
    run = store.find(RECIPE.run_id).run
    with pytest.raises(StoreError, match="another server has it"):
        store.write(replace(run, status="done", points=points(1)), other, -1, {}, None, leave=True)
    assert store.find(RECIPE.run_id).run.status == "waiting"
    assert store.find(RECIPE.run_id).run.points == ()
    store.write(replace(run, status="paused"), me, -1, {}, STATE, leave=True)
    assert store.claim(RECIPE, "b", other).owner == other
    store.servers.leave(other)
    assert store.claim(RECIPE, "a", me).owner == me  # its owner is gone


def test_a_finished_run_is_nobodys(store, me):
    finish(store, RECIPE, me)
    assert store.claim(RECIPE, "b", me).owner is None
    assert store.claim(RECIPE, "b", me).run.status == "done"


def test_runs_whose_server_is_gone_are_taken_over_once(store, me):
    dead, alive = store.servers.enter(), store.servers.enter()
    running, waiting, paused, living, own = recipes(5)
    for recipe, owner in ((running, dead), (waiting, dead), (paused, dead), (living, alive), (own, me)):
        store.claim(recipe, "a", owner)
    store.write(replace(store.find(running.run_id).run, status="running"), dead, -1, {}, STATE, leave=False)
    store.write(replace(store.find(paused.run_id).run, status="paused"), dead, -1, {}, STATE, leave=False)
    assert store.take_over(me) == []
    store.servers.leave(dead)
    taken = store.take_over(me)
    assert {record.run.recipe for record in taken} == {running, waiting}
    assert {record.owner for record in taken} == {me}
    assert store.find(paused.run_id).owner is None
    assert store.find(living.run_id).owner == alive
    assert store.take_over(me) == store.take_over(alive) == []
    store.servers.leave(alive)


def test_a_run_under_way_that_its_server_has_left_is_taken_over(store, me):
    other = store.servers.enter()
    run = store.claim(RECIPE, "a", other).run
    store.write(run, other, -1, {}, None, leave=True)
    assert [record.run.recipe for record in store.take_over(me)] == [RECIPE]
    store.servers.leave(other)


def test_wishes_reach_the_owner_once(store, me):
    store.claim(RECIPE, "a", me)
    assert store.wishes(me) == {}
    store.wish(RECIPE.run_id, "paused")
    assert store.find(RECIPE.run_id).run.status == "waiting"
    assert store.wishes("another") == {}
    assert store.wishes(me) == {RECIPE.run_id: "paused"}
    assert store.wishes(me) == {}
    store.wish(RECIPE.run_id, "stopped")
    store.claim(RECIPE, "b", "another")  # asked for again, it is not to stop
    assert store.wishes(me) == {}


def test_a_wish_for_a_run_without_owner_comes_true_at_once(store, me):
    run = store.claim(RECIPE, "a", me).run
    store.write(replace(run, status="paused"), me, -1, {}, STATE, leave=True)
    store.wish(run.run_id, "stopped")
    assert store.find(run.run_id).run.status == "stopped"
    store.wish(run.run_id, "paused")
    assert store.find(run.run_id).run.status == "stopped"
    done = replace(RECIPE, seed=1)
    finish(store, done, me)
    store.wish(done.run_id, "stopped")
    assert store.find(done.run_id).run.status == "done"


def test_the_oldest_runs_that_only_one_session_has_seen_go_first(tmp_path):
    store = Store(tmp_path, keep=3)
    me = store.servers.enter()
    first, second, third, fourth, fifth, sixth = recipes(6)
    for recipe in (first, second, third):
        finish(store, recipe, me)
    store.share(first.run_id)

    def kept():
        return {run.recipe.seed for run in store.runs()}

    store.claim(fourth, "a", me)
    assert kept() == {0, 2, 3}
    assert store.find(second.run_id) is None
    assert not (tmp_path / "weights" / second.run_id).exists()
    store.claim(fifth, "a", me)
    assert kept() == {0, 3, 4}
    store.claim(sixth, "a", me)
    assert kept() == {3, 4, 5}  # the shared one too, before one that is under way
    store.claim(second, "a", me)
    assert kept() == {1, 3, 4, 5}
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as other:
        assert other.execute(
            "SELECT count(*) FROM points WHERE run_id NOT IN (SELECT run_id FROM runs)"
        ).fetchone() == (0,)
    store.servers.leave(me)
    store.close()


def test_a_run_that_another_session_asks_for_is_shared(store, me):
    assert not store.claim(RECIPE, "a", me).shared
    assert not store.claim(RECIPE, "a", me).shared
    assert store.claim(RECIPE, "b", me).shared
    other = replace(RECIPE, seed=1)
    store.claim(other, "a", me)
    store.share(other.run_id)
    assert store.find(other.run_id).shared


def test_what_has_not_changed_is_not_read_again(store, me):
    record = store.claim(RECIPE, "a", me)
    assert store.find(RECIPE.run_id) is record
    other = Store(store.folder)
    other.share(RECIPE.run_id)
    other.close()
    assert store.find(RECIPE.run_id) is not record
    assert store.find(RECIPE.run_id).shared


def test_a_run_that_another_server_has_made_anew_is_read_anew(tmp_path, store, me):
    record = store.claim(RECIPE, "a", me)
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as other, other:
        other.execute("DELETE FROM runs")
    assert store.find(RECIPE.run_id) is None
    assert store.claim(RECIPE, "b", me) is not record
    assert store.find(RECIPE.run_id).session == "b"


def test_runs_are_listed_the_newest_first_with_their_last_point(store, me):
    assert Store(store.folder / "empty").runs() == ()
    for recipe in recipes(3):
        run = store.claim(recipe, "a", me).run
        if recipe.seed:
            store.write(replace(run, points=points(1, 5)), me, -1, {}, None, leave=False)
    assert [(run.recipe.seed, [point.step for point in run.points]) for run in store.runs()] == [
        (2, [5]),
        (1, [5]),
        (0, []),
    ]


def test_runs_whose_recipe_this_version_cannot_read_are_left_out(tmp_path, store, me):
    for recipe in recipes(2):
        store.claim(recipe, "a", me)
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as other, other:
        unknown = json.dumps({**RECIPE.as_dict(), "cell": "liquid"})
        other.execute("UPDATE runs SET recipe = ? WHERE run_id = ?", (unknown, RECIPE.run_id))
    assert [run.recipe.seed for run in store.runs()] == [1]


def test_where_and_how_many_are_set_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNVIZ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RNNVIZ_KEEP", "7")
    assert (Store().folder, Store().keep) == (tmp_path / "home", 7)
    assert (Store(tmp_path, 3).folder, Store(tmp_path, 3).keep) == (tmp_path, 3)
    monkeypatch.delenv("RNNVIZ_HOME")
    monkeypatch.delenv("RNNVIZ_KEEP")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (Store().folder, Store().keep) == (tmp_path / ".local" / "share" / "rnnviz", KEEP)


def test_many_processes_claim_a_run_and_one_gets_it(tmp_path):
    script = """
import sys
from pathlib import Path
from rnnviz.jobs.store import Store
from tests.jobs.test_store import recipes
store = Store(Path(sys.argv[1]))
me = store.servers.enter()
print("ready", flush=True)
sys.stdin.readline()
print(sum(store.claim(recipe, me, me).owner == me for recipe in recipes(20)), flush=True)
sys.stdin.readline()
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        print("go", file=process.stdin, flush=True)
    assert sum(int(process.stdout.readline()) for process in processes) == 20
    for process in processes:
        process.communicate()
    with_all = Store(tmp_path)
    assert len(with_all.runs()) == 20
    with_all.close()


def test_a_store_from_before_recipes_had_kinds_opens(store, me):
    run_id = finish(store, RECIPE, me)
    with store._database.writing() as connection:
        (text,) = connection.execute("SELECT recipe FROM runs WHERE run_id = ?", (run_id,)).fetchone()
        old = json.loads(text)
        assert old.pop("kind") == "task"
        connection.execute("UPDATE runs SET recipe = ?, change = randomblob(8)", (json.dumps(old),))
    assert store.find(run_id).run.recipe == RECIPE
    assert [run.recipe for run in store.runs()] == [RECIPE]
