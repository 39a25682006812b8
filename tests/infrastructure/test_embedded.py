import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from infrastructure.embedded import EmbeddedServer, supervise
from infrastructure.embedded_account import server_account
from infrastructure.embedded_account import socket_directory as sockets_of
from infrastructure.embedded_process import Cluster

USER = """
import sys
from pathlib import Path
from infrastructure.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), lambda sentence: None)
print(server.acquire(), flush=True)
sys.stdin.read()
server.release()
"""
GATE = "n=0; while [ $n -lt 200 ] && ! test -e gate; do n=$((n+1)); sleep 0.05; done; false"


class User:
    """Another process that holds the server until it is told to finish."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", USER, str(folder)]
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
        until(lambda: not self.server.is_running())

    def recover_behind_a_gate(self) -> None:
        """Let the next start recover until the file `gate` is in the cluster."""
        self.settings.write_text(f"restore_command = '{GATE}'\n")
        (self.cluster / "recovery.signal").touch()
        (self.cluster / "gate").unlink(missing_ok=True)

    def has_said(self, words: str) -> bool:
        return any(words in sentence for sentence in self.sentences)

    def starts(self) -> int:
        return (self.folder / "server.log").read_text().count("starting PostgreSQL 18")

    def clear(self) -> None:
        for user in self.users:
            if user.process.poll() is None:
                user.kill()
        if self.server.is_running():
            self.server.acquire()
        self.server.release()
        until(lambda: not Cluster(self.folder, print).has_processes())
        if sockets_of(self.folder).is_dir():
            shutil.rmtree(sockets_of(self.folder))


@contextmanager
def place() -> Iterator[Path]:
    """Return a folder for a server, in a private folder that no other test session closes.

    Every session of pytest takes the search bit from the folder above all `tmp_path`s, and with it
    a running server's way to its files if root runs the tests.
    """
    with TemporaryDirectory(prefix="worktrail-") as above:
        yield Path(above) / "postgres"


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Return a folder with the files of a server that is stopped."""
    with place() as folder:
        site = Site(folder)
        site.server.acquire()
        site.clear()
        yield folder


@pytest.fixture
def site(made: Path) -> Iterator[Site]:
    site = Site(made)
    (made / "server.log").unlink(missing_ok=True)
    yield site
    site.settings.write_text("")
    site.clear()


@pytest.fixture
def new_site() -> Iterator[Site]:
    with place() as folder:
        site = Site(folder)
        yield site
        site.clear()


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


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


def test_a_row_outlives_a_stop_and_a_start(site: Site) -> None:
    write_row(site.server.acquire())
    site.server.release()
    site.server.revive()
    assert not site.server.is_running()
    assert has_row(site.server.acquire())


def test_the_last_of_two_processes_stops_the_server(site: Site) -> None:
    write_row(site.server.acquire())
    other = site.user()
    url = other.url()
    site.server.release()
    assert has_row(url)
    other.finish()
    assert not site.server.is_running()


def test_processes_that_begin_at_once_make_and_share_one_server(new_site: Site) -> None:
    users = [new_site.user() for _ in range(3)]
    assert len({user.url() for user in users}) == 1
    assert new_site.starts() == 1
    for user in users:
        user.finish()
    assert not new_site.server.is_running()


def test_killed_processes_neither_keep_the_server_nor_take_it_along(site: Site) -> None:
    first = site.user()
    write_row(first.url())
    first.kill()
    assert site.server.is_running()
    url = site.server.acquire()
    second = site.user()
    assert second.url() == url
    second.kill()
    assert has_row(url)
    assert site.starts() == 1
    site.server.release()
    assert not site.server.is_running()


def test_a_killed_server_is_revived_once_by_several_at_once(site: Site) -> None:
    servers = [site.server, *(EmbeddedServer(site.folder, print) for _ in range(3))]
    urls = [server.acquire() for server in servers]
    write_row(urls[0])
    site.kill_server()
    with ThreadPoolExecutor() as pool:
        list(pool.map(EmbeddedServer.revive, servers))
    assert has_row(urls[0])
    assert site.starts() == 2
    for server in servers:
        server.release()


def test_a_supervised_server_is_back_after_a_kill_and_a_failed_start(site: Site) -> None:
    url = site.server.acquire()
    write_row(url)
    stop = threading.Event()
    supervisor = threading.Thread(target=supervise, args=(site.server, stop))
    supervisor.start()
    site.kill_server()
    until(site.server.is_running, seconds=2.0)
    until(lambda: has_row(url))
    site.settings.write_text("nonsense = 1\n")
    site.kill_server()
    until(lambda: site.has_said("nonsense"))
    site.settings.write_text("")
    until(lambda: has_row(url))
    stop.set()
    supervisor.join(5)
    assert not supervisor.is_alive()
    assert site.sentences[0] == "PostgreSQL has died and is started again."


def test_the_process_id_of_a_killed_server_may_be_anothers_now(site: Site) -> None:
    write_row(site.server.acquire())
    account = server_account(site.cluster)
    old = str(site.postmaster())
    site.kill_server()
    until(lambda: not Cluster(site.folder, print).has_processes())
    with subprocess.Popen(["sleep", "20"], user=account and account.user) as stranger:
        for stale in (site.cluster / "postmaster.pid", *sockets_of(site.folder).glob(".s*.lock")):
            stale.write_text(stale.read_text().replace(old, str(stranger.pid), 1))
        assert not site.server.is_running()
        site.server.revive()
        assert has_row(site.server.acquire())
        site.server.release()
        assert stranger.poll() is None
        stranger.kill()


def test_files_left_half_made_are_made_again(new_site: Site) -> None:
    killed = new_site.user()
    until((new_site.folder / "cluster.unfinished" / "PG_VERSION").exists)
    killed.kill()
    assert not new_site.cluster.exists()
    write_row(new_site.server.acquire())
    assert not (new_site.folder / "cluster.unfinished").exists()


def test_files_restored_under_a_long_path_are_served(made: Path) -> None:
    site = Site(made.parent / ("long" * 20) / "postgres")
    shutil.copytree(made / "cluster", site.cluster)
    url = site.server.acquire()
    assert "host=%2Ftmp%2Fworktrail-" in url
    assert ask(url, "SELECT 1") == 1
    site.clear()


def test_a_recovery_is_waited_for_and_told(site: Site) -> None:
    site.recover_behind_a_gate()
    with ThreadPoolExecutor() as pool:
        url = pool.submit(site.server.acquire)
        until(lambda: site.has_said("not ready yet: the database system is starting up"))
        assert not url.done()
        (site.cluster / "gate").touch()
        write_row(url.result(timeout=20))


def test_a_release_ends_the_wait_for_a_recovery(site: Site) -> None:
    site.server.acquire()
    site.kill_server()
    site.recover_behind_a_gate()
    with ThreadPoolExecutor() as pool:
        revival = pool.submit(site.server.revive)
        until(lambda: site.has_said("not ready yet"))
        site.server.release()
        revival.result(timeout=5)
    assert not site.server.is_running()
