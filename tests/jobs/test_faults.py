"""What can go wrong with a run goes wrong here for real: workers and servers are killed, disks are full."""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import psutil
import pytest

from rnnviz.jobs.queue import LOSSES, Jobs
from rnnviz.jobs.store import Store
from rnnviz.training.run import UNDER_WAY
from tests.scheduler import LONG, SHORT, assert_as_straight, finished, scheduler, wait

#: A server of its own: it makes one run, asks for others by their seeds, says so, and goes on until it is killed.
SERVER = """
import sys, time
from dataclasses import replace
from functools import partial
from pathlib import Path
from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store
from tests.scheduler import LONG, SHORT, finished
jobs = Jobs(Store(Path(sys.argv[1])), scheduler=sys.argv[2] or None)
jobs.ask(SHORT, "theirs")
finished(jobs, SHORT)
for seed in sys.argv[3:]:
    jobs.ask(replace(LONG, seed=int(seed)), "theirs")
print("asked", flush=True)
while True:
    time.sleep(1)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with scheduler(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@contextmanager
def server(folder, address=None):
    jobs = Jobs(Store(folder), scheduler=address)
    try:
        yield jobs
    finally:
        jobs.close()
        jobs._store.close()


@contextmanager
def other_server(folder, address, *seeds):
    command = [sys.executable, "-c", SERVER, folder, address or "", *map(str, seeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout.readline() == b"asked\n"
            yield process
        finally:
            process.kill()


def running(jobs, recipe, moments=2):
    """A run that has so many moments by now."""
    return wait(lambda: len(jobs.find(recipe).moments) >= moments and jobs.find(recipe))


def worker_of(address, recipe):
    """The process that trains a run."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:

        def whose():
            return [worker for worker, keys in client.processing().items() if any(recipe.run_id in key for key in keys)]

        (worker,) = wait(whose)
        return psutil.Process(client.run(os.getpid, workers=[worker])[worker])


def resumed(run, why):
    """From which step a run was resumed, by its only note."""
    (note,) = run.notes
    start, end = "Resumed from step ", f" {why}."
    assert note.startswith(start)
    assert note.endswith(end)
    return int(note.removeprefix(start).removesuffix(end))


@pytest.fixture(params=[3, 0], ids=["Dask tries again", "Dask gives up"])
def patience_of_dask(request, address):
    from distributed import Client

    def be_patient(dask_scheduler, failures):
        before, dask_scheduler.allowed_failures = dask_scheduler.allowed_failures, failures
        return before

    with Client(address, set_as_default=False) as client:
        before = client.run_on_scheduler(be_patient, failures=request.param)
        yield
        client.run_on_scheduler(be_patient, failures=before)


@pytest.mark.usefixtures("patience_of_dask")
def test_a_run_whose_worker_is_killed_is_resumed_and_says_so(tmp_path, address):
    with server(tmp_path, address) as jobs:
        jobs.ask(LONG, "a")
        before = running(jobs, LONG, 6)
        worker_of(address, LONG).kill()
        run = finished(jobs, LONG)
        assert sorted(before.moments)[-2] <= resumed(run, "after a worker was lost") < LONG.steps
        assert_as_straight(jobs, run)


def test_a_run_that_kills_its_workers_is_given_up_and_may_be_asked_again(tmp_path, address):
    slow = replace(LONG, hidden_size=64, length=100, batch_size=64, steps=10_000)  # its second moment is far
    with server(tmp_path, address) as jobs:
        jobs.ask(slow, "a")
        for lost in range(LOSSES):
            wait(lambda lost=lost: len(jobs.find(slow).notes) == lost and jobs.find(slow).points)
            worker_of(address, slow).kill()
        run = finished(jobs, slow)
        assert run.status == "failed"
        assert run.notes == (
            *["Started anew after a worker was lost."] * (LOSSES - 1),
            f"Failed: its worker was lost {LOSSES} times at step 0.",
        )
        assert not any("lost" in note for note in jobs.ask(slow, "a").notes)
        wait(lambda: jobs.find(slow).status == "running")
        jobs.cancel(slow)


