"""A server on a host of its own, in the place of the one that other tests share."""

from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.application.conftest import client_id, read_side, stopping, writer
from tests.hosts.far_server import FarServer, far_server
from tests.hosts.network import Network, network
from tests.hosts.timing import FIGURES
from tests.running import Service

__all__ = ["client_id", "read_side", "stopping", "writer"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how long everything took."""
    for figure in FIGURES:
        terminalreporter.write_line(figure)


@pytest.fixture(scope="session")
def whole_network() -> Generator[Network]:
    """Two hosts, one of them the server's."""
    with network() as lent:
        yield lent


@pytest.fixture(scope="session")
def server(whole_network: Network) -> Generator[FarServer]:
    """The server, reached over the network and at its socket."""
    with (
        TemporaryDirectory(prefix="worktrail-tests-") as folder,
        far_server(whole_network, Path(folder) / "postgres") as lent,
    ):
        yield lent


@pytest.fixture(scope="session")
def server_url(server: FarServer) -> str:
    """The server as those see it whose line to it is never cut."""
    return server.near_url


@pytest.fixture
def line(whole_network: Network) -> Generator[Network]:
    """The network, whole again afterwards."""
    yield whole_network
    whole_network.mend()


@pytest.fixture
def near(schema_url: str, tmp_path: Path) -> Service:
    """A service that nothing ever cuts from the server."""
    return Service(schema_url, tmp_path)


@pytest.fixture
def far(server: FarServer, line: Network, schema_url: str, tmp_path: Path) -> Service:
    """A service on the host whose line can be cut; others cannot reach it."""
    return Service(server.far(schema_url), tmp_path, entering=line.far.entering())
