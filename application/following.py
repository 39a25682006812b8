"""Following the log for as long as the process lives, as one of several of which one leads."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Event
from typing import Final

from application.ports import StorageUnavailableError
from application.projection import Projection
from application.projector import Projector
from application.read_model_ports import ProjectorSession

_log = logging.getLogger("worktrail.projector")

POLL_SECONDS: Final = 0.5
"""Announcements may get lost: so often the log is read without one."""

STANDBY_SECONDS: Final = 1.0
SHORTEST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 2.0


class Following:
    """Runs the projector on one connection after another."""

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[ProjectorSession]],
        projections: Sequence[Projection],
        stopping: Event,
    ) -> None:
        self._connect = connect
        self._projections = projections
        self._stopping = stopping
        self._pause = SHORTEST_PAUSE

    def run(self) -> None:
        """Follow until the process is to stop; connect anew for ever, with longer pauses."""
        while not self._stopping.is_set():
            try:
                with self._connect() as session:
                    self._follow(session)
            except StorageUnavailableError as error:
                _log.warning("The projector lost the database: %s", error)
                self._rest()
            except Exception:  # noqa: BLE001 - whatever it is, following goes on
                _log.exception("The projector failed and begins anew")
                self._rest()

    def _rest(self) -> None:
        self._stopping.wait(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _follow(self, session: ProjectorSession) -> None:
        while not session.leads():
            if self._stopping.wait(STANDBY_SECONDS):
                return
        # Listening comes before reading: what is committed in between is then announced.
        session.listen()
        projector = Projector(session, self._projections)
        while not self._stopping.is_set():
            if projector.round() == 0:
                session.wait(POLL_SECONDS)
            self._pause = SHORTEST_PAUSE
