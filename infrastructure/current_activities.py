"""The table of current activities: the fold's state of each, as bytes."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from psycopg import sql

from application.read_model_ports import KeptState
from infrastructure.read_tables import ReadTable
from infrastructure.statements import Cursor

CURRENT_ACTIVITIES: Final = ReadTable(
    name="current_activities",
    shape=2,
    columns={
        "stream_id": "uuid NOT NULL",
        "client_id": "uuid NOT NULL",
        "position": "bigint NOT NULL",
        "version": "integer NOT NULL",
        "state": "bytea NOT NULL",
    },
    key=("stream_id",),
)

_STATES: Final = "SELECT stream_id, version, state FROM {} WHERE stream_id = ANY(%b)"


def states(cursor: Cursor, generation: int, streams: Sequence[UUID]) -> dict[UUID, KeptState]:
    """Return the states that a generation has of these streams."""
    statement = sql.SQL(_STATES).format(CURRENT_ACTIVITIES.table(generation))
    rows = cursor.execute(statement, (list(streams),))
    return {stream_id: KeptState(version, state) for stream_id, version, state in rows}
