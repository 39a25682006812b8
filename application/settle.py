"""Writing what moments amount to in one read model, and parking what it cannot take."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from application.projection import Projection
from application.read_model_ports import RefusedRowsError, Tracked, Writing
from application.walk import Stuck, Walked
from domain.history import Moment


def settle(projection: Projection, tracked: Tracked, walked: Walked, writing: Writing) -> int:
    """Write the rows of the streams that do not wait, and return how many had to be parked."""
    moments, stuck = walked
    taken = [
        moment
        for moment in moments
        if isinstance(moment.recorded.event, projection.takes)
        and moment.recorded.originator_id not in tracked.parked
    ]
    parked = dict(_parked(projection, taken, writing))
    for told in stuck:
        if told.stream_id not in tracked.parked and told.concerns(projection):
            parked.setdefault(told.stream_id, told)
    for told in parked.values():
        writing.park(told.stream_id, told.position, told.problem)
    return len(parked)


def _parked(
    projection: Projection, moments: Sequence[Moment], writing: Writing
) -> Iterable[tuple[UUID, Stuck]]:
    """Write all at once, or else stream by stream, or else event by event up to the culprit."""
    if _problem(projection, moments, writing) is None:
        return
    streams: dict[UUID, list[Moment]] = {}
    for moment in moments:
        streams.setdefault(moment.recorded.originator_id, []).append(moment)
    for stream_id, of_stream in streams.items():
        if len(streams) > 1 and _problem(projection, of_stream, writing) is None:
            continue
        for moment in of_stream:
            problem = _problem(projection, [moment], writing)
            if problem is not None:
                recorded = moment.recorded
                kind = type(recorded.event)
                yield stream_id, Stuck(stream_id, recorded.position, kind, problem)
                break


def _problem(projection: Projection, moments: Sequence[Moment], writing: Writing) -> str | None:
    if not moments:
        return None
    try:
        rows = projection.rows(moments)
    except Exception as error:  # noqa: BLE001 - a fold that fails parks its stream, whatever it is
        return f"{projection.name} cannot take the event ({type(error).__name__})."
    try:
        writing.write(rows)
    except RefusedRowsError as error:
        return str(error)
    return None
