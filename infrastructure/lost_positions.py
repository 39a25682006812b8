"""Whether a position that no event has was lost before the log was restored."""

from typing import Final

from application.query_ports import LostPositionError
from infrastructure.log_epochs import LOST
from infrastructure.statements import Cursor

_AROUND: Final = f"""
    SELECT first_position - lost - 1, first_position FROM ({LOST}) AS epoch
    WHERE first_position > %s AND first_position - lost <= %s
"""  # noqa: S608 - constants only


def check(cursor: Cursor, position: int) -> None:
    """Raise `LostPositionError` where the position was lost."""
    lost = cursor.execute(_AROUND, (position, position)).fetchone()
    if lost is not None:
        raise LostPositionError(position, *lost)
