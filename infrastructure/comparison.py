"""Comparing two generations of a read model, row by row."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from psycopg import sql

from application.read_model_ports import Comparison, Difference
from domain.log_epochs import LogRestored
from infrastructure.read_tables import ReadTable
from infrastructure.statements import Cursor

_LONGEST: Final = 80

_DIFFERENCES: Final = """
    SELECT count(*) OVER (), {expected}, {found}
    FROM {scratch} AS expected FULL JOIN {living} AS found USING ({key})
    WHERE ROW({expected}) IS DISTINCT FROM ROW({found})
    ORDER BY {order}
    LIMIT {most}
"""

_COUNT: Final = "SELECT count(*) FROM {}"

_OF_STREAM: Final = """
    SELECT position FROM event_log WHERE stream_id = %b AND position <= %b
    ORDER BY version DESC LIMIT 20
"""

_OF_DAY: Final = """
    SELECT position FROM event_log
    WHERE client_id = %b AND arrived_at >= %b AND arrived_at < %b
    ORDER BY position LIMIT 20
"""

# Positions are counted, and only where some are missing looked at one by one: what an epoch's own
# event says to be missing is no hole.
_HOLE: Final = """
    SELECT CASE WHEN count(*) = coalesce(max(position), 0) THEN NULL ELSE (
        SELECT min(hole) FROM (
            SELECT lag(position, 1, 0::bigint) OVER (ORDER BY position) + 1 AS hole, position
            FROM event_log
        ) AS steps
        WHERE hole <> position AND (hole, position) NOT IN (
            SELECT restored_end + 1, first_position
            FROM unnest(%b::bigint[], %b::bigint[]) AS restored (restored_end, first_position)
        )
    ) END
    FROM event_log
"""


def compare(cursor: Cursor, table: ReadTable, scratch: int, living: int, most: int) -> Comparison:
    """Compare what a scratch generation has with the living one, and return the first rows."""

    def columns(side: str) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(side, name) for name in table.columns)

    statement = sql.SQL(_DIFFERENCES).format(
        expected=columns("expected"),
        found=columns("found"),
        scratch=table.table(scratch),
        living=table.table(living),
        key=sql.SQL(", ").join(map(sql.Identifier, table.key)),
        order=sql.SQL(", ").join(
            sql.SQL("coalesce({}, {})").format(
                sql.Identifier("expected", name), sql.Identifier("found", name)
            )
            for name in table.key
        ),
        most=sql.Literal(most),
    )
    rows = cursor.execute(statement).fetchall()
    counted = cursor.execute(sql.SQL(_COUNT).format(table.table(scratch))).fetchone()
    width = len(table.columns)
    found = [
        _difference(
            cursor,
            table,
            dict(zip(table.columns, row[1 : 1 + width], strict=True)),
            dict(zip(table.columns, row[1 + width :], strict=True)),
        )
        for row in rows
    ]
    return Comparison(counted[0] if counted else 0, rows[0][0] if rows else 0, found)


def first_hole(cursor: Cursor, restored: Sequence[LogRestored]) -> int | None:
    """Return the lowest position below the last that no event has, though no restore lost it."""
    ends = [it.restored_end for it in restored]
    row = cursor.execute(_HOLE, (ends, [it.first_position for it in restored])).fetchone()
    return row[0] if row else None


def _difference(
    cursor: Cursor, table: ReadTable, expected: Mapping[str, Any], found: Mapping[str, Any]
) -> Difference:
    present = expected if expected[table.key[0]] is not None else found
    return Difference(
        key={name: str(present[name]) for name in table.key},
        columns={
            name: (_shown(expected[name]), _shown(found[name]))
            for name in table.columns
            if expected[name] != found[name]
        },
        positions=_positions(cursor, present),
    )


def _positions(cursor: Cursor, row: Mapping[str, Any]) -> list[int]:
    if "stream_id" in row:
        found = cursor.execute(_OF_STREAM, (row["stream_id"], row["position"])).fetchall()
    else:
        day: date = row["day"]
        found = cursor.execute(_OF_DAY, (row["client_id"], day, day + timedelta(days=1))).fetchall()
    return sorted(position for (position,) in found)


def _shown(value: object) -> str | None:
    if value is None:
        return None
    text = f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
