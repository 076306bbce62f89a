import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from rnnviz.jobs.database import Database, Presence, StoreError, plainly, write_file

TABLES = ("CREATE TABLE words (word TEXT)", "CREATE TABLE others (word TEXT)")


@pytest.fixture
def database(tmp_path):
    found = Database(tmp_path / "new" / "words.sqlite", 7, 1, TABLES)
    yield found
    found.close()


def words(database):
    with database.reading() as connection:
        return connection and [word for (word,) in connection.execute("SELECT word FROM words")]


def add(database, *added):
    with database.writing() as connection:
        connection.executemany("INSERT INTO words VALUES (?)", [(word,) for word in added])


def test_what_is_written_is_read_here_and_by_others(database, tmp_path):
    assert words(database) is None
    assert not (tmp_path / "new").exists()  # looking makes nothing
    add(database, "a", "b")
    assert words(database) == ["a", "b"]
    with closing(sqlite3.connect(tmp_path / "new" / "words.sqlite")) as other:
        assert other.execute("SELECT word FROM words").fetchall() == [("a",), ("b",)]
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_fails_has_written_nothing(database):
    add(database, "a")

    def fail():
        with database.writing() as connection:
            connection.execute("INSERT INTO words VALUES ('b')")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert words(database) == ["a"]
    add(database, "c")
    assert words(database) == ["a", "c"]


def test_a_reader_sees_one_moment(database):
    add(database, "a")
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM words").fetchone()[0] == 1
        add(database, "b")
        assert connection.execute("SELECT count(*) FROM words").fetchone()[0] == 1
    assert words(database) == ["a", "b"]


def test_many_processes_make_and_fill_one_database(tmp_path):
    script = """
import sys
from pathlib import Path
from rnnviz.jobs.database import Database
from tests.jobs.test_database import TABLES, add
sys.stdin.readline()
for number in range(20):
    database = Database(Path(sys.argv[1]), 7, 1, TABLES)
    add(database, f"{sys.argv[2]}-{number}")
    database.close()
"""
    path = tmp_path / "words.sqlite"
    processes = [
        subprocess.Popen([sys.executable, "-c", script, path, str(name)], stdin=subprocess.PIPE) for name in range(4)
    ]
    for process in processes:
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    database = Database(path, 7, 1, TABLES)
    assert sorted(words(database)) == sorted(f"{name}-{number}" for name in range(4) for number in range(20))
    database.close()


def test_who_waits_too_long_for_another_is_told(database, tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.jobs.database.PATIENCE", 0.05)
    add(database, "a")
    with closing(sqlite3.connect(tmp_path / "new" / "words.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        impatient = Database(tmp_path / "new" / "words.sqlite", 7, 1, TABLES)
        with pytest.raises(StoreError, match=r"another server has been writing to .*new for too long"):
            add(impatient, "b")
        assert words(impatient) == ["a"]  # reading goes on
        other.execute("ROLLBACK")
        add(impatient, "b")
        impatient.close()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no database at all" * 100, "has a file that is damaged or is none of rnnviz"),
        ("CREATE TABLE words (word TEXT)", "has a file that is damaged or is none of rnnviz"),
        ("PRAGMA application_id = 7; PRAGMA user_version = 2", "was written by another version of rnnviz"),
    ],
)
def test_a_foreign_file_is_refused_and_stays_as_it_is(tmp_path, content, message):
    path = tmp_path / "words.sqlite"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as other:
            other.executescript(content)
    before = path.read_bytes()
    database = Database(path, 7, 1, TABLES)
    for use in (words, lambda database: add(database, "a")):
        with pytest.raises(StoreError, match=message):
            use(database)
    database.close()
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_database(tmp_path):
    (tmp_path / "words.sqlite").touch()
    database = Database(tmp_path / "words.sqlite", 7, 1, TABLES)
    assert words(database) is None
    add(database, "a")
    assert words(database) == ["a"]
    database.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    database = Database(tmp_path / "file" / "words.sqlite", 7, 1, TABLES)
    with pytest.raises(StoreError, match=r"file cannot be written to$"):
        add(database, "a")
    assert words(database) is None


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    write_file(tmp_path / "new" / "a", b"first")
    with monkeypatch.context() as context:
        context.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))
        with pytest.raises(StoreError, match=r"^the disk is full$"), plainly(tmp_path):
            write_file(tmp_path / "new" / "a", b"second")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a"]
    assert (tmp_path / "new" / "a").read_bytes() == b"first"
    write_file(tmp_path / "new" / "a", b"second")
    assert (tmp_path / "new" / "a").read_bytes() == b"second"


def test_an_error_nobody_thought_of_keeps_its_words(tmp_path):
    with pytest.raises(StoreError, match="Too many open files"), plainly(tmp_path):
        raise OSError(24, "Too many open files")


def test_one_who_enters_is_present_until_it_leaves(tmp_path):
    here, there = Presence(tmp_path), Presence(tmp_path)
    name = here.enter()
    assert here.alive(name)
    assert there.alive(name)
    here.leave(name)
    assert not here.alive(name)
    assert not there.alive(name)
    assert not there.alive("nobody")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_dies_is_present_no_longer(tmp_path, end):
    script = f"""
from pathlib import Path
from rnnviz.jobs.database import Presence
presence = Presence(Path({str(tmp_path)!r}))
print(presence.enter(), flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        name = process.stdout.readline().decode().strip()
        presence = Presence(tmp_path)
        assert presence.alive(name)
        assert presence.alive(name)  # looking does not take the lock away
        os.kill(process.pid, signal.SIGSTOP)
        assert presence.alive(name)  # who sleeps is not dead
        os.kill(process.pid, signal.SIGCONT)
        os.kill(process.pid, end)
        process.wait()
        assert not presence.alive(name)
    assert list((tmp_path / "servers").iterdir()) == []
