"""What the embedded server wrote goes to the disk soon, by one process of those that share it."""

import fcntl
import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from infrastructure.embedded import EmbeddedServer
from infrastructure.embedded_process import open_private, try_lock
from infrastructure.embedded_writeback import changed, keep_writing_out
from tests.waiting import until

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the system call is Linux's")


@contextmanager
def writing_out(folder: Path) -> Generator[Thread]:
    stop = Event()
    thread = Thread(target=keep_writing_out, args=(folder, stop))
    thread.start()
    yield thread
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def is_taken(folder: Path) -> bool:
    with open_private(folder / "writeback.lock") as lock:
        return not try_lock(lock, fcntl.LOCK_EX)


def test_own_tables_and_indexes_are_written_out_when_they_were_changed(tmp_path: Path) -> None:
    old, new = 1_000_000_000, 2_000_000_000
    database = tmp_path / "5"
    database.mkdir()
    for name, at in {
        "16384": new, "16384.1": new, "16385_fsm": new, "16386": old,
        "1259": new, "t3_16390": new, "PG_VERSION": new, "pg_internal.init": new,
    }.items():  # fmt: skip
        (database / name).write_bytes(b"page")
        os.utime(database / name, ns=(at, at))
    assert {file.name for file in changed(tmp_path, new)} == {"16384", "16384.1", "16385_fsm"}
    assert {file.name for file in changed(tmp_path, 0)} == {
        *("16384", "16384.1", "16385_fsm", "16386"),
    }


def test_a_table_of_a_server_that_runs_is_found(folder: Path) -> None:
    server = EmbeddedServer(folder, print)
    try:
        with psycopg.connect(server.acquire(), autocommit=True) as connection:
            connection.execute("CREATE TABLE grows AS SELECT generate_series(1, 100000)")
            connection.execute("CHECKPOINT")
            asked = connection.execute("SELECT pg_relation_filepath('grows')").fetchone()
        assert asked is not None
        assert folder / "cluster" / asked[0] in set(changed(folder / "cluster" / "base", 0))
    finally:
        server.release()


@ON_LINUX
def test_one_of_several_processes_does_so_and_another_after_it(folder: Path) -> None:
    (folder / "cluster" / "base").mkdir(parents=True)
    with ExitStack() as later:
        with writing_out(folder):
            until(lambda: is_taken(folder))
            second = later.enter_context(writing_out(folder))
        until(lambda: is_taken(folder))
        assert second.is_alive()
    assert not is_taken(folder)


@ON_LINUX
def test_where_the_files_cannot_be_read_it_says_so_and_tries_again(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with writing_out(folder) as thread:
        until(lambda: caplog.messages)
        (folder / "cluster" / "base").mkdir(parents=True)
        assert thread.is_alive()
    assert "are not written out in good time: " in caplog.text
