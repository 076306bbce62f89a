"""Whose run starts next, when many sessions wait for few workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count


class Turns:
    """Sessions take turns, each with its oldest run.

    As long as another session waits, none may have more than all workers but one.

    Parameters
    ----------
    waiting
        The runs that wait, the oldest first, each with the sessions that want it.
    training
        The sessions whose runs are on workers, the oldest run first.
    served
        When each session had its last turn; the larger, the later.
    workers
        How many runs can be trained at a time.
    """

    def __init__(
        self,
        waiting: Mapping[str, Collection[str]],
        training: Sequence[str],
        served: Mapping[str, int],
        workers: int,
    ) -> None:
        self._waiting = set(waiting)
        self._queues: dict[str, deque[str]] = {}
        for run_id, sessions in waiting.items():
            for session in sessions:
                self._queues.setdefault(session, deque()).append(run_id)
        self._training = list(training)
        self._served = dict(served)
        self._turns = count(max(served.values(), default=0) + 1)
        self._workers = max(1, workers)
        self._limit = max(1, workers - 1)

    def now(self) -> Iterator[tuple[str, str]]:
        """The runs that can start now, each with the session whose turn it is."""
        while len(self._training) < self._workers and (able := self._modest() or self._able()):
            session = min(able, key=lambda name: self._served.get(name, 0))
            run_id = self._queues[session].popleft()
            self._waiting.remove(run_id)
            self._training.append(session)
            self._served[session] = next(self._turns)
            yield run_id, session

    def all(self) -> Iterator[tuple[str, str]]:
        """All runs in the order of their start, if those on workers end in the order in which they began."""
        while self._waiting:
            yield from self.now()
            del self._training[:1]

    def too_many(self) -> str | None:
        """A session that has to give a worker back to another, when no run can start now."""
        greedy = [session for session in self._training if self._training.count(session) > self._limit]
        return greedy[-1] if greedy and self._modest() else None

    def _modest(self) -> list[str]:
        """Sessions with a run to start that have not reached the limit."""
        return [session for session in self._able() if self._training.count(session) < self._limit]

    def _able(self) -> list[str]:
        """Sessions with a run to start; forgets the runs that another's turn has started."""
        for queue in self._queues.values():
            while queue and queue[0] not in self._waiting:
                queue.popleft()
        return [session for session, queue in self._queues.items() if queue]
