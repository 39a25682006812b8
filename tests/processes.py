"""The processes of a service, told apart by the sockets that they have."""

from contextlib import suppress

import psutil  # type: ignore[import-untyped]


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


def children_of(service: int) -> list[psutil.Process]:
    """Return the processes beside the first one; what Python starts for itself is not ours."""
    try:
        found = psutil.Process(service).children()
        return [it for it in found if "resource_tracker" not in " ".join(it.cmdline())]
    except psutil.Error:
        return []
