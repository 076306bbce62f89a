"""Who trains which run when: a fair queue before the workers, for all sessions of a server.

Importing this module imports neither torch nor Dask.
"""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, RLock, Thread
from typing import Any
from uuid import uuid4

from rnnviz.data.own_text import OwnText
from rnnviz.jobs.database import StoreError
from rnnviz.jobs.store import BEFORE, DELETED, Record, Store
from rnnviz.jobs.turns import Turns
from rnnviz.jobs.workers import Cluster, Message
from rnnviz.networks.checkpoints import unpack
from rnnviz.training.recipe import AnyRecipe
from rnnviz.training.run import (
    AnyRun,
    Arrays,
    Point,
    R,
    RunOf,
    State,
    ended_from,
    shipped,
    shipped_weights,
    unpack_state,
)

#: So often, in seconds, a server looks after the wishes and the lost runs of others.
TICK = 0.5
#: So long a worker has to tell the state of a run that is to stop; then the last one known must do.
GRACE = 15.0
#: So often the worker of a run may be lost without a step forward.
LOSSES = 3
#: So often, in seconds, a connection is tried that was refused.
RETRY = 5.0
#: So many runs that could not be kept are remembered.
REMEMBERED = 50
#: Of so many runs it is remembered that a second session has seen them, so that this is written once.
SEEN = 10_000


@dataclass(eq=False)
class _Job:
    """A run that this server trains, or that it could not keep.

    Attributes
    ----------
    run
        What is known of it; its notes are those that stay.
    sessions
        Who wants it; the first has asked first.
    state, kept_state
        Where it can go on, and what the store has of that.
    text
        The text of one's own that it learns from; None where it needs none.
    weights
        Those of its moments that are not kept yet.
    kept
        Up to which step the store has its points.
    claimed, unkept
        Whether the store has a record of it that is ours, and why it lacks something; None when it does not.
    key, turn_of, began
        On the cluster: under which name, at whose turn it came there, whether a worker has begun.
    wanted, deadline
        What it is to become when its worker lets go of it: "paused", "stopped" or "waiting"; until when that must be.
    machine, alone
        Which one trains it, and whether it has trained nothing else since the run's start, as far as is known here.
    losses
        How often its worker has been lost since it last got on.
    retry
        When to try next to keep what could not be kept.
    """

    run: RunOf[Any]
    sessions: list[str]
    state: State | None = None
    kept_state: State | None = None
    text: OwnText | None = None
    weights: dict[int, Arrays] = field(default_factory=dict)
    kept: int = -1
    claimed: bool = False
    unkept: str | None = None
    key: str | None = None
    turn_of: str = ""
    began: bool = False
    wanted: str | None = None
    deadline: float = math.inf
    machine: str | None = None
    alone: bool = True
    losses: int = 0
    retry: float = 0.0

    @property
    def step(self) -> int:
        """The step from which it can go on."""
        return self.state.step if self.state else 0

    def note(self, sentence: str) -> None:
        self.run = replace(self.run, notes=(*self.run.notes, sentence))

    def go_back(self, why: str | None) -> None:
        """Forget what came after the state known; say why unless None."""
        if why and (self.run.points or self.run.moments):
            self.note(f"{f'Resumed from step {self.step}' if self.step else 'Started anew'} {why}.")
        last = self.step if self.state else -1
        points = tuple(point for point in self.run.points if point.step <= last)
        self.run = replace(
            self.run, points=points, moments={step: metric for step, metric in self.run.moments.items() if step <= last}
        )
        self.weights = {step: weights for step, weights in self.weights.items() if step <= last}
        self.kept = min(self.kept, last)


