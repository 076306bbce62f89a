"""Dask workers: those of a scheduler, or some of this machine; and what one of them does with a run.

Importing this module imports neither torch nor Dask. The workers of this machine are children of a Python of their own,
not of the server: what starts one from a page would run the page's script again in every worker, since Streamlit puts
the script in the place of ``__main__``. They end when the server does, however it ends: its end closes their pipe.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, astuple
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from rnnviz.data.own_text import OwnText
from rnnviz.networks.checkpoints import pack
from rnnviz.training.measuring import this_machine
from rnnviz.training.recipe import read_recipe, versions
from rnnviz.training.run import Moment, Point, State, pack_state, unpack_state

#: At most so many workers are started on this machine.
WORKERS = 4
#: How nice a worker is to the server: other programs come first.
NICENESS = 10
#: So many seconds lie between two messages of a run, once its first point is known.
PAUSE = 0.25
#: So many seconds a scheduler has to answer.
PATIENCE = 5.0

#: A scheduler of this machine keeps a message until so many have followed it; some hold all weights of a network.
MESSAGES_KEPT = 10
#: Names of glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3

Message = Mapping[str, Any]


class ClusterError(RuntimeError):
    """No worker can be had; says why in plain words."""


class Cluster:
    """Workers that train runs and tell of it; ready when it has been made.

    Parameters
    ----------
    scheduler
        The address of a Dask scheduler, ``tcp://host:8786``; workers of this machine if None.
    workers
        How many to start on this machine; at most `WORKERS` and one a core if None.
    hear
        Called, from other threads, with every message of a run: see `train`.
    over
        Called with a run's key when Dask is through with it, and with the error that ended it: None when there was
        none, "" when its worker was lost.

    Raises
    ------
    ClusterError
        When there is no answer.
    """

    def __init__(
        self,
        scheduler: str | None,
        workers: int | None,
        hear: Callable[[Message], None],
        over: Callable[[str, str | None], None],
    ) -> None:
        if find_spec("distributed") is None or (scheduler is None and find_spec("torch") is None):
            raise ClusterError("training needs PyTorch and Dask: pip install 'rnnviz[train]'")
        self._over = over
        self._topic = f"rnnviz-{uuid4().hex}"
        self._futures: dict[str, Any] = {}
        self._host = _start_host(workers) if scheduler is None else None
        try:
            distributed = import_module("distributed")  # while workers start
            self._client = _connect(distributed, _answer(self._host) if self._host else scheduler)
            self._client.subscribe_topic(self._topic, lambda event: hear(event[1]))
        except BaseException:
            _end(self._host)
            raise

    @property
    def alive(self) -> bool:
        """Whether the scheduler still answers."""
        return bool(self._client.status == "running")

    def size(self) -> int:
        """How many runs can be trained at a time."""
        return sum(self._client.nthreads().values())

    def submit(self, key: str, recipe: Mapping[str, Any], state: State | None, text: OwnText | None) -> None:
        """Have a run trained, from a state on, on the text that it names; its messages hold the key, which is new."""
        packed = state and pack_state(state)
        future = self._client.submit(train, recipe, packed, self._topic, text, key=key, pure=False)
        self._futures[key] = future
        future.add_done_callback(self._done)

    def stop(self, key: str) -> None:
        """Have a run send its state and leave its worker, or never come to one."""
        future = self._futures.pop(key, None)
        if future is not None:
            future.cancel()

    def _done(self, future: Any) -> None:
        if self._futures.pop(future.key, None) is None:
            return
        if future.status != "error":
            self._over(future.key, None if future.status == "finished" else "")
            return
        from distributed import KilledWorker

        error = future.exception()
        lost = isinstance(error, KilledWorker)
        self._over(future.key, "" if lost else traceback.format_exception_only(error)[-1].strip().splitlines()[-1])

    def close(self) -> None:
        """Let go of the workers; those of this machine end."""
        self._futures.clear()
        self._client.close()
        _end(self._host)


def _start_host(workers: int | None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", f"from rnnviz.jobs.host import run; run({workers}, {WORKERS}, {MESSAGES_KEPT})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C in the server's terminal is for the server, which then ends it. A group, not a session: Linux does not
        # count how nice a process is to those of other sessions.
        process_group=0,
    )


def _answer(host: subprocess.Popen[str]) -> str:
    """The address of the scheduler that another Python has started."""
    address = host.stdout.readline().strip() if host.stdout else ""
    if not address:
        raise ClusterError("workers could not be started on this machine; the server's log says why")
    return address


def _end(host: subprocess.Popen[str] | None) -> None:
    if host is not None:
        host.communicate()


def _connect(distributed: Any, address: Any) -> Any:
    try:
        # Dask's own attempt takes longer, and leaves something behind.
        host, port = distributed.comm.get_address_host_port(address)
        socket.create_connection((host, port), timeout=PATIENCE).close()
        return distributed.Client(address, set_as_default=False, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {address}") from error


def _hold_memory() -> None:
    """Undo what Dask's nanny sets: that memory goes back to the system at every turn, which halves the speed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, 1 << 27)
        mallopt(_MMAP_THRESHOLD, 1 << 25)


def train(recipe: Mapping[str, Any], state: bytes | None, topic: str, text: OwnText | None = None) -> None:
    """Train a run in a Dask worker and tell of it under a topic. A text comes along: workers read nothing from a disk.

    Every message is a dict with the "key" of the run's task and some of: "began", the versions it runs with, and
    "machine", the name of the one it runs on; "points", each as a tuple; "moments", each as step, metric and packed
    weights; "state", packed, with every moment; "ended", as JSON, or "left" when it was asked to stop, with its state;
    then it is the last one.
    """
    import torch
    from distributed import get_worker

    _hold_memory()
    torch.set_num_threads(1)
    if os.getpriority(os.PRIO_PROCESS, 0) < NICENESS:
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    worker = get_worker()
    key = worker.get_current_task()

    def say(**news: Any) -> None:
        worker.log_event(topic, {"key": key, **news})

    say(began=versions(), machine=this_machine())
    training = read_recipe(recipe).training(None if state is None else unpack_state(state), text)
    points: list[tuple[float, ...]] = []
    moments: list[tuple[int, float, bytes]] = []
    due = 0.0
    for item in training:
        if isinstance(item, Point):
            points.append(astuple(item))
        elif isinstance(item, Moment):
            moments.append((item.step, item.metric, pack(item.weights)))
        # Dask cannot stop what runs, but it marks the task: a look at the mark costs a microsecond. It does so too when
        # the server that asked for the run is gone.
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            say(points=points, moments=moments, state=pack_state(training.state()), left=True)
            return
        if item is not None and time.monotonic() >= due:
            say(points=points, moments=moments, state=pack_state(training.state()) if moments else None)
            due = time.monotonic() + PAUSE if item.step else 0.0
            points, moments = [], []
    say(points=points, moments=moments, ended=json.dumps(training.ended and asdict(training.ended)))
