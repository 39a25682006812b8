"""How the read models are doing, as the JSON document that the command line and the API share."""

from collections.abc import Iterable

from application.status_ports import ParkedStream, ProjectionStatus
from application.verify import Verdict

Document = dict[str, object]


def status_document(status: ProjectionStatus) -> Document:
    """Return the document of one, without what only an operator is to see."""
    return {
        "Name": status.name,
        "State": status.state,
        "Position": status.position,
        "LagEvents": status.lag_events,
        "LagSeconds": round(status.lag_seconds, 3),
        "Rate": round(status.rate, 1),
        "Parked": status.parked,
    }


def operator_document(status: ProjectionStatus, parked: Iterable[ParkedStream]) -> Document:
    """Return the document of one, with its error and the streams that wait in it."""
    return status_document(status) | {
        "Error": status.error,
        "ParkedStreams": [
            {
                "StreamId": told.stream_id,
                "Position": told.position,
                "Event": told.event,
                "Problem": told.problem,
                "Since": told.since,
            }
            for told in parked
            if told.projection == status.name
        ],
    }


def verdict_document(verdict: Verdict) -> Document:
    """Return what a verification found."""
    return {
        "Name": verdict.name,
        "Equal": verdict.is_equal,
        "Position": verdict.position,
        "Rows": verdict.comparison.rows,
        "Parked": verdict.parked,
        "Unfoldable": verdict.unfoldable,
        "Different": verdict.comparison.different,
        "MissingPosition": verdict.hole,
        "Differences": [
            {
                "Key": dict(difference.key),
                "Columns": [
                    {"Name": name, "Expected": expected, "Found": found}
                    for name, (expected, found) in difference.columns.items()
                ],
                "Positions": list(difference.positions),
            }
            for difference in verdict.comparison.first
        ],
    }