class Jobs:
    """The runs that the sessions of a server have asked for. No method waits for a run, or for workers to start.

    A run that was paused, stopped or has failed goes on from the last state known when it is asked for again.

    Parameters
    ----------
    store
        Where runs are kept. When it cannot be written to, runs go on, and their notes say so.
    scheduler
        The address of a Dask scheduler; RNNVIZ_SCHEDULER if None, and workers of this machine if that is not set.
    workers
        How many to start on this machine: see `rnnviz.jobs.workers.Cluster`.
    """

    def __init__(self, store: Store, *, scheduler: str | None = None, workers: int | None = None) -> None:
        self._store = store
        self._start_cluster = partial(
            Cluster,
            scheduler or os.environ.get("RNNVIZ_SCHEDULER") or None,
            workers,
            hear=lambda message: self._inbox.put(partial(self._heard, message)),
            over=lambda key, error: self._inbox.put(partial(self._over, key, error)),
        )
        self._cluster: Cluster | None = None
        self._size = 0
        self._trouble: str | None = None
        self._connecting: Thread | None = None
        self._retry = 0.0
        self._owner: str | None = None
        self._jobs: dict[str, _Job] = {}
        self._on_cluster: dict[str, _Job] = {}
        self._served: dict[str, int] = {}
        self._places: dict[str, int] | None = None
        self._seen: set[str] = set()
        self._closing = False
        self._closed = Event()
        # All that changes a job does so with this lock, most of it in one thread, which takes what is to do from here.
        self._lock = RLock()
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Have workers ready soon, and go on with the runs of servers that are gone."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()

    def find(self, recipe: R, session: str | None = None) -> RunOf[R] | None:
        """What is known of a run by now; None when nobody has asked for it.

        That a session looks at a run that another has asked for is noted: such runs are kept longer.
        """
        return self.known(recipe.run_id, session) or shipped(recipe)

    def known(self, run_id: str, session: str | None = None) -> AnyRun | None:
        """The same of a run that was asked for here, by its id."""
        job = self._jobs.get(run_id)
        if job is not None:
            self._see(run_id, session, job.sessions[0])
            return self._shown(job)
        with suppress(StoreError):
            record = self._store.find(run_id)
            if record is not None:
                if not record.shared:
                    self._see(run_id, session, record.session)
                return record.run
        return None

    def ask(self, recipe: R, session: str, text: OwnText | None = None) -> RunOf[R]:
        """Have a run trained, unless it is finished or under way; the same run whoever asks.

        A recipe that names a text of one's own needs it with the first who asks; from then on it is kept with the run.

        Raises
        ------
        ValueError
            When it is another text.
        """
        if text is not None and text.digest != recipe.own_text:
            raise ValueError("the recipe names another text")
        found = self.find(recipe, session)
        if found is not None and found.finished:
            return found
        self.start()
        with self._lock:
            job = self._jobs.get(recipe.run_id)
            if job is None:
                try:
                    record = self._store.claim(recipe, session, self._me(), text)
                except StoreError as error:
                    job = _Job(RunOf(recipe.run_id, recipe, "waiting"), [session], text=text, unkept=str(error))
                    self._jobs[recipe.run_id] = job
                else:
                    if record.owner != self._owner:
                        return record.run
                    job = self._adopt(record)
            elif not job.run.under_way and not job.run.finished:
                self._again(job)
            if session not in job.sessions:
                job.sessions.append(session)
            job.wanted = None
            self._places = None
            self._inbox.put(_nothing)
            return self._shown(job)

    def place(self, recipe: AnyRecipe) -> int | None:
        """The place of a run in the queue of this server, from 1: which start it will be; None when it is not there."""
        places = self._places
        if places is None:
            with self._lock:
                order = self._turns().all()
                places = self._places = {run_id: place for place, (run_id, _) in enumerate(order, 1)}
        return places.get(recipe.run_id)

    def pause(self, recipe: AnyRecipe) -> None:
        """Let a run rest, for all who watch it, until it is asked for again."""
        self._stop(recipe.run_id, "paused")

    def cancel(self, recipe: AnyRecipe) -> None:
        """Stop a run, for all who watch it; what is known of it stays."""
        self._stop(recipe.run_id, "stopped")

    def delete(self, run_id: str) -> None:
        """Forget a run, its networks and the text it learned from, for all; whoever trains it stops.

        Raises
        ------
        OSError
            When what is kept of it cannot be deleted; says so in plain words.
        """
        with self._lock:
            job = self._jobs.get(run_id)
            if job is None or job.claimed:
                self._store.delete(run_id, self._me())
            if job is not None:
                self._leave_worker(job)
                del self._jobs[run_id]

    def weights(self, run: AnyRun, step: int) -> Arrays:
        """The weights of a run at one of its moments.

        Raises
        ------
        OSError, ValueError
            When they are not kept any more or cannot be read; says so in plain words.
        """
        if run.shipped:
            return shipped_weights(run, step)
        job = self._jobs.get(run.run_id)
        known = job and job.weights.get(step)
        return known or self._store.weights(run.run_id, step)

    def on_text(self, digest: str) -> tuple[AnyRun, ...]:
        """The runs that learn from a text of one's own, by its name."""
        runs = {run.run_id: run for run in (*self._store.runs(), *(job.run for job in list(self._jobs.values())))}
        return tuple(run for run in runs.values() if run.recipe.own_text == digest)

    def text(self, run_id: str) -> OwnText | None:
        """The text of one's own that a run learns from; None where there is none, or it is not kept any more."""
        job = self._jobs.get(run_id)
        if job is not None and job.text is not None:
            return job.text
        with suppress(StoreError):
            return self._store.text(run_id)
        return None

    def close(self) -> None:
        """Keep where the runs under way are, and leave them to the next server; the workers of this machine end."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            for job in list(self._on_cluster.values()):
                self._release(job, "waiting")
        until = time.monotonic() + GRACE
        while self._on_cluster and time.monotonic() < until:
            time.sleep(0.02)
        with self._lock:
            for job in list(self._jobs.values()):
                self._keep(job)
        self._closed.set()
        self._inbox.put(_nothing)
        for name in ("_thread", "_connecting"):
            if (thread := getattr(self, name)) is not None:
                thread.join()
        if self._cluster is not None:
            self._cluster.close()
        if self._owner is not None:
            self._store.servers.leave(self._owner)

    # What one thread does, again and again.

    def _work(self) -> None:
        tick = 0.0
        while not self._closed.is_set():
            act = _nothing
            with suppress(Empty):
                act = self._inbox.get(timeout=TICK)
            try:
                ticks = time.monotonic() >= tick
                if ticks:
                    tick = time.monotonic() + TICK
                    self._look_at_cluster()
                with self._lock:
                    act()
                    if ticks and not self._closing:
                        self._look_around()
                    self._dispatch()
            except Exception:  # an error in one run must not end the training of all others
                logging.getLogger(__name__).exception("A step of the jobs failed")

    def _look_at_cluster(self) -> None:
        """Connect, see how many workers there are, or notice that they are gone."""
        cluster = self._cluster
        if cluster is not None and cluster.alive:
            self._size = cluster.size()
            self._trouble = None if self._size else "Training waits: the scheduler has no workers"
            return
        if cluster is not None:
            with self._lock:
                self._cluster = None
                for job in list(self._on_cluster.values()):
                    self._lose(job, "after the workers were lost")
            cluster.close()
        if not (self._connecting or self._closing) and time.monotonic() >= self._retry:
            self._connecting = Thread(target=self._connect, name="cluster", daemon=True)
            self._connecting.start()

    def _connect(self) -> None:
        try:
            self._cluster = self._start_cluster()
            self._size = self._cluster.size()
            self._trouble = None
        except Exception as error:
            self._trouble = f"Training waits: {error}"
            self._retry = time.monotonic() + RETRY
        self._connecting = None
        self._inbox.put(_nothing)

    def _look_around(self) -> None:
        """Do what other servers wish, go on with what those that are gone have left, and see to one's own."""
        now = time.monotonic()
        for job in list(self._jobs.values()):
            if now > job.deadline:
                self._put(job, job.wanted or "waiting")
            if job.unkept and now > job.retry:
                self._keep(job)
        with suppress(StoreError):
            me = self._me()
            for run_id, wish in self._store.wishes(me).items():
                if wish == DELETED:
                    self.delete(run_id)
                else:
                    self._stop(run_id, wish)
            for record in self._store.take_over(me):
                self._adopt(record)

    def _dispatch(self) -> None:
        """Bring the runs whose turn it is to the workers; take one back from a session that has too many."""
        cluster = self._cluster
        if cluster is None or not cluster.alive or self._closing:
            return
        turns = self._turns()
        for run_id, session in turns.now():
            job = self._jobs[run_id]
            job.key, job.turn_of = f"{run_id}-{uuid4().hex}", session
            self._on_cluster[job.key] = job
            self._served[session] = max(self._served.values(), default=0) + 1
            self._places = None
            cluster.submit(job.key, job.run.recipe.as_dict(), job.state, job.text)
        if len(self._on_cluster) > 1:
            for job in self._on_cluster.values():
                job.alone = False
        greedy = turns.too_many()
        if greedy and not any(job.wanted for job in self._on_cluster.values()):
            self._release([job for job in self._on_cluster.values() if job.turn_of == greedy][-1], "waiting")

    def _turns(self) -> Turns:
        waiting = {job.run.run_id: job.sessions for job in self._jobs.values() if job.run.under_way and not job.key}
        training = [job.turn_of for job in self._on_cluster.values()]
        there = {*training, *(session for sessions in waiting.values() for session in sessions)}
        self._served = {session: turn for session, turn in self._served.items() if session in there}
        return Turns(waiting, training, self._served, self._size)

    def _heard(self, message: Message) -> None:
        """Take in what a worker tells of a run."""
        job = self._on_cluster.get(message["key"])
        if job is None:
            return
        if "began" in message:
            if job.began:  # Dask has begun it once more, from where this worker had begun
                self._lose(job, "after a worker was lost")
            else:
                job.began = True
                job.alone = job.alone and job.machine in (None, message["machine"])
                job.machine = message["machine"]
                job.run = replace(job.run, status="running", versions=message["began"])
                self._keep(job)
            return
        points = tuple(Point(*numbers) for numbers in message["points"])
        moments = {step: metric for step, metric, _ in message["moments"]}
        ended = ended_from(json.loads(message.get("ended", "null")))
        job.weights |= {step: unpack(weights) for step, _, weights in message["moments"]}
        job.run = replace(
            job.run, points=(*job.run.points, *points), moments={**job.run.moments, **moments}, ended=ended
        )
        if message.get("state"):
            job.state, job.losses = unpack_state(message["state"]), 0
        if ended is not None:
            if job.alone:
                job.run = replace(job.run, ended=replace(ended, timed_on=job.machine))
            self._put(job, ended.reason)
        elif message.get("left"):
            self._put(job, job.wanted or "waiting")
        elif not job.unkept:
            self._keep(job)

    def _over(self, key: str, error: str | None) -> None:
        """See why Dask is through with a run that has not told of its end."""
        job = self._on_cluster.get(key)
        if job is None:
            return
        if error:
            job.note(f"Failed: {error}.")
            self._put(job, "failed")
        else:
            alive = self._cluster is not None and self._cluster.alive
            self._lose(job, "after a worker was lost" if alive else "after the workers were lost")

    def _lose(self, job: _Job, why: str) -> None:
        """Put a run whose worker is lost back into the queue, unless that has happened too often."""
        job.losses += 1
        if job.losses < LOSSES:
            job.go_back(why)
            self._put(job, job.wanted or "waiting")
        else:
            job.note(f"Failed: its worker was lost {job.losses} times at step {job.step}.")
            self._put(job, "failed")

    # What both do.

    def _stop(self, run_id: str, status: str) -> None:
        with self._lock:
            job = self._jobs.get(run_id)
            if job is None:
                with suppress(StoreError):
                    self._store.wish(run_id, status)
            elif job.run.status in BEFORE[status]:
                self._release(job, status)

    def _release(self, job: _Job, status: str) -> None:
        """Have the worker of a run let go of it, with a status for then; if no worker has it, it has that at once."""
        if job.key is not None and job.began and self._cluster is not None:
            job.wanted, job.deadline = status, time.monotonic() + GRACE
            self._cluster.stop(job.key)
        else:
            self._put(job, status)

    def _put(self, job: _Job, status: str) -> None:
        """Give a run that no worker has any more a status."""
        self._leave_worker(job)
        job.run = replace(job.run, status=status)
        self._keep(job)

    def _leave_worker(self, job: _Job) -> None:
        """Hear no more of a run from the worker that had it, or was to have it."""
        if job.key is not None:
            del self._on_cluster[job.key]
            if self._cluster is not None:
                self._cluster.stop(job.key)
        job.key, job.began, job.wanted, job.deadline = None, False, None, math.inf
        self._places = None

    def _adopt(self, record: Record) -> _Job:
        """Go on with a run whose record has become this server's own."""
        run = record.run
        fresh = not run.points
        job = self._jobs[run.run_id] = _Job(run, [record.session], claimed=True, kept=_last_step(run), alone=fresh)
        try:
            job.state = job.kept_state = self._store.state(run.run_id)
        except StoreError as error:
            job.note(f"What was kept to go on from is lost: {error}.")
        self._again(job)
        if run.recipe.own_text is not None:
            self._find_text(job)
        return job

    def _find_text(self, job: _Job) -> None:
        """Have the text that a run is kept with; without it, it fails."""
        try:
            job.text = self._store.text(job.run.run_id)
        except StoreError as error:
            job.note(f"Failed: the text it learns from is lost: {error}.")
            self._put(job, "failed")

    def _again(self, job: _Job) -> None:
        """Put a run back into the queue that nobody has trained for a while."""
        if job.run.status == "failed":
            job.run = replace(job.run, notes=())
        job.go_back("after the server stopped" if job.run.under_way else None)
        job.losses = 0
        self._put(job, "waiting")

    def _keep(self, job: _Job) -> None:
        """Write what the store lacks of a run; forget a run that needs nothing more."""
        run, idle = job.run, not job.run.under_way or self._closing
        try:
            me = self._me()
            if not job.claimed and self._store.claim(run.recipe, job.sessions[0], me, job.text).owner != me:
                raise StoreError("another server has it")
            job.claimed = True
            state = None if job.state is job.kept_state else job.state
            self._store.write(run, me, job.kept, job.weights, state, leave=idle)
        except StoreError as error:
            job.unkept, job.retry = str(error), time.monotonic() + RETRY
            self._forget()
            return
        job.unkept, job.kept_state, job.weights = None, job.state, {}
        job.kept = _last_step(run)
        if idle:
            self._jobs.pop(run.run_id, None)

    def _forget(self) -> None:
        """Remember only the last of those runs that could not be kept and are no longer under way."""
        idle = [run_id for run_id, job in self._jobs.items() if not job.run.under_way]
        for run_id in idle[:-REMEMBERED]:
            del self._jobs[run_id]

    def _shown(self, job: _Job) -> RunOf[Any]:
        """What is known of a run, with what cannot be kept or waits just now."""
        notes = []
        if job.unkept:
            notes.append(f"This run could not be kept: {job.unkept}.")
        if job.run.status == "waiting" and self._trouble:
            notes.append(f"{self._trouble}.")
        return replace(job.run, notes=(*job.run.notes, *notes)) if notes else job.run

    def _see(self, run_id: str, session: str | None, first: str) -> None:
        """Note, once, that another session than the first has seen a run."""
        if session is not None and session != first and run_id not in self._seen:
            if len(self._seen) >= SEEN:
                self._seen.clear()
            self._seen.add(run_id)
            self._inbox.put(partial(self._share, run_id))

    def _share(self, run_id: str) -> None:
        with suppress(StoreError):
            self._store.share(run_id)

    def _me(self) -> str:
        """The name of this server in the store."""
        if self._owner is None:
            self._owner = self._store.servers.enter()
        return self._owner


def _last_step(run: AnyRun) -> int:
    return run.points[-1].step if run.points else -1


def _nothing() -> None:
    """Only wake up."""