def test_a_cluster_that_goes_away_and_comes_back(tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.jobs.queue.RETRY", 0.2)
    with scheduler(tmp_path, workers=1) as address, server(tmp_path / "store", address) as jobs:
        jobs.ask(LONG, "a")
        before = running(jobs, LONG, 6)
        port = address.rpartition(":")[2]
        for process in psutil.process_iter(["cmdline"]):
            if str(tmp_path / "scheduler.json") in (process.info["cmdline"] or ()):
                process.kill()
        trouble = f"Training waits: no scheduler answers at {address}."
        waiting = wait(lambda: trouble in (run := jobs.find(LONG)).notes and run)
        assert waiting.status == "waiting"
        (tmp_path / "scheduler.json").unlink()
        with scheduler(tmp_path, workers=1, port=port):
            run = finished(jobs, LONG)
        assert sorted(before.moments)[-2] <= resumed(run, "after the workers were lost") < LONG.steps
        assert_as_straight(jobs, run)


def test_a_server_that_is_killed_leaves_its_runs_to_the_next_and_no_worker_behind(tmp_path, address):
    recipes = [replace(LONG, seed=seed) for seed in range(3)]
    store = Store(tmp_path)
    with other_server(tmp_path, None, 0, 1, 2) as process:  # with workers of this machine
        wait(lambda: len(store.find(LONG.run_id).run.moments) > 5)
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 3
        process.kill()
        process.wait()
        assert {store.find(recipe.run_id).run.status for recipe in recipes} <= set(UNDER_WAY)
        assert psutil.wait_procs(children, timeout=20)[1] == []
    store.close()
    with server(tmp_path, address) as jobs:
        assert_as_straight(jobs, jobs.find(SHORT))
        assert jobs.find(LONG).status == "running"  # as it was: the new server has not begun
        jobs.start()
        for recipe in recipes:
            assert_as_straight(jobs, finished(jobs, recipe))
        assert resumed(jobs.find(LONG), "after the server stopped") > 0


def test_a_server_that_is_closed_leaves_its_runs_where_they_are(tmp_path, address):
    recipes = [replace(LONG, seed=seed) for seed in range(3)]
    with server(tmp_path, address) as jobs:
        for recipe in recipes:
            jobs.ask(recipe, "a")
        left = running(jobs, recipes[0], 4)
    with server(tmp_path, address) as jobs:
        assert len(jobs.find(recipes[0]).points) >= len(left.points)
        jobs.start()
        for recipe in recipes:
            assert_as_straight(jobs, finished(jobs, recipe))
        assert resumed(jobs.find(recipes[0]), "after the server stopped") >= left.points[-1].step


def test_two_servers_on_one_store(tmp_path, address):
    theirs, ours = replace(LONG, seed=0), replace(LONG, seed=1)
    with other_server(tmp_path, address, 0) as process, server(tmp_path, address) as jobs:
        assert jobs.ask(theirs, "b").status in UNDER_WAY
        jobs.ask(ours, "b")
        grown = [running(jobs, theirs, moments) for moments in (1, 3, 5)]
        assert [run.status for run in grown] == ["running"] * 3
        jobs.pause(theirs)  # by way of the server that trains it
        paused = finished(jobs, theirs)
        assert paused.status == "paused"
        assert jobs.find(ours).status in ("running", "done")
        jobs.ask(theirs, "b")  # now it is ours
        process.kill()
        for recipe in (theirs, ours):
            run = finished(jobs, recipe)
            assert_as_straight(jobs, run)
            assert run.notes == ()


def test_the_runs_of_a_killed_server_go_on_at_another(tmp_path, address):
    recipe = replace(LONG, seed=0)
    with other_server(tmp_path, address, 0) as process, server(tmp_path, address) as jobs:
        jobs.start()
        running(jobs, recipe, 5)
        process.kill()
        process.wait()
        run = finished(jobs, recipe)
        assert resumed(run, "after the server stopped") > 0
        assert_as_straight(jobs, run)


@contextmanager
def small_disk(folder):
    """A folder with room for little: a disk of 200 kB where that may be mounted, or else files of 60 kB at most."""
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder], capture_output=True).returncode:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
        enlarge, end = [lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)] * 2
    else:
        enlarge = partial(subprocess.run, ["mount", "-o", "remount,size=20m", folder], check=True)
        end = partial(subprocess.run, ["umount", folder], check=True)
    try:
        yield enlarge
    finally:
        end()


