"""A process that has Dask workers as children; run by `rnnviz.jobs.workers`.

Importing this module imports next to nothing: the sooner it starts its first child, the sooner workers are there.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing import forkserver
from typing import Any


def run(workers: int | None, most: int, messages_kept: int) -> None:
    """Write the address of a scheduler with workers, and have them until standard input ends.

    Parameters
    ----------
    workers
        How many; one a core, but not more than `most`, if None.
    messages_kept
        How many messages of runs the scheduler keeps.
    """
    answer = os.dup(1)
    os.dup2(2, 1)  # what workers print must not mix with the address
    # One process imports what workers need, while this one imports Dask; each worker is a copy of that process.
    multiprocessing.get_context("forkserver").set_forkserver_preload(["rnnviz.jobs.ready"])
    forkserver.ensure_running()
    dask: Any = import_module("dask")
    distributed: Any = import_module("distributed")
    dask.config.set(
        {
            "distributed.worker.multiprocessing-method": "forkserver",
            "distributed.admin.low-level-log-length": messages_kept,
        }
    )
    count = workers or min(dask.system.CPU_COUNT, most)
    cluster = distributed.LocalCluster(count, threads_per_worker=1, dashboard_address="127.0.0.1:0")
    with cluster, suppress(BrokenPipeError):  # a server that has ended meanwhile asks for no address
        os.write(answer, f"{cluster.scheduler_address}\n".encode())
        sys.stdin.read()
