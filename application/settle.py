"""Writing what moments amount to in one read model, and parking what it cannot take."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias
from uuid import UUID

from application.projection import Projection
from application.read_model_ports import RefusedRowsError, Row, Tracked, Writing
from application.walk import Stuck, Walked
from domain.history import Moment

Write: TypeAlias = Callable[[Sequence[Row]], None]


def settle(
    projection: Projection,
    tracked: Tracked,
    walked: Walked,
    writing: Writing,
    *,
    is_new: bool = False,
) -> dict[UUID, int]:
    """Write the rows of the streams that do not wait, and return those that were parked.

    With `is_new` none of these streams has a row yet.
    """
    moments, stuck = walked
    taken = [
        moment
        for moment in moments
        if isinstance(moment.recorded.event, projection.takes)
        and (
            not tracked.parked
            or tracked.takes(moment.recorded.originator_id, moment.recorded.position)
        )
    ]
    write = writing.fill if is_new else writing.write
    parked = dict(_parked(projection, taken, write, writing))
    for told in stuck:
        if tracked.takes(told.stream_id, told.position) and told.concerns(projection):
            parked.setdefault(told.stream_id, told)
    for told in parked.values():
        writing.park(told.stream_id, told.position, told.problem)
    return {told.stream_id: told.position for told in parked.values()}


def _parked(
    projection: Projection, moments: Sequence[Moment], write: Write, writing: Writing
) -> Iterable[tuple[UUID, Stuck]]:
    """Write all at once, or else stream by stream, or else event by event up to the culprit."""
    if _problem(projection, moments, write) is None:
        return
    streams: dict[UUID, list[Moment]] = {}
    for moment in moments:
        streams.setdefault(moment.recorded.originator_id, []).append(moment)
    for stream_id, of_stream in streams.items():
        if len(streams) > 1 and _problem(projection, of_stream, writing.write) is None:
            continue
        for moment in of_stream:
            problem = _problem(projection, [moment], writing.write)
            if problem is not None:
                recorded = moment.recorded
                kind = type(recorded.event)
                yield stream_id, Stuck(stream_id, recorded.position, kind, problem)
                break


def _problem(projection: Projection, moments: Sequence[Moment], write: Write) -> str | None:
    if not moments:
        return None
    try:
        rows = projection.rows(moments)
    except Exception as error:  # noqa: BLE001 - a fold that fails parks its stream, whatever it is
        return f"{projection.name} cannot take the event ({type(error).__name__})."
    try:
        write(rows)
    except RefusedRowsError as error:
        return str(error)
    return None
