"""The processes of a service, told apart by the sockets that they have."""

from contextlib import suppress
from typing import Final

import psutil  # type: ignore[import-untyped]

_RUNNING_THREADS: Final = 3
"""A worker that takes deliveries has more threads than one that is still starting."""


def journal_of(service: int) -> int | None:
    """Return the process that writes for the service whose first process this is, if it is there.

    It alone, beside the first, has the socket on which workers find it.
    """
    for child in children_of(service):
        with suppress(psutil.Error):
            if any(it.laddr.endswith("/journal") for it in child.net_connections("unix")):
                return int(child.pid)
    return None


def listening_workers_of(service: int) -> list[psutil.Process]:
    """Return the processes that take deliveries beside the first one."""
    found = []
    for child in children_of(service):
        with suppress(psutil.Error):
            if any(it.status == psutil.CONN_LISTEN for it in child.net_connections("tcp")):
                found.append(child)
    return found


def running_workers_of(service: int) -> list[int]:
    """Return the process ids of those that take deliveries by now or stand by to do so."""
    found = []
    for worker in listening_workers_of(service):
        with suppress(psutil.Error):
            if worker.num_threads() > _RUNNING_THREADS:
                found.append(int(worker.pid))
    return found


def worker_with(service: int, port: int) -> int | None:
    """Return the worker that has the connection whose other end has this port, if one has it."""
    return workers_by_port(service).get(port)


def workers_by_port(service: int) -> dict[int, int]:
    """Return the worker that has each connection, by the port of its other end."""
    found = {}
    for worker in listening_workers_of(service):
        with suppress(psutil.Error):
            for connection in worker.net_connections("tcp"):
                if connection.raddr:
                    found[connection.raddr.port] = int(worker.pid)
    return found


def children_of(service: int) -> list[psutil.Process]:
    """Return the processes beside the first one; what Python starts for itself is not ours."""
    try:
        found = psutil.Process(service).children()
        return [it for it in found if "resource_tracker" not in " ".join(it.cmdline())]
    except psutil.Error:
        return []


def program_on(processors: int) -> str:
    """Return the program of a service that finds so many processors, however many there are."""
    return (
        f"import os; os.sched_getaffinity = lambda _: range({processors})\n"
        "from app import cli; cli()"
    )


ROOM_FOR_ALL: Final = program_on(64)
"""All workers of such a service take connections at once."""
