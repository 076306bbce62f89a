"""A run on a text of one's own: the text comes along to the worker, is kept with the run, and is deleted with it."""

import subprocess
from dataclasses import replace

import pytest

from rnnviz.data.own_text import OwnText
from rnnviz.jobs.database import StoreError
from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store
from rnnviz.training.run import Moment
from rnnviz.training.text import COUNTED, TextRecipe
from tests.scheduler import finished, wait

TEXT = OwnText("The cat sat on the mat. \N{SNOWMAN} It sat still.\n" * 60)
RECIPE = TextRecipe(
    corpus=TEXT.digest, alphabet="".join(TEXT.alphabet), hidden_size=8, batch_size=4, window=25, steps=12
)
LONG = replace(RECIPE, steps=400)


def files(tmp_path):
    """What the store has beside its database and its servers."""
    return sorted(path.name for path in (tmp_path / "store").rglob("weights/*/*"))


def holding(tmp_path, text):
    """The files anywhere in the store that hold a text."""
    found = subprocess.run(["grep", "-rlaF", text, tmp_path / "store"], capture_output=True, text=True, check=False)
    return found.stdout.split()


def straight(recipe):
    """The moments of the same run without workers and stores."""
    return [one for one in recipe.training(None, TEXT) if isinstance(one, Moment)]


def assert_as_straight(jobs, run):
    moments = straight(run.recipe)
    assert run.status == "done"
    assert run.moments == {one.step: one.metric for one in moments}
    for one in (moments[0], moments[-1]):
        weights = jobs.weights(run, one.step)
        assert {name: array.tobytes() for name, array in weights.items()} == {
            name: array.tobytes() for name, array in one.weights.items()
        }


def test_a_text_is_learned_from_by_a_worker_and_kept_with_its_run(servers, tmp_path):
    first, second = servers(), servers()
    assert first.ask(RECIPE, "a", TEXT).under_way
    run = finished(first, RECIPE)
    assert_as_straight(first, run)
    assert COUNTED in first.weights(run, 0)
    assert first._store.text(run.run_id).text == TEXT.text
    again = second.ask(RECIPE, "b", TEXT)
    assert again.status == "done"  # found, not trained twice
    assert second._thread is None
    assert second.known(RECIPE.run_id, "b").recipe == RECIPE
    assert second.known("0" * 16) is None
    assert second._store.runs()[0].recipe.in_words.startswith(TEXT.digest[:8])


def test_what_is_deleted_is_gone_with_its_text_and_may_be_asked_for_again(servers, tmp_path):
    jobs = servers()
    jobs.ask(RECIPE, "a", TEXT)
    finished(jobs, RECIPE)
    assert holding(tmp_path, "The cat sat")
    jobs.delete(RECIPE.run_id)
    assert jobs.find(RECIPE) is None
    assert jobs._store.runs() == ()
    assert files(tmp_path) == []
    assert holding(tmp_path, "The cat sat") == []
    jobs.delete(RECIPE.run_id)  # once more changes nothing
    jobs.ask(RECIPE, "b", TEXT)
    assert_as_straight(jobs, finished(jobs, RECIPE))


def test_a_run_is_deleted_while_it_trains(servers, tmp_path):
    jobs = servers()
    jobs.ask(LONG, "a", TEXT)
    wait(lambda: jobs.find(LONG).moments)
    jobs.delete(LONG.run_id)
    assert jobs.find(LONG) is None
    jobs.ask(RECIPE, "a", TEXT)  # the worker is free again, and what the first run still says is not heard
    finished(jobs, RECIPE)
    assert jobs.find(LONG) is None
    assert {path.parent.name for path in (tmp_path / "store").rglob("weights/*/*")} == {RECIPE.run_id}


