"""Where runs are kept: SQLite for records and curves, safetensors for weights, in one folder for all servers."""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any, TypeVar

from rnnviz.data.own_text import OwnText
from rnnviz.jobs.database import Database, Presence, StoreError, plainly, write_file
from rnnviz.networks.checkpoints import pack, unpack
from rnnviz.training.recipe import AnyRecipe, read_recipe
from rnnviz.training.run import (
    FINISHED,
    UNDER_WAY,
    AnyRun,
    Arrays,
    Point,
    RunOf,
    State,
    ended_from,
    pack_state,
    unpack_state,
)

#: How many runs are kept where RNNVIZ_KEEP does not say it.
KEEP = 500
#: What another server is asked for by a wish that is no status: see `Store.delete`.
DELETED = "deleted"
#: Which runs can be paused, and which can be stopped: by their status.
BEFORE: Mapping[str, tuple[str, ...]] = {"paused": UNDER_WAY, "stopped": (*UNDER_WAY, "paused")}
#: "rnnv"; and the version of the tables below.
_MARK, _VERSION = 0x726E6E76, 1
_TABLES = (
    """CREATE TABLE runs (
        run_id TEXT PRIMARY KEY, recipe TEXT NOT NULL, status TEXT NOT NULL, moments TEXT NOT NULL, ended TEXT NOT NULL,
        notes TEXT NOT NULL, versions TEXT NOT NULL, state INTEGER, session TEXT NOT NULL, shared INTEGER NOT NULL,
        owner TEXT, wish TEXT, asked REAL NOT NULL, change BLOB NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX owned ON runs (owner) WHERE owner IS NOT NULL",
    """CREATE TABLE points (
        run_id TEXT NOT NULL, step INTEGER NOT NULL, seconds REAL, loss REAL, metric REAL, gradient_norm REAL,
        clipped REAL, PRIMARY KEY (run_id, step)
    ) WITHOUT ROWID""",
)
_POINTS = "SELECT step, seconds, loss, metric, gradient_norm, clipped FROM points WHERE run_id = ? ORDER BY step"
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Record:
    """A kept run, and whose it is.

    Attributes
    ----------
    session
        Who asked for it first.
    shared
        Whether another session has seen it.
    owner
        The server that trains it; None when nobody does.
    change
        Another one after each change.
    """

    run: RunOf[Any]
    session: str
    shared: bool
    owner: str | None
    change: bytes


class Store:
    """The runs kept in a folder, for any number of threads and processes of one machine.

    A text of one's own is kept with the run that learns from it, in the folder of its weights, and goes with it.

    What cannot be done raises a `StoreError`. Owners are servers under the names that `servers` gives them.

    Parameters
    ----------
    folder
        RNNVIZ_HOME, or else ~/.local/share/rnnviz, if None.
    keep
        How many runs are kept; RNNVIZ_KEEP, or else `KEEP`, if None. Runs under way are kept in any case. Of the others
        those go first that one session alone has seen, the oldest of them first.
    """

    def __init__(self, folder: Path | None = None, keep: int | None = None) -> None:
        home = os.environ.get("RNNVIZ_HOME") or Path.home() / ".local" / "share" / "rnnviz"
        self.folder = Path(home if folder is None else folder).absolute()
        self.keep = int(os.environ.get("RNNVIZ_KEEP") or KEEP) if keep is None else keep
        self.servers = Presence(self.folder)
        self._database = Database(self.folder / "runs.sqlite", _MARK, _VERSION, _TABLES)
        self._known: dict[str, Record] = {}

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    def find(self, run_id: str) -> Record | None:
        """What is kept of a run, or None; quick when it has not changed since it was last looked for."""
        with self._database.reading() as connection:
            if connection is None:
                return None
            change = connection.execute(
                "SELECT change FROM runs WHERE run_id = ? AND wish IS NOT ?", (run_id, DELETED)
            ).fetchone()
            known = self._known.pop(run_id, None)
            if change is None:
                return None
            if known is None or known.change != change["change"]:
                row = connection.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone()
                known = _record(row, connection.execute(_POINTS, (run_id,)))
            self._known[run_id] = known
            if len(self._known) > KEEP:
                del self._known[next(iter(self._known))]
            return known

    def runs(self) -> tuple[AnyRun, ...]:
        """All kept runs whose recipe this version can read, the newest first, each with its last point alone."""
        with self._database.reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                "SELECT * FROM runs WHERE wish IS NOT ? ORDER BY asked DESC", (DELETED,)
            ).fetchall()
            last = [connection.execute(f"{_POINTS} DESC LIMIT 1", (row["run_id"],)).fetchall() for row in rows]
        runs = []
        for row, points in zip(rows, last):
            with suppress(ValueError):
                runs.append(_record(row, points).run)
        return tuple(runs)

    def weights(self, run_id: str, step: int) -> Arrays:
        """The weights of a run at a kept moment."""
        return self._read(self._path(run_id, str(step)), unpack)

    def text(self, run_id: str) -> OwnText:
        """The text of one's own that a run learns from."""
        return self._read(self._text(run_id), lambda data: OwnText(data.decode()))

    def state(self, run_id: str) -> State | None:
        """Where a run can go on; None where nothing is kept of that."""
        with self._database.reading() as connection:
            query = "SELECT state FROM runs WHERE run_id = ? AND state IS NOT NULL"
            row = connection and connection.execute(query, (run_id,)).fetchone()
        return self._read(self._path(run_id, f"state-{row['state']}"), unpack_state) if row else None

    def claim(self, recipe: AnyRecipe, session: str, owner: str, text: OwnText | None = None) -> Record:
        """Keep a run from now on and make it an owner's, unless it is finished or another's who is there.

        With it the text that it names is kept.
        """
        run_id = recipe.run_id
        evicted = []
        with self._database.writing() as connection:
            row = connection.execute("SELECT * FROM runs WHERE run_id = ?", (run_id,)).fetchone()
            if row is None:
                connection.execute(
                    "INSERT INTO runs VALUES (?, ?, 'waiting', '{}', 'null', '[]', 'null', NULL, ?, 0, ?, NULL, ?, ?)",
                    (run_id, json.dumps(recipe.as_dict()), session, owner, time.time(), os.urandom(8)),
                )
                evicted = self._evict(connection)
            else:
                free = row["status"] not in FINISHED and not (row["owner"] and self.servers.alive(row["owner"]))
                connection.execute(
                    "UPDATE runs SET owner = ?, wish = NULL, shared = shared OR session != ?, change = randomblob(8)"
                    " WHERE run_id = ?",
                    (owner if free else row["owner"], session, run_id),
                )
            if text is not None:  # still within the transaction: where it cannot be written there is no run
                self._write(self._text(run_id), text.text.encode())
        for gone in evicted:
            with suppress(StoreError):
                self._clear(gone)
        record = self.find(run_id)
        if record is None:
            raise StoreError("another server has deleted it")
        return record

    def take_over(self, owner: str) -> list[Record]:
        """Make those runs under way an owner's whose own is gone."""
        with self._database.reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(
                "SELECT run_id, owner, wish FROM runs"
                " WHERE owner != ? OR owner IS NULL AND (status IN (?, ?) OR wish = ?)",
                (owner, *UNDER_WAY, DELETED),
            ).fetchall()
        alive = {name: name is not None and self.servers.alive(name) for name in {row["owner"] for row in rows}}
        lost = [(row["run_id"], row["owner"]) for row in rows if not alive[row["owner"]]]
        for row in rows:
            if row["wish"] == DELETED and not alive[row["owner"]]:
                self.delete(row["run_id"], owner)
        if not lost:
            return []
        with self._database.writing() as connection:
            change = (
                "UPDATE runs SET owner = iif(status IN (?, ?), ?, NULL), change = randomblob(8)"
                " WHERE run_id = ? AND owner IS ?"
            )
            taken = [
                run_id
                for run_id, former in lost
                if connection.execute(change, (*UNDER_WAY, owner, run_id, former)).rowcount
            ]
        records = map(self.find, taken)
        return [record for record in records if record is not None and record.owner == owner]

    def write(
        self, run: AnyRun, owner: str, kept: int, weights: Mapping[int, Arrays], state: State | None, *, leave: bool
    ) -> None:
        """Keep what has become of an owner's run.

        Parameters
        ----------
        kept
            Up to which step the points kept are those of the run.
        weights
            Those of moments that are not kept yet.
        state
            Where to go on; None for what was kept before.
        leave
            Whether the run is nobody's from now on.
        """
        for step, arrays in weights.items():
            self._write(self._path(run.run_id, str(step)), pack(arrays))
        if state is not None:
            self._write(self._path(run.run_id, f"state-{state.step}"), pack_state(state))
        values = (
            run.status,
            *map(json.dumps, (run.moments, run.ended and asdict(run.ended), run.notes, run.versions)),
            None if leave else owner,
            run.finished,
            None if state is None else state.step,
        )
        with self._database.writing() as connection:
            own = connection.execute(
                "UPDATE runs SET status = ?, moments = ?, ended = ?, notes = ?, versions = ?, owner = ?,"
                " state = iif(?, NULL, coalesce(?, state)), change = randomblob(8) WHERE run_id = ? AND owner = ?"
                " RETURNING state",
                (*values, run.run_id, owner),
            ).fetchone()
            if own is None:
                raise StoreError("another server has it")
            connection.execute("DELETE FROM points WHERE run_id = ? AND step > ?", (run.run_id, kept))
            connection.executemany(
                "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(run.run_id, *astuple(point)) for point in run.points if point.step > kept],
            )
        current = self._path(run.run_id, f"state-{own['state']}")
        with plainly(self.folder):
            for path in current.parent.glob("state-*"):
                if path != current:
                    path.unlink(missing_ok=True)

    def wish(self, run_id: str, status: str) -> None:
        """Ask the owner of a run to give it a status, "paused" or "stopped"; what has no owner has it at once."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE runs SET wish = iif(owner IS NULL, NULL, ?), status = iif(owner IS NULL, ?, status),"
                " change = randomblob(8)"
                " WHERE run_id = ? AND status IN (SELECT value FROM json_each(?)) AND wish IS NOT ?",
                (status, status, run_id, json.dumps(BEFORE[status]), DELETED),
            )

    def wishes(self, owner: str) -> dict[str, str]:
        """What others have asked an owner to give its runs; told once."""
        query = "SELECT run_id, wish FROM runs WHERE owner = ? AND wish IS NOT NULL"
        with self._database.reading() as connection:
            if connection is None or connection.execute(query, (owner,)).fetchone() is None:
                return {}
        with self._database.writing() as connection:
            wishes = {row["run_id"]: row["wish"] for row in connection.execute(query, (owner,)).fetchall()}
            connection.execute("UPDATE runs SET wish = NULL WHERE owner = ? AND wish != ?", (owner, DELETED))
        return wishes

    def delete(self, run_id: str, asker: str) -> None:
        """Forget a run, and the text it learned from, for good; where another server trains it, that one is asked to.

        From now on nobody finds it.
        """
        with plainly(self.folder):
            self._text(run_id).unlink(missing_ok=True)
        with self._database.writing() as connection:
            row = connection.execute("SELECT owner FROM runs WHERE run_id = ?", (run_id,)).fetchone()
            owner = row and row["owner"]
            if owner not in (None, asker) and self.servers.alive(owner):
                connection.execute("UPDATE runs SET wish = ? WHERE run_id = ?", (DELETED, run_id))
                return
            connection.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))
            connection.execute("DELETE FROM points WHERE run_id = ?", (run_id,))
        self._clear(run_id)

    def share(self, run_id: str) -> None:
        """Note that more than one session has seen a run."""
        with self._database.writing() as connection:
            connection.execute("UPDATE runs SET shared = 1, change = randomblob(8) WHERE run_id = ?", (run_id,))

    def _evict(self, connection: sqlite3.Connection) -> list[str]:
        """Forget what is too much, and say what; its files are still to be deleted."""
        (count,) = connection.execute("SELECT count(*) FROM runs").fetchone()
        rows = connection.execute(
            "SELECT run_id FROM runs WHERE status NOT IN (?, ?) ORDER BY shared, asked LIMIT ?",
            (*UNDER_WAY, max(0, count - self.keep)),
        ).fetchall()
        connection.executemany("DELETE FROM runs WHERE run_id = ?", rows)
        connection.executemany("DELETE FROM points WHERE run_id = ?", rows)
        return [row["run_id"] for row in rows]

    def _clear(self, run_id: str) -> None:
        """Delete the files of a run that is forgotten."""
        with plainly(self.folder), suppress(FileNotFoundError):
            shutil.rmtree(self._text(run_id).parent)

    def _text(self, run_id: str) -> Path:
        return self.folder / "weights" / run_id / "text.txt"

    def _path(self, run_id: str, name: str) -> Path:
        return self.folder / "weights" / run_id / f"{name}.safetensors"

    def _write(self, path: Path, data: bytes) -> None:
        with plainly(self.folder):
            write_file(path, data)

    def _read(self, path: Path, meaning: Callable[[bytes], _T]) -> _T:
        with plainly(self.folder):
            data = path.read_bytes()
        try:
            return meaning(data)
        except ValueError as error:
            raise StoreError(f"{path} is damaged: {error}") from error


def _record(row: sqlite3.Row, points: Iterable[Iterable[Any]]) -> Record:
    run: RunOf[Any] = RunOf(
        row["run_id"],
        read_recipe(json.loads(row["recipe"])),
        row["status"],
        tuple(_point(*numbers) for numbers in points),
        {int(step): metric for step, metric in json.loads(row["moments"]).items()},
        ended_from(json.loads(row["ended"])),
        tuple(json.loads(row["notes"])),
        json.loads(row["versions"]),
    )
    return Record(run, row["session"], bool(row["shared"]), row["owner"], row["change"])


def _point(step: int, *numbers: float | None) -> Point:
    """SQLite has no NaN; it keeps nothing in its place."""
    return Point(step, *(math.nan if number is None else number for number in numbers))
