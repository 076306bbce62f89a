"""Work in a process of its own: the page does not wait for it, and the server does not import what it needs.

Not a process pool: what starts one from a page would run the page's script again in every worker, since Streamlit puts
the script in the place of ``__main__``.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any

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

#: How many bytes of what a process has written are looked at for its last line.
_LAST = 4096


class _Work:
    """One process that computes one answer; another thread may end it before it starts and while it runs."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._question = function, arguments
        self._process: subprocess.Popen[bytes] | None = None
        self._noise: IO[bytes] | None = None
        self._ended = False
        self._lock = Lock()

    def __call__(self) -> Any:
        question = pickle.dumps(sys.path) + pickle.dumps(self._question)
        with TemporaryFile() as noise:
            with self._lock:
                if self._ended:
                    raise CancelledError
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=noise
                )
                self._noise = noise
            answer, _ = self._process.communicate(question)
            said = self.said()
            with self._lock:
                self._noise = None
        if self._ended:
            raise CancelledError
        if self._process.returncode:
            raise RuntimeError(said or f"the process ended with {self._process.returncode}")
        return pickle.loads(answer)

    def said(self) -> str:
        """The last line the process has written by now beside its answer; "" when there is none."""
        with self._lock:
            if self._noise is None:
                return ""
            # By size and place, since the process goes on writing where the file is.
            file = self._noise.fileno()
            end = os.fstat(file).st_size
            lines = os.pread(file, _LAST, max(0, end - _LAST)).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def end(self) -> None:
        with self._lock:
            self._ended = True
            if self._process is not None:
                self._process.kill()


class Background:
    """A queue of work, one after another; the last `kept` answers are kept."""

    def __init__(self, kept: int = 64) -> None:
        self._kept = kept
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        self._asked: dict[Any, Future[Any]] = {}
        self._work: dict[Any, _Work] = {}
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
                work = self._work[function, arguments] = _Work(function, arguments)
                future = self._asked[function, arguments] = self._queue.submit(work)
                while len(self._asked) > self._kept:
                    oldest = next(iter(self._asked))
                    del self._asked[oldest], self._work[oldest]
            return future

    def said(self, function: Callable[..., Any], *arguments: Any) -> str:
        """The last line that work under way has printed; "" before the first."""
        work = self._work.get((function, arguments))
        return work.said() if work else ""

    def cancel(self, function: Callable[..., Any], *arguments: Any) -> None:
        """End work that is under way or still to come, for all who wait for it, and forget that it was asked for.

        Its future raises `concurrent.futures.CancelledError`. An answer that is there already stays.
        """
        with self._lock:
            future = self.find(function, *arguments)
            if future is not None and not future.done():
                del self._asked[function, arguments]
                future.cancel()
                self._work.pop((function, arguments)).end()


@st.cache_resource(show_spinner=False)
def background() -> Background:
    """The queue of this server process, shared by all its visitors."""
    return Background()


def in_background(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """Ask the queue of this server process for ``function(*arguments)``; asked twice, it is computed once."""
    return background().submit(function, *arguments)
