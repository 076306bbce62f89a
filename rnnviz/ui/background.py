"""Work in a process of its own: the page does not wait for it, and the server does not import what it needs.

Not a process pool: what starts one from a page would run the page's script again in every worker, since Streamlit puts
the script in the place of ``__main__``.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any

import streamlit as st

#: What the other process runs. What the function prints must not mix with its result.
_WORKER = """
import os, pickle, sys
with os.fdopen(os.dup(1), "wb") as result:
    os.dup2(2, 1)
    sys.path[:] = pickle.load(sys.stdin.buffer)
    function, arguments = pickle.load(sys.stdin.buffer)
    pickle.dump(function(*arguments), result)
"""


class Background:
    """A queue of work, one after another; the last `kept` answers are kept."""

    def __init__(self, kept: int = 64) -> None:
        self._kept = kept
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._asked: dict[Any, Future[Any]] = {}
        self._lock = Lock()

    def find(self, function: Callable[..., Any], *arguments: Any) -> Future[Any] | None:
        """What was asked for before with equal arguments, or None."""
        return self._asked.get((function, arguments))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Ask for ``function(*arguments)``, unless that is under way or done; what has failed is asked again.

        The function must be one that can be imported; its arguments must be hashable, and they and the result must be
        such that `pickle` takes them. A failure is a `RuntimeError` with the last line of what the process said.
        """
        with self._lock:
            future = self.find(function, *arguments)
            if future is None or (future.done() and future.exception()):
                future = self._queue.submit(_in_own_process, function, arguments)
                self._asked[function, arguments] = future
                while len(self._asked) > self._kept:
                    del self._asked[next(iter(self._asked))]
            return future


def _in_own_process(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", _WORKER],
        input=pickle.dumps(sys.path) + pickle.dumps((function, arguments)),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise RuntimeError(said[-1] if said else f"the process ended with {done.returncode}")
    return pickle.loads(done.stdout)


@st.cache_resource(show_spinner=False)
def background() -> Background:
    """The queue of this server process, shared by all its visitors."""
    return Background()


def in_background(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """Ask the queue of this server process for ``function(*arguments)``; asked twice, it is computed once."""
    return background().submit(function, *arguments)
