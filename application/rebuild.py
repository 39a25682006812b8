"""Building read models again from the log, beside the generations that are read meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from msgspec.structs import replace

from application.projection import Projection
from application.read_model_ports import (
    RebuildRunningError,
    RebuildSession,
    Scanned,
    Share,
    Tracked,
    Writing,
)
from application.rebuild_ports import Phase, Progress, Tell
from application.settle import settle
from application.walk import Walk, Walked, family
from domain.some_facts import Wanted

_PAGE: Final = 1_000
_ATTEMPTS: Final = 100
"""At taking the living generation's place, while others write as fast as they can."""


class Filling(Protocol):
    """Folds the whole log up to a position into empty generations, alone or shared out."""

    def __call__(
        self,
        session: RebuildSession,
        projections: Sequence[Projection],
        generations: Sequence[Tracked],
        upto: int,
        tell: Callable[[int], None],
    ) -> list[Tracked]:
        """Return the generations with what was parked; `tell` hears how many events are done."""


class Rebuild:
    """Rebuilds read models in one pass over the log."""

    def __init__(
        self,
        session: RebuildSession,
        projections: Sequence[Projection],
        tell: Tell,
        filling: Filling | None = None,
    ) -> None:
        self._session = session
        self._projections = projections
        self._tell = tell
        self._fill = filling or fill

    def run(self) -> list[Tracked]:
        """Fill new generations, catch up, and let them be read; return them.

        Raises `RebuildRunningError`. Whatever ends it on the way leaves the living ones as they
        are, and the next run removes what is left behind.
        """
        upto = self._session.end()
        total = self._session.count(upto)
        generations = [self._session.begin(projection.name) for projection in self._projections]
        generations = self._filled(generations, upto, total)
        generations = [self._indexed(tracked, upto, total) for tracked in generations]
        return [
            self._take_place(projection, tracked)
            for projection, tracked in zip(self._projections, generations, strict=True)
        ]

    def _filled(self, generations: Sequence[Tracked], upto: int, total: int) -> list[Tracked]:
        def tell(done: int) -> None:
            for tracked in generations:
                self._tell(Progress(tracked.projection, "filling", done, total))

        tell(0)
        filled = self._fill(self._session, self._projections, generations, upto, tell)
        # Also those events are done that none of them takes.
        tell(total)
        return filled

    def _indexed(self, tracked: Tracked, upto: int, total: int) -> Tracked:
        self._tell(Progress(tracked.projection, "indexing", total, total))
        return self._session.filled(tracked, upto)

    def _take_place(self, projection: Projection, tracked: Tracked) -> Tracked:
        def tell(phase: Phase, position: int, end: int) -> None:
            done, total = self._session.count(position), self._session.count(end)
            self._tell(Progress(projection.name, phase, done, total))

        for _ in range(_ATTEMPTS):
            tracked = catch_up(
                self._session,
                projection,
                tracked,
                tell=lambda position: tell("catching up", position, self._session.end()),
            )
            if self._session.switch(tracked):
                self._session.drop_others(projection.name)
                tell("done", tracked.position, tracked.position)
                return tracked
        raise RebuildRunningError(projection.name)


def fill(
    session: RebuildSession,
    projections: Sequence[Projection],
    generations: Sequence[Tracked],
    upto: int,
    tell: Callable[[int], None],
    share: Share = Share(),  # noqa: B008 - it is frozen
) -> list[Tracked]:
    """Fold the log, or a share of it, up to a position, stream by stream, into new generations."""
    walk = Walk(session, most_states=1, wanted=_wanted(projections))
    # What follows from an event depends on those before it, also on those that nobody takes.
    kinds = list({kind for told in projections for taken in told.takes for kind in family(taken)})
    filled = list(generations)
    done = 0
    for scanned in session.scan(upto, kinds, share):
        with session.filling(filled) as writings:
            filled = _folded(walk, scanned, projections, filled, writings)
        done += len(scanned.items)
        tell(done)
    return filled


def catch_up(
    session: RebuildSession,
    projection: Projection,
    tracked: Tracked,
    upto: int | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Tracked:
    """Follow by position, to the end of the log as it is now or to a given position.

    `tell` hears before every page how far it is.
    """
    walk = Walk(session, wanted=projection.wants)
    while True:
        tell(tracked.position)
        # There are never more events than positions, but less where the log was restored.
        limit = _PAGE if upto is None else min(_PAGE, upto - tracked.position)
        page = session.page(tracked.position, limit).up_to(upto)
        if not page.items:
            return tracked
        walked = walk.moments(page.items, tracked.waiting)
        with session.moving(tracked, page.end) as writing:
            parked = settle(projection, tracked, walked, writing)
        tracked = replace(tracked, position=page.end, parked={**tracked.parked, **parked})


def _wanted(projections: Sequence[Projection]) -> Wanted | None:
    """Return what any of them depends on, `None` where that is everything."""
    together = Wanted()
    for projection in projections:
        if projection.wants is None:
            return None
        together |= projection.wants
    return together


def _portions(walk: Walk, scanned: Scanned) -> Iterator[tuple[Walked, bool]]:
    """Tell the rest of a stream that was begun before apart from the streams that are new."""
    rest = 0
    if scanned.goes_on:
        first = scanned.items[0].originator_id
        rest = next(
            (number for number, item in enumerate(scanned.items) if item.originator_id != first),
            len(scanned.items),
        )
        yield walk.moments(scanned.items[:rest]), False
    if rest < len(scanned.items):
        yield walk.moments(scanned.items[rest:]), True


def _folded(
    walk: Walk,
    scanned: Scanned,
    projections: Sequence[Projection],
    generations: Sequence[Tracked],
    writings: Sequence[Writing],
) -> list[Tracked]:
    filled = list(generations)
    for walked, is_new in _portions(walk, scanned):
        filled = [
            _settled(projection, tracked, walked, writing, is_new=is_new)
            for projection, tracked, writing in zip(projections, filled, writings, strict=True)
        ]
    return filled


def _settled(
    projection: Projection, tracked: Tracked, walked: Walked, writing: Writing, *, is_new: bool
) -> Tracked:
    parked = settle(projection, tracked, walked, writing, is_new=is_new)
    return replace(tracked, parked={**tracked.parked, **parked}) if parked else tracked
