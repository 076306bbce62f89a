"""A Dask scheduler and two workers, started by hand as README says, and what tests of runs share."""

import subprocess
import sys
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from rnnviz.training.recipe import Recipe, TranslationRecipe
from rnnviz.training.run import Moment, Point

#: A run of about a second; one of a moment.
LONG = Recipe(task="adding", cell="gru", hidden_size=8, length=10, batch_size=8, steps=1000)
SHORT = Recipe(task="adding", cell="gru", hidden_size=8, length=10, batch_size=8, steps=20)
#: A translator that has learned a little within some seconds.
TRANSLATOR = TranslationRecipe(hidden_size=32, embedding_size=16, steps=60, learning_rate=0.02)
#: However busy the machine is.
PATIENCE = 120


def wait(condition, seconds=PATIENCE):
    """What a condition gives as soon as that is true."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.005)
    return found


def finished(jobs, recipe):
    """A run once it is no longer under way, and kept."""
    run = wait(lambda: (run := jobs.find(recipe)) and not run.under_way and run)
    with jobs._lock:
        return run


@contextmanager
def scheduler(folder, workers=2, port=0, preload=()):
    """The address of a scheduler with workers, which end when the block does."""
    file = str(folder / "scheduler.json")
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", file]
    processes = [
        subprocess.Popen([*dask, *command, *local], stderr=subprocess.DEVNULL, cwd=folder)
        for command in (
            ["scheduler", "--port", str(port)],
            ["worker", "--nworkers", str(workers), "--nthreads", "1", *preload],
        )
    ]
    from distributed import Client

    try:
        wait(lambda: Path(file).exists())
        with Client(scheduler_file=file, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)
            address = client.scheduler.address
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


@cache
def straight(recipe):
    """The same run without a worker: what it tells, and how it ends."""
    training = recipe.training()
    told = list(training)
    return told, training.ended


def assert_as_straight(jobs, run):
    """A run is to the last bit what it is without workers, stores and interruptions; but for its times."""
    told, ended = straight(run.recipe)

    def plain(point):
        return point.step, point.loss, point.metric, point.gradient_norm, point.clipped

    assert list(map(plain, run.points)) == [plain(item) for item in told if isinstance(item, Point)]
    moments = {item.step: item.weights for item in told if isinstance(item, Moment)}
    assert run.moments == {item.step: item.metric for item in told if isinstance(item, Moment)}
    for step, wanted in moments.items():
        weights = jobs.weights(run, step)
        assert {name: array.tobytes() for name, array in weights.items()} == {
            name: array.tobytes() for name, array in wanted.items()
        }
    assert run.status == ended.reason
    assert (run.ended.step, run.ended.metric, run.ended.tested) == (ended.step, ended.metric, ended.tested)
    if not any("could not be kept" in note for note in jobs.find(run.recipe).notes):
        assert jobs._store.find(run.run_id).run.points == run.points
    seconds = [point.seconds for point in run.points]
    assert seconds == sorted(seconds)
    assert seconds[-1] <= run.ended.seconds
