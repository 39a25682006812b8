"""A server on a host of its own, in the place of the one that other tests share."""

from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.application.conftest import client_id, read_side, stopping, writer
from tests.hosts.far_server import FarServer, far_server
from tests.hosts.network import Network, network

__all__ = ["client_id", "read_side", "stopping", "writer"]


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