def test_on_a_full_disk_a_run_is_shown_and_kept_once_there_is_room(tmp_path, address, monkeypatch):
    monkeypatch.setattr("rnnviz.jobs.queue.RETRY", 0.2)
    recipe = replace(LONG, hidden_size=48)  # its weights are larger than the disk
    with small_disk(tmp_path / "disk") as enlarge:
        with server(tmp_path / "disk", address) as jobs:
            jobs.ask(recipe, "a")
            seen = wait(lambda: (run := jobs.find(recipe)).notes and run)
            assert seen.notes == ("This run could not be kept: the disk is full.",)
            assert jobs.find(recipe).status == "running"
            run = finished(jobs, recipe)
            assert run.notes == seen.notes
            assert len(run.points) > len(seen.points)
            assert_as_straight(jobs, run)
            enlarge()
            wait(lambda: not jobs.find(recipe).notes)
        kept = Store(tmp_path / "disk")
        assert kept.find(recipe.run_id).run.points == run.points
        assert set(kept.weights(recipe.run_id, max(run.moments))) == set(jobs.weights(run, max(run.moments)))
        kept.close()


@contextmanager
def sealed(folder):
    """A folder in which nothing can be written; root's is mounted so, whom modes do not stop."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    try:
        if os.geteuid():
            for path in modes:
                path.chmod(0o555)
        else:
            subprocess.run(["mount", "--bind", folder, folder], check=True)
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        if os.geteuid():
            for path, mode in modes.items():
                path.chmod(mode)
        else:
            subprocess.run(["umount", folder], check=True)


def test_a_store_that_can_only_be_read_shows_what_it_has_and_what_is_trained(tmp_path, address):
    folder = tmp_path / "store"
    paused = replace(LONG, seed=7)
    with server(folder, address) as jobs:
        for recipe in (SHORT, paused):
            jobs.ask(recipe, "a")
        wait(lambda: jobs.find(paused).points)
        jobs.pause(paused)
        finished(jobs, paused)
        done = finished(jobs, SHORT)
    with sealed(folder):
        with pytest.raises(OSError, match=r"Read-only|Permission"):
            (folder / "new").touch()
        with server(folder, address) as jobs:
            assert jobs.find(SHORT).__dict__ == done.__dict__
            assert_as_straight(jobs, jobs.ask(SHORT, "b"))
            for recipe in (LONG, paused):
                jobs.ask(recipe, "b")
                run = finished(jobs, recipe)
                assert run.notes == (f"This run could not be kept: {folder} cannot be written to.",)
                assert_as_straight(jobs, run)
                assert jobs.ask(recipe, "c").finished
    with server(folder, address) as jobs:
        assert jobs.find(LONG) is None
        assert jobs.find(paused).status == "paused"


def test_a_damaged_state_is_not_gone_on_from(tmp_path, address):
    with server(tmp_path, address) as jobs:
        jobs.ask(LONG, "a")
        running(jobs, LONG, 4)
        jobs.pause(LONG)
        finished(jobs, LONG)
        path = tmp_path / "weights" / LONG.run_id / f"state-{jobs._store.state(LONG.run_id).step}.safetensors"
        path.write_bytes(path.read_bytes()[:-1])
        jobs.ask(LONG, "a")
        run = finished(jobs, LONG)
        assert_as_straight(jobs, run)
        (note,) = run.notes
        assert note.startswith(f"What was kept to go on from is lost: {path} is damaged")


def test_a_foreign_file_in_place_of_the_store_stops_nothing(tmp_path, address):
    (tmp_path / "runs.sqlite").write_bytes(b"not a database" * 100)
    with server(tmp_path, address) as jobs:
        assert jobs.find(SHORT) is None
        jobs.ask(SHORT, "a")
        run = finished(jobs, SHORT)
        assert_as_straight(jobs, run)
        assert run.notes == (
            f"This run could not be kept: {tmp_path} has a file that is damaged or is none of rnnviz.",
        )
    assert (tmp_path / "runs.sqlite").read_bytes() == b"not a database" * 100


def test_workers_do_not_run_the_page_that_started_them(tmp_path):
    # Streamlit puts a page in the place of __main__; what starts processes by multiprocessing runs it again there.
    page = tmp_path / "page.py"
    page.write_text(f"open({str(tmp_path / 'times')!r}, 'a').write('x')")
    script = f"""
import runpy, sys, types
from pathlib import Path
from rnnviz.jobs.queue import Jobs
from rnnviz.jobs.store import Store
from tests.scheduler import SHORT, finished
page = sys.modules["__main__"] = types.ModuleType("__main__")
page.__file__ = {str(page)!r}
exec(compile(Path(page.__file__).read_text(), page.__file__, "exec"), page.__dict__)
jobs = Jobs(Store(Path({str(tmp_path)!r})), workers=1)
jobs.ask(SHORT, "a")
assert finished(jobs, SHORT).status == "done"
jobs.close()
"""
    subprocess.run([sys.executable, "-c", script], check=True, stderr=subprocess.DEVNULL)
    assert (tmp_path / "times").read_text() == "x"
