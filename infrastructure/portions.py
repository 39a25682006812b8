"""The log's positions in portions, without those that were lost before a restore.

A restore passes over millions of positions: to look for rows among them takes minutes.
"""

from collections.abc import Iterator
from typing import Final

from infrastructure.database import Database
from infrastructure.log_epochs import LOST

_HOLES: Final = f"""
    SELECT first_position - lost - 1, first_position - 1 FROM ({LOST}) AS epoch
    WHERE first_position > %s ORDER BY first_position
"""  # noqa: S608 - constants only


def portions(database: Database, after: int, upto: int, most: int) -> Iterator[tuple[int, int]]:
    """Return, in order, behind which position and up to which one each portion lies.

    Each has at most so many positions. Raises `StorageUnavailableError`.
    """
    with database.connection() as connection:
        holes = connection.execute(_HOLES, (after,)).fetchall()
    begins = [after, *(end for _, end in holes)]
    ends = [*(begin for begin, _ in holes), upto]
    for begin, end in zip(begins, ends, strict=True):
        last = min(end, upto)
        for portion in range(begin, last, most):
            yield portion, min(portion + most, last)
