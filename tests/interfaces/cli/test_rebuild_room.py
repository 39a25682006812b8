"""A rebuild that would not find twice the room it may need does not begin."""

from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from application.projections import PROJECTIONS
from infrastructure.database import Database
from infrastructure.embedded import EmbeddedServer
from infrastructure.mapper import EventMapper
from infrastructure.migrations import migrate
from infrastructure.rebuild_session import PostgresRebuildSession
from tests.running import Service
from tests.schemas import schema

NAMES: Final = [projection.name for projection in PROJECTIONS]

# Worktrail on a disk with so many free bytes.
PROGRAM: Final = """
import shutil
from collections import namedtuple
shutil.disk_usage = lambda path: namedtuple("usage", "total used free")(0, 0, {free})
from app import cli
cli()
"""


@pytest.fixture(scope="module")
def own_server_url() -> Generator[str]:
    """A server on this machine, whatever the other tests use."""
    with TemporaryDirectory(prefix="worktrail-tests-") as folder:
        server = EmbeddedServer(Path(folder) / "postgres", lambda _: None)
        yield server.acquire()
        server.release()


@pytest.fixture
def own_url(own_server_url: str) -> Generator[str]:
    """An empty schema on that server, for a test alone."""
    with schema(own_server_url, "room") as url:
        yield url


def refusal(url: str, folder: Path, free: int, *arguments: str) -> str:
    """Return the one sentence with which a rebuild is refused, nothing where it is not."""
    site = Service(url, folder, PROGRAM.format(free=free))
    completed = site.command("projections", "rebuild", *arguments)
    assert completed.returncode == (1 if completed.stderr else 0)
    assert len(completed.stderr.splitlines()) <= 1
    return completed.stderr


@pytest.mark.parametrize("name", ["heads", "timeline", "--all"])
def test_without_twice_the_room_it_is_refused_even_by_yes(
    own_url: str, tmp_path: Path, name: str
) -> None:
    sentence = refusal(own_url, tmp_path, 1_000, name, "--yes")
    assert "are needed on the database's disk, and 0.0 MB are free." in sentence


def test_the_heads_count_where_all_are_rebuilt(own_url: str, tmp_path: Path) -> None:
    database = Database(own_url)
    migrate(database)
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        enough = 2 * sum(session.room(name).needed for name in NAMES)

    assert "are free" in refusal(own_url, tmp_path, enough, "--all")
    assert "are free" in refusal(own_url, tmp_path, enough - 1, *NAMES)
    assert refusal(own_url, tmp_path, enough, *NAMES) == ""


def test_a_disk_that_may_be_another_servers_is_not_looked_at(own_url: str, tmp_path: Path) -> None:
    with Database(own_url).connect() as connection:
        [[directory]] = connection.execute("SELECT current_setting('data_directory')")
    # A folder of this name is here too, where a port is forwarded, but another server runs in it.
    identity = Path(directory, "postmaster.pid")
    told = identity.read_text()
    pid, folder, started, *others = told.splitlines()
    identity.write_text("\n".join([pid, folder, str(int(started) - 3_600), *others, ""]))
    try:
        sentence = refusal(own_url, tmp_path, 1_000, "heads")
        assert "how much is free there cannot be seen from here: look, and give --yes." in sentence
        assert refusal(own_url, tmp_path, 1_000, "heads", "--yes") == ""
    finally:
        identity.write_text(told)