@pytest.mark.parametrize("server_lives", [True, False])
def test_what_another_server_trains_is_deleted_by_it_or_once_it_is_gone(servers, tmp_path, server_lives):
    theirs, ours = servers(), servers()
    theirs.ask(LONG, "a", TEXT)
    wait(lambda: theirs.find(LONG).moments)
    if not server_lives:  # it hears no wish any more
        theirs._store.wishes = lambda owner: {}
    ours.delete(LONG.run_id)
    assert ours.find(LONG) is None
    assert ours._store.runs() == ()
    assert not (tmp_path / "store" / "weights" / LONG.run_id / "text.txt").exists()
    if not server_lives:
        theirs.close()
        ours.start()
    wait(lambda: not (tmp_path / "store" / "weights" / LONG.run_id).exists())
    wait(lambda: theirs.find(LONG) is None)


def test_a_run_goes_on_with_its_text_on_a_server_that_never_had_it(servers, tmp_path):
    first = servers()
    first.ask(LONG, "a", TEXT)
    wait(lambda: len(first.find(LONG).moments) > 2)
    first.close()
    second = servers()
    second.start()
    assert_as_straight(second, finished(second, LONG))
    second.ask(replace(LONG, seed=1), "a", TEXT)
    wait(lambda: second.find(replace(LONG, seed=1)).moments)
    second.pause(replace(LONG, seed=1))
    assert finished(second, replace(LONG, seed=1)).status == "paused"
    third = servers()
    third.ask(replace(LONG, seed=1), "b")  # by its link, without the text
    assert_as_straight(third, finished(third, replace(LONG, seed=1)))


def test_a_run_whose_text_is_lost_says_so_and_goes_on_when_it_comes_again(servers, tmp_path):
    jobs = servers()
    jobs.ask(LONG, "a", TEXT)
    wait(lambda: jobs.find(LONG).moments)
    jobs.pause(LONG)
    finished(jobs, LONG)
    (tmp_path / "store" / "weights" / LONG.run_id / "text.txt").unlink()
    run = jobs.ask(LONG, "a")
    assert run.status == "failed"
    assert run.notes == (f"Failed: the text it learns from is lost: it is no longer kept in {tmp_path / 'store'}.",)
    jobs.ask(LONG, "a", TEXT)
    run = finished(jobs, LONG)
    assert_as_straight(jobs, run)
    assert run.notes == ()


def test_a_text_that_is_not_the_one_the_recipe_names_is_refused(servers):
    with pytest.raises(ValueError, match="names another text"):
        servers().ask(RECIPE, "a", OwnText("another" * 200))


def test_a_text_goes_with_a_run_that_has_to_make_room(tmp_path):
    store = Store(tmp_path / "store", keep=1)
    me = store.servers.enter()
    for seed in range(2):
        recipe = replace(RECIPE, seed=seed)
        run = store.claim(recipe, "a", me, TEXT).run
        store.write(replace(run, status="stopped"), me, -1, {}, None, leave=True)
    assert [one.recipe.seed for one in store.runs()] == [1]
    with pytest.raises(StoreError, match="no longer kept"):
        store.text(RECIPE.run_id)
    assert holding(tmp_path, "The cat sat") == [
        str(tmp_path / "store" / "weights" / replace(RECIPE, seed=1).run_id / "text.txt")
    ]
    store.servers.leave(me)
    store.close()


def test_neither_a_log_nor_an_address_nor_a_recipe_holds_a_text(tmp_path, capfd, caplog):
    secret = OwnText("secret")  # too short: its training fails, of which Dask logs what was asked
    broken = replace(RECIPE, corpus=secret.digest)
    jobs = Jobs(Store(tmp_path), workers=1)  # whose log is the server's
    assert "secret" not in f"{jobs.ask(broken, 'a', secret)} {jobs._jobs} {broken.as_dict()} {broken.run_id}"
    run = finished(jobs, broken)
    jobs.close()
    jobs._store.close()
    assert run.status == "failed"
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "Compute Failed" in logged
    assert "secret" not in logged + "".join(run.notes)
