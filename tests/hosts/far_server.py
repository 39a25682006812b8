"""PostgreSQL on a host of its own, reached over the network and, by tests, at its socket."""

import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from infrastructure.embedded import EmbeddedServer
from infrastructure.embedded_account import server_account, server_programs, socket_directory
from tests.hosts.network import Network, as_account
from tests.waiting import until

_PASSWORD: Final = "known to the tests"
_MAY_CONNECT: Final = "host all all 10.77.0.0/16 scram-sha-256\n"


class FarServer:
    """An address for those beside the server, and one for those on another host."""

    def __init__(self, near_url: str, address: str) -> None:
        self.near_url, self._address = near_url, address

    def far(self, url: str) -> str:
        """Return under which address another host finds what is found here at `url`."""
        return make_conninfo(url, host=self._address, password=_PASSWORD)


@contextmanager
def far_server(network: Network, folder: Path) -> Generator[FarServer]:
    """Run a server on the network's host for it."""
    url = _prepared(folder)
    files, address = folder / "cluster", network.address(network.database)
    settings = {
        "listen_addresses": address,
        "unix_socket_directories": f'"{socket_directory(folder.resolve())}"',
        "unix_socket_permissions": "0700",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (folder / "far-server.log").open("wb") as log:
        command = [str(server_programs() / "postgres"), f"-D{files.resolve()}", *options]
        server = subprocess.Popen(
            [*as_account(server_account(files), network.database), *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
        )
    try:
        until(lambda: _answers(url), 20)
        yield FarServer(url, address)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


def _prepared(folder: Path) -> str:
    """Make the server's files, and let it be asked over the network."""
    embedded = EmbeddedServer(folder, lambda _: None)
    url = embedded.acquire()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE worktrail PASSWORD '{_PASSWORD}'".encode())
    embedded.release()
    with (folder / "cluster" / "pg_hba.conf").open("a") as file:
        file.write(_MAY_CONNECT)
    return url


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url):
            return True
    except psycopg.OperationalError:
        return False
