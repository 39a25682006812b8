"""The database that the settings choose: one of the operator's own, or the embedded one."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from infrastructure.embedded import EmbeddedServer, supervise
from infrastructure.embedded_writeback import keep_writing_out
from infrastructure.settings import Settings, make_data_dir

_log = logging.getLogger("worktrail")

_WRITEBACK_SECONDS: Final = 1.0


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
    watch = Thread(target=supervise, args=(server, stop), name="embedded-postgres", daemon=True)
    writeback = Thread(target=keep_writing_out, args=(folder, stop), name="writeback", daemon=True)
    watch.start()
    writeback.start()
    try:
        yield url
    finally:
        stop.set()
        server.release()
        watch.join()
        # It may be held up by the disk, and nothing depends on it.
        writeback.join(_WRITEBACK_SECONDS)
