"""Real parts for the tests: a PostgreSQL server, an empty schema each, and the running service."""

import os
import signal
from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from infrastructure.database import Database
from infrastructure.embedded import EmbeddedServer
from infrastructure.migrations import migrate
from tests.callers import Caller
from tests.running import Service
from tests.schemas import schema


@pytest.fixture(autouse=True)
def _signals_are_left_as_they_were() -> Generator[None]:
    """What a test leaves set would answer Ctrl-C in every test that comes after it."""
    looked_at = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in looked_at]
    yield
    assert [signal.getsignal(number) for number in looked_at] == before


@pytest.fixture(scope="session")
def server_url() -> Generator[str]:
    """An embedded server for the whole run, or the one that the environment names."""
    given = os.environ.get("WORKTRAIL_TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not under pytest's own folders: another run of it closes them to the server's account.
    with TemporaryDirectory(prefix="worktrail-tests-") as folder:
        server = EmbeddedServer(Path(folder) / "postgres", lambda _: None)
        yield server.acquire()
        server.release()


@pytest.fixture
def folder() -> Generator[Path]:
    """A folder in which an embedded server can run, whoever else runs tests as root."""
    with TemporaryDirectory(prefix="worktrail-tests-") as name:
        yield Path(name)


@pytest.fixture
def schema_url(server_url: str) -> Generator[str]:
    """A schema of the test's own, without a table in it."""
    with schema(server_url, "test") as url:
        yield url


@pytest.fixture
def database(schema_url: str) -> Generator[Database]:
    """A database with today's schema and nothing in it."""
    database = Database(schema_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def shared_schema_url(server_url: str) -> Generator[str]:
    """The schema of the service that the tests share."""
    with schema(server_url, "test") as url:
        yield url


@pytest.fixture(scope="session")
def service(shared_schema_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Service]:
    """The service in a process of its own; every test brings clients of its own."""
    folder: Path = tmp_path_factory.mktemp("service")
    with Service(shared_schema_url, folder).running() as service:
        yield service


@pytest.fixture
def caller(service: Service) -> Generator[Caller]:
    """A client for which the first report opens an activity."""
    caller = Caller(service)
    yield caller
    caller.close()


@pytest.fixture
def waiting_caller(service: Service) -> Generator[Caller]:
    """A client for which activities are opened on request."""
    caller = Caller(service, "on-request")
    yield caller
    caller.close()
