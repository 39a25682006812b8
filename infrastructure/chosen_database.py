"""The database that the settings choose: one of the operator's own, or the embedded one."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread

from infrastructure.embedded import EmbeddedServer, supervise
from infrastructure.embedded_writeback import keep_writing_out
from infrastructure.settings import Settings, make_data_dir

_log = logging.getLogger("worktrail")


@contextmanager
def connected(settings: Settings) -> Generator[str]:
    """Lend the database's URL, and keep the embedded server running meanwhile."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    make_data_dir(settings)
    folder = settings.data_dir / "postgres"
    server = EmbeddedServer(folder, _log.warning)
    url = server.acquire()
    stop = Event()
    watches = [
        Thread(target=supervise, args=(server, stop), name="embedded-postgres", daemon=True),
        Thread(target=keep_writing_out, args=(folder, stop), name="writeback", daemon=True),
    ]
    for watch in watches:
        watch.start()
    try:
        yield url
    finally:
        stop.set()
        server.release()
        for watch in watches:
            watch.join()
