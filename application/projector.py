"""The projector: follows the log by position and keeps the read models as far."""

import logging
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from application.ports import StorageUnavailableError
from application.projection import Projection
from application.read_model_ports import LostPlaceError, ProjectorSession, Tracked
from application.settle import settle
from application.walk import Walk, Walked

_log = logging.getLogger("worktrail.projector")

PAGE: Final = 1_000
"""Events that are read and committed together at most."""

RETRY_ROUNDS: Final = 20
"""A projection that had to stop is tried again after so many rounds of the others."""


class Projector:
    """Moves projections on, page by page; those at the same position share one pass."""

    def __init__(self, session: ProjectorSession, projections: Sequence[Projection]) -> None:
        self._session = session
        self._projections = {projection.name: projection for projection in projections}
        self._walk = Walk(session)
        self._tracked: dict[str, Tracked] = {}
        self._resting: dict[str, int] = {}

    def round(self) -> int:
        """Move every projection on by a page, and return how many events moved any of them.

        Raises `StorageUnavailableError`.
        """
        moved = 0
        for group in self._groups():
            moved = max(moved, self._move(group))
        return moved

    def _groups(self) -> list[list[Tracked]]:
        groups: dict[int, list[Tracked]] = {}
        for name in self._projections:
            if self._resting.get(name, 0) > 0:
                self._resting[name] -= 1
                continue
            if name not in self._tracked:
                self._tracked[name] = self._session.tracked(name)
            tracked = self._tracked[name]
            if tracked.problem is not None:
                self._stop(tracked, tracked.problem)
            else:
                groups.setdefault(tracked.position, []).append(tracked)
        return list(groups.values())

    def _move(self, group: Sequence[Tracked]) -> int:
        after = group[0].position
        page = self._session.page(after, PAGE)
        if not page.items:
            return 0
        if not page.items[0].comes_next(after):
            # Positions are committed in order, so this is no event that is still to come.
            for tracked in group:
                self._stop(tracked, f"Position {after + 1} is missing from the log.")
            return 0
        waiting = frozenset.intersection(*(tracked.waiting for tracked in group))
        walked = self._walk.moments(page.items, waiting)
        for tracked in group:
            self._settle(tracked, walked, page.end)
        return len(page.items)

    def _settle(self, tracked: Tracked, walked: Walked, end: int) -> None:
        projection = self._projections[tracked.projection]
        try:
            with self._session.moving(tracked, end) as writing:
                parked = settle(projection, tracked, walked, writing)
        except LostPlaceError:
            # Rebuilt, retried or led by somebody else meanwhile: begin from what is there now.
            self._forget(tracked)
        except StorageUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - the other projections go on
            _log.exception("The projection %s had to stop", tracked.projection)
            self._stop(tracked, f"It had to stop ({type(error).__name__}); the log says more.")
        else:
            self._resting.pop(tracked.projection, None)
            if parked:
                self._forget(tracked)
            else:
                self._tracked[tracked.projection] = replace(tracked, position=end)

    def _forget(self, tracked: Tracked) -> None:
        self._walk.forget()
        self._tracked.pop(tracked.projection, None)

    def _stop(self, tracked: Tracked, problem: str) -> None:
        if tracked.projection not in self._resting:
            _log.error("The projection %s is stopped: %s", tracked.projection, problem)
        self._forget(tracked)
        self._session.stopped(tracked, problem)
        self._resting[tracked.projection] = RETRY_ROUNDS
