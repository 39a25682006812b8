"""Letting parked streams go on, once what kept them from it is mended."""

from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from application.projection import Projection
from application.read_model_ports import LostPlaceError, RebuildSession, Tracked
from application.settle import settle
from application.walk import Walk

_ATTEMPTS: Final = 200
"""Each in vain is a page that the leader moved on by meanwhile."""

_HIGHEST_VERSION: Final = 2**31 - 1


class Retried(Struct, frozen=True):
    """How many streams of a read model go on, and how many still wait."""

    resumed: int
    parked: int


def retry(session: RebuildSession, projection: Projection) -> Retried:
    """Fold every parked stream again from zero and add what waited; return what became of them.

    Raises `LostPlaceError` where a leader moves on faster than this can follow.
    """
    resumed = 0
    parked = session.tracked(projection.name).parked
    for stream_id in parked:
        resumed += _retried(session, projection, stream_id)
    return Retried(resumed, len(parked) - resumed)


def _retried(session: RebuildSession, projection: Projection, stream_id: UUID) -> bool:
    for attempt in range(_ATTEMPTS):
        tracked = session.tracked(projection.name)
        if stream_id not in tracked.parked:
            return True
        try:
            return _resumed(session, projection, tracked, stream_id)
        except LostPlaceError:
            if attempt == _ATTEMPTS - 1:
                raise
    return False


def _resumed(
    session: RebuildSession, projection: Projection, tracked: Tracked, stream_id: UUID
) -> bool:
    # From where it is to where it is: the leader waits meanwhile, and then finds its place lost.
    with session.moving(tracked, tracked.position) as writing:
        waited = tracked.parked[stream_id]
        items = [
            item
            for item in session.beginnings({stream_id: _HIGHEST_VERSION})
            if item.position <= tracked.position
        ]
        moments, stuck = Walk(session, wanted=projection.wants).moments(items)
        late = [moment for moment in moments if moment.recorded.position >= waited]
        others = {other: at for other, at in tracked.parked.items() if other != stream_id}
        if settle(projection, replace(tracked, parked=others), (late, stuck), writing):
            return False
        writing.unpark(stream_id)
        return True
