"""Proving that a read model equals a fold of the log from zero."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from application.projection import Projection
from application.read_model_ports import Comparison, RebuildSession, Tracked
from application.rebuild import catch_up, fill
from application.rebuild_ports import Progress, Tell

_MOST_DIFFERENCES: Final = 10
_ATTEMPTS: Final = 5


class RestlessError(Exception):
    """Streams were parked or went on whenever the read model was to be compared."""


class Verdict(Struct, frozen=True):
    """What a verification found, up to a position of the log.

    `parked` streams wait, and count as equal as far as they were taken; `unfoldable` ones are
    those that the read model has, but that cannot be folded any more. `hole` is the first position
    that no event has.
    """

    name: str
    position: int
    parked: int
    unfoldable: int
    comparison: Comparison
    hole: int | None

    @property
    def is_equal(self) -> bool:
        """Whether nothing is different, unfoldable or missing."""
        return not (self.comparison.different or self.unfoldable or self.hole)


def verify(session: RebuildSession, projection: Projection, tell: Tell) -> Verdict:
    """Fold everything into a scratch table and compare, while others read and write.

    Raises `RebuildRunningError` and `RestlessError`.
    """
    for _ in range(_ATTEMPTS):
        verdict = _verified(session, projection, tell)
        if verdict is not None:
            return verdict
    raise RestlessError(projection.name)


def _verified(session: RebuildSession, projection: Projection, tell: Tell) -> Verdict | None:
    before = session.tracked(projection.name)
    upto = before.position
    total = session.count(upto)
    # What waits in the read model has to wait here too, or its absence would be a difference.
    scratch = replace(session.begin(projection.name), parked=before.parked)
    try:
        [scratch] = fill(
            session,
            [projection],
            [scratch],
            upto,
            lambda done: tell(Progress(projection.name, "filling", done, total)),
        )
        tell(Progress(projection.name, "indexing", total, total))
        scratch = session.filled(scratch, upto)
        scratch = _nearly(session, projection, scratch)
        with session.snapshot():
            living = session.tracked(projection.name)
            total = session.count(living.position)
            tell(Progress(projection.name, "catching up", total, total))
            if living.parked != before.parked:
                return None
            scratch = catch_up(session, projection, scratch, living.position)
            comparison = session.compare(scratch, living, _MOST_DIFFERENCES)
            hole = session.first_hole()
    finally:
        session.drop_others(projection.name)
    return Verdict(
        name=projection.name,
        position=living.position,
        parked=len(living.parked),
        unfoldable=len(set(scratch.parked) - set(living.parked)),
        comparison=comparison,
        hole=hole,
    )


def _nearly(session: RebuildSession, projection: Projection, scratch: Tracked) -> Tracked:
    """Leave as little as possible to the snapshot, which is to be short."""
    return catch_up(session, projection, scratch, session.tracked(projection.name).position)
