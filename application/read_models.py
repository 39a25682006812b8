"""What an operator does with the read models."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final

from application.projection import Projection
from application.read_model_ports import RebuildSession
from application.rebuild import Filling, Rebuild
from application.rebuild_ports import HeadsRebuild, Tell
from application.retry import Retried, retry
from application.room import check_room
from application.status_ports import ParkedStream, ProjectionStatus, ProjectionStatuses
from application.verify import Verdict, verify
from domain.errors import WorktrailError

HEADS: Final = "heads"
"""The inline projection: it is rebuilt like the others, but written by the journal."""


class UnknownProjectionError(WorktrailError):
    """There is no read model of this name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no read model {name}; there are {', '.join(known)}.")
        self.name = name


class OnlyRebuiltError(WorktrailError):
    """Heads are written by the journal: they follow nothing that could be compared or retried."""

    def __init__(self) -> None:
        super().__init__("The heads are not verified or retried, only rebuilt.")


class ReadModels:
    """Looks at the read models, rebuilds them, retries what waits, and proves them equal."""

    def __init__(
        self,
        statuses: ProjectionStatuses,
        projections: Sequence[Projection],
        connect: Callable[[], AbstractContextManager[RebuildSession]],
        rebuild_heads: HeadsRebuild,
        filling: Filling,
    ) -> None:
        self._statuses = statuses
        self._projections = {projection.name: projection for projection in projections}
        self._connect = connect
        self._rebuild_heads = rebuild_heads
        self._filling = filling

    def names(self) -> list[str]:
        """Return the names of those that follow the log."""
        return list(self._projections)

    def statuses(self) -> list[ProjectionStatus]:
        """Return how each is doing. Raises `StorageUnavailableError`."""
        return [status for status in self._statuses.statuses() if status.name in self._projections]

    def parked(self) -> list[ParkedStream]:
        """Return every stream that waits."""
        return list(self._statuses.parked())

    def rebuild(self, names: Sequence[str], tell: Tell, *, unseen_is_fine: bool) -> None:
        """Rebuild read models in one pass, and the heads in one of their own.

        Raises `UnknownProjectionError`, `NoRoomError` and `RebuildRunningError`.
        """
        projections = list(dict.fromkeys(self._find(name) for name in names if name != HEADS))
        heads = [self._rebuild_heads] if HEADS in names else []
        with self._connect() as session:
            rooms = [session.room(projection.name) for projection in projections]
            rooms += [rebuild_heads.room() for rebuild_heads in heads]
            check_room(rooms, unseen_is_fine=unseen_is_fine)
            if projections:
                Rebuild(session, projections, tell, self._filling).run()
        for rebuild_heads in heads:
            rebuild_heads(tell)

    def retry(self, name: str) -> Retried:
        """Fold the parked streams of a read model again.

        Raises `UnknownProjectionError` and `OnlyRebuiltError`.
        """
        projection = self._find(name)
        with self._connect() as session:
            return retry(session, projection)

    def verify(self, name: str, tell: Tell) -> Verdict:
        """Compare a read model with a fold of the log from zero.

        Raises `UnknownProjectionError`, `OnlyRebuiltError` and `RebuildRunningError`.
        """
        projection = self._find(name)
        with self._connect() as session:
            return verify(session, projection, tell)

    def _find(self, name: str) -> Projection:
        if name == HEADS:
            raise OnlyRebuiltError
        projection = self._projections.get(name.replace("-", "_"))
        if projection is None:
            raise UnknownProjectionError(name, [*self._projections, HEADS])
        return projection
