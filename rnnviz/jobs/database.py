"""SQLite and files as the store uses them: for many processes at once, with errors in plain words."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from uuid import uuid4

#: For how many seconds one who writes waits for another.
PATIENCE = 5.0

_FULL = "the disk is full"
_SEALED = "{folder} cannot be written to"
_STRANGE = "{folder} has a file that is damaged or is none of rnnviz"
_BY_SQLITE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _SEALED,
    sqlite3.SQLITE_CANTOPEN: _SEALED,
    sqlite3.SQLITE_BUSY: "another server has been writing to {folder} for too long",
    sqlite3.SQLITE_CORRUPT: _STRANGE,
    sqlite3.SQLITE_NOTADB: _STRANGE,
}
_BY_SYSTEM = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST), _SEALED),
    errno.ENOENT: "it is no longer kept in {folder}",
}


class StoreError(OSError):
    """Something cannot be kept or read; says why in plain words."""


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the system complain about into a `StoreError`."""
    try:
        yield
    except StoreError:
        raise
    except sqlite3.Error as error:
        # The lowest byte is the kind of error; not all errors of the module have a code.
        sentence = _BY_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "{error}")
        raise StoreError(sentence.format(folder=folder, error=error)) from error
    except OSError as error:
        sentence = _BY_SYSTEM.get(error.errno or 0, "{error}")
        raise StoreError(sentence.format(folder=folder, error=error)) from error


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that another process sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{uuid4().hex}")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


class Database:
    """A database of one's own, made when first written to.

    Parameters
    ----------
    path
        The file; its folder is made with it.
    mark, version
        By which the file is known as one's own, and the version of its tables.
    tables
        The statements that make them.
    """

    def __init__(self, path: Path, mark: int, version: int, tables: Sequence[str]) -> None:
        self._path = path
        self._mark, self._version = mark, version
        self._tables = tables
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self._reads, self._writes = Lock(), Lock()

    def close(self) -> None:
        """Let go of the file."""
        with self._reads, self._writes:
            for connection in (self._reader, self._writer):
                if connection is not None:
                    connection.close()
            self._reader = self._writer = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """What has been written by now; None when that is nothing."""
        with self._reads, plainly(self._path.parent):
            self._reader = self._reader or self._open_to_read()
            if self._reader is None:
                yield None
                return
            try:
                self._reader.execute("BEGIN")
                yield self._reader
                self._reader.execute("COMMIT")
            except BaseException:
                self._reader.close()
                self._reader = None
                raise

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All that is written in it, or nothing of it."""
        with self._writes, plainly(self._path.parent):
            self._writer = self._writer or self._open_to_write()
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.close()
                self._writer = None
                raise

    def _open_to_write(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(str(self._path))
        try:
            if not self._has_tables(connection):
                _use_wal(connection)
                connection.execute("BEGIN IMMEDIATE")
                if not self._has_tables(connection):  # nobody was quicker
                    marks = f"PRAGMA application_id = {self._mark}", f"PRAGMA user_version = {self._version}"
                    for statement in (*self._tables, *marks):
                        connection.execute(statement)
                connection.execute("COMMIT")
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        with self._reads:
            if self._reader is not None:  # it may take the folder for sealed
                self._reader.close()
                self._reader = None
        return connection

    def _open_to_read(self) -> sqlite3.Connection | None:
        if not self._path.exists():
            return None
        # In a folder where nothing can be written SQLite reads only what it is told that nobody else writes to.
        under_way = self._path.with_name(f"{self._path.name}-wal").exists()
        sealed = not under_way and not os.access(self._path.parent, os.W_OK)
        connection = _connect(f"{self._path.as_uri()}?{'immutable=1' if sealed else 'mode=rw'}")
        try:
            if self._has_tables(connection):
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        return None

    def _has_tables(self, connection: sqlite3.Connection) -> bool:
        """Whether the file has our tables; False when it is empty."""
        mark, version, tables = connection.execute(
            "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
            " FROM pragma_application_id, pragma_user_version"
        ).fetchone()
        if (mark, version) == (self._mark, self._version):
            return True
        if mark == self._mark:
            raise StoreError(f"{self._path} was written by another version of rnnviz")
        if tables:
            raise StoreError(_STRANGE.format(folder=self._path.parent))
        return False


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name, uri=name.startswith("file:"), timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Have readers and a writer at the same time; SQLite does not wait by itself for others who ask for that."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


class Presence:
    """Who is there: each has a file and holds its lock, which the system takes from it when it dies.

    Parameters
    ----------
    folder
        What they share; the files are in a folder in it.
    """

    def __init__(self, folder: Path) -> None:
        self._shared = folder
        self._folder = folder / "servers"
        self._held: dict[str, sqlite3.Connection] = {}

    def enter(self) -> str:
        """A new name, present until it leaves or this process ends."""
        name = uuid4().hex
        with plainly(self._shared):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = sqlite3.connect(self._folder / name, isolation_level=None, check_same_thread=False)
            lock.execute("BEGIN EXCLUSIVE")
        self._held[name] = lock
        return name

    def leave(self, name: str) -> None:
        """Be present no longer."""
        self._held.pop(name).close()
        with plainly(self._shared):
            self._folder.joinpath(name).unlink(missing_ok=True)

    def alive(self, name: str) -> bool:
        """Whether the one of a name is still there."""
        path = self._folder / name
        if name in self._held or not path.exists():
            return name in self._held
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=0)) as probe:
                probe.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
        with suppress(OSError):
            path.unlink()
        return False
