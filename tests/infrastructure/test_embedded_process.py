import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infrastructure.embedded import EmbeddedServer
from infrastructure.embedded_process import Cluster, EmbeddedServerError
from infrastructure.embedded_sizes import sizes
from tests.infrastructure.embedded_site import at_most, private_folder

TRAPS = {
    "HOME": "/none",
    "LC_ALL": "de_DE.UTF-8",
    "PGDATA": "/",
    "PGPORT": "6543",
    "TZ": "Asia/Tokyo",
    "WORKTRAIL_PEPPER": "a secret",
}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with private_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """Return the URL of a server that was made and started in an environment full of traps."""
    server = EmbeddedServer(folder, print)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in TRAPS.items():
            environment.setenv(name, value)
        with at_most(30):
            url = server.acquire()
        yield url
        server.release()


@pytest.fixture(autouse=True)
def bound() -> Iterator[None]:
    with at_most(30):
        yield


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("max_connections", "100"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("lc_messages", "C"),
        ("TimeZone", "UTC"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
    ],
)
def test_a_setting_does_not_depend_on_the_environment(url: str, setting: str, value: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert found == (value,)


def test_it_takes_as_much_of_the_machine_as_fits(url: str, folder: Path) -> None:
    fitting = sizes(folder / "cluster")
    with psycopg.connect(url) as connection:
        for setting, size in fitting.items():
            row = connection.execute(
                "SELECT pg_size_bytes(current_setting(%s)) = pg_size_bytes(%s)", (setting, size)
            ).fetchone()
            assert row == (True,), setting


def test_text_is_compared_by_code_point_and_folded_by_unicode(url: str) -> None:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT 'Z' < 'a', lower('ÉCOLE') = 'école'").fetchone()
    assert row == (True, True)


def test_the_server_gets_nothing_of_our_environment(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMPORARY TABLE environment (line text)")
        connection.execute("COPY environment FROM PROGRAM 'env'")
        rows = connection.execute("SELECT line FROM environment").fetchall()
    assert not [line for (line,) in rows if line.split("=")[1] in TRAPS.values()]


def test_what_ctrl_c_ends_does_not_include_the_server(url: str, folder: Path) -> None:
    assert url
    postmaster = int((folder / "cluster" / "postmaster.pid").read_text().split()[0])
    assert os.getsid(postmaster) == postmaster


def test_the_files_are_private(url: str, folder: Path) -> None:
    assert url
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}
    locks = dict.fromkeys(("server.lock", "start.lock", "users.lock"), "0o600")
    assert modes == {"cluster": "0o700", "socket": "0o700", "server.log": "0o600", **locks}


def test_a_failed_statement_leaves_no_row_in_the_log(url: str, folder: Path) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMPORARY TABLE kept (name text, mark int NOT NULL)")
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute("INSERT INTO kept VALUES ('Ms Doe', NULL)")
    log = (folder / "server.log").read_text()
    assert "violates not-null constraint" in log
    assert "Doe" not in log


def test_a_server_that_cannot_start_says_why_and_puts_a_long_log_aside(
    url: str, folder: Path
) -> None:
    assert url
    cluster = Cluster(folder, print)
    cluster.stop()
    (folder / "cluster" / "postgresql.auto.conf").write_text("nonsense = 1\n")
    with (folder / "server.log").open("w") as log:
        log.truncate(11_000_000)
    with pytest.raises(EmbeddedServerError, match='"nonsense"'):
        EmbeddedServer(folder, print).acquire()
    assert (folder / "server.log.1").stat().st_size == 11_000_000
