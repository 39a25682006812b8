"""A folder with an embedded server for the tests, and processes that share it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Self

import psycopg
import pytest

from infrastructure.embedded import EmbeddedServer
from infrastructure.embedded_account import socket_directory
from infrastructure.embedded_process import Cluster
from tests.waiting import until

_USER = """
import sys
from pathlib import Path
from infrastructure.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), lambda sentence: None)
print(server.acquire(), flush=True)
sys.stdin.read()
server.release()
"""
_GATE = "n=0; while [ $n -lt 200 ] && ! test -e gate; do n=$((n+1)); sleep 0.05; done; false"


class User:
    """Another process that holds the server until it is told to finish."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", _USER, str(folder)]
        root, pipe = Path(__file__).parents[2], subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=root, text=True)

    def url(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def finish(self) -> None:
        self.process.communicate(timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.finish()


class Site:
    """A folder, a server on it, what that server has reported, and other users of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cluster = folder, folder / "cluster"
        self.settings = self.cluster / "postgresql.auto.conf"
        self.sentences: list[str] = []
        self.server = EmbeddedServer(folder, self.sentences.append)
        self.users: list[User] = []

    def user(self) -> User:
        self.users.append(User(self.folder))
        return self.users[-1]

    def postmaster(self) -> int:
        return int((self.cluster / "postmaster.pid").read_text().split()[0])

    def kill_server(self) -> None:
        os.kill(self.postmaster(), signal.SIGKILL)
        until(lambda: not self.server.is_running(), 20)

    def kill_walwriter(self, url: str) -> None:
        """Kill a process of the server whose end leaves the shared memory in doubt."""
        question = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
        with psycopg.connect(url) as connection:
            [(walwriter,)] = connection.execute(question).fetchall()
        os.kill(walwriter, signal.SIGKILL)

    def recover_behind_a_gate(self) -> None:
        """Let the next start recover until the file `gate` is in the cluster."""
        self.settings.write_text(f"restore_command = '{_GATE}'\n")
        (self.cluster / "recovery.signal").touch()
        (self.cluster / "gate").unlink(missing_ok=True)

    def has_said(self, words: str) -> bool:
        return any(words in sentence for sentence in self.sentences)

    def starts(self) -> int:
        return (self.folder / "server.log").read_text().count("starting PostgreSQL 18")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for user in self.users:
            if user.process.poll() is None:
                user.kill()
        if self.server.is_running():
            self.server.acquire()
        self.server.release()
        until(lambda: not Cluster(self.folder, print).has_processes(), 20)
        if socket_directory(self.folder).is_dir():
            shutil.rmtree(socket_directory(self.folder))


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Fail the test where this takes longer; what it has begun is cleared up all the same."""

    def fail(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"took over {seconds} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def private_folder() -> Iterator[Path]:
    """Return a folder for a server, in a private folder that no other test session closes.

    Every session of pytest takes the search bit from the folder above all `tmp_path`s, and with it
    a running server's way to its files if root runs the tests.
    """
    with TemporaryDirectory(prefix="worktrail-") as above:
        yield Path(above) / "postgres"


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def write_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 'a row' AS value")


def has_row(url: str) -> bool:
    with suppress(psycopg.OperationalError):
        return ask(url, "SELECT value FROM kept") == "a row"
    return False
