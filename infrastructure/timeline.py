"""The table of the timeline: one row for each event of an activity's stream, by position."""

from typing import Final

from infrastructure.read_tables import ReadTable

PORTION: Final = 100_000
"""Positions that are looked at in one query, so that no snapshot is held for long."""

TIMELINE: Final = ReadTable(
    name="timeline",
    shape=1,
    columns={
        "position": "bigint NOT NULL",
        "recorded_at": "timestamptz NOT NULL",
        "arrived_at": "timestamptz NOT NULL",
        "reported_at": "timestamptz",
        "stream_id": "uuid NOT NULL",
        "client_id": "uuid NOT NULL",
        "work_order_id": "bigint",
        "version": "integer NOT NULL",
        "activity_id": "integer",
        "late": "boolean NOT NULL",
        "name": "text NOT NULL",
        "verdict": "text",
        "sender": "text",
        "actor": "text",
        "changes": "bytea NOT NULL",
    },
    key=("position",),
    indexes={
        "client": "(client_id, position)",
        "activity": "(client_id, activity_id, position) WHERE activity_id IS NOT NULL",
        "stream": "(stream_id, position)",
    },
    appended=True,
    announced=True,
)
