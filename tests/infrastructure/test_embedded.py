import fcntl
import shutil
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infrastructure.embedded import EmbeddedServer, supervise
from infrastructure.embedded_account import server_account, socket_directory
from infrastructure.embedded_process import Cluster, open_private, try_lock
from tests.infrastructure.embedded_site import (
    Site,
    ask,
    at_most,
    has_row,
    private_folder,
    write_row,
)
from tests.waiting import until


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Return a folder with the files of a server that is stopped."""
    with private_folder() as folder:
        with at_most(30), Site(folder) as site:
            site.server.acquire()
        yield folder


@pytest.fixture(autouse=True)
def bound() -> Iterator[None]:
    with at_most(30):
        yield


@pytest.fixture
def site(made: Path) -> Iterator[Site]:
    (made / "server.log").unlink(missing_ok=True)
    with Site(made) as site:
        yield site
        site.settings.write_text("")
        (site.cluster / "recovery.signal").unlink(missing_ok=True)


@pytest.fixture
def new_site() -> Iterator[Site]:
    with private_folder() as folder, Site(folder) as site:
        yield site


def test_a_row_outlives_a_stop_and_a_start(site: Site) -> None:
    write_row(site.server.acquire())
    site.server.release()
    site.server.revive()
    assert not site.has_said("died")
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


def test_a_server_that_lost_a_process_is_started_anew(site: Site) -> None:
    url = site.server.acquire()
    write_row(url)
    site.kill_walwriter(url)
    until(lambda: not site.server.is_running())
    site.server.revive()
    assert has_row(url)
    assert site.starts() == 2


def test_the_process_id_of_a_killed_server_may_be_anothers_now(site: Site) -> None:
    write_row(site.server.acquire())
    account = server_account(site.cluster)
    old = str(site.postmaster())
    site.kill_server()
    until(lambda: not Cluster(site.folder, print).has_processes())
    with subprocess.Popen(["sleep", "20"], user=account and account.user) as stranger:
        for stale in (
            site.cluster / "postmaster.pid",
            *socket_directory(site.folder).glob(".s*.lock"),
        ):
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
    with Site(made.parent / ("long" * 20) / "postgres") as site:
        shutil.copytree(made / "cluster", site.cluster)
        url = site.server.acquire()
        assert "host=%2Ftmp%2Fworktrail-" in url
        assert ask(url, "SELECT 1") == 1


def test_a_recovery_is_waited_for_and_told(site: Site) -> None:
    site.recover_behind_a_gate()
    with ThreadPoolExecutor() as pool:
        url = pool.submit(site.server.acquire)
        until(lambda: site.has_said("not ready yet: the database system is starting up"))
        assert not url.done()
        (site.cluster / "gate").touch()
        write_row(url.result(timeout=20))


def test_a_release_ends_the_wait_for_a_recovery(site: Site) -> None:
    other = EmbeddedServer(site.folder, print)
    other.acquire()
    site.server.acquire()
    site.kill_server()
    site.recover_behind_a_gate()
    with ThreadPoolExecutor() as pool:
        revival = pool.submit(site.server.revive)
        until(lambda: site.has_said("not ready yet"))
        site.server.release()
        revival.result(timeout=30)
    assert site.server.is_running()
    other.release()
    assert not site.server.is_running()


def test_a_start_waits_for_its_turn_and_tells(site: Site) -> None:
    with open_private(site.folder / "start.lock") as turn, ThreadPoolExecutor() as pool:
        assert try_lock(turn, fcntl.LOCK_EX)
        url = pool.submit(site.server.acquire)
        until(lambda: site.has_said("Another Worktrail process is starting or stopping"))
        assert not site.server.is_running()
        fcntl.flock(turn, fcntl.LOCK_UN)
        write_row(url.result(timeout=20))
