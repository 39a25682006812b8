"""Making the indexes of a filled table, on two connections at a time.

PostgreSQL makes one index on two processors in little less time than on one, but two at once, and
both read the table together.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

from psycopg import sql

from infrastructure.database import Rows

_LONGEST_SILENCE_SECONDS: Final = 5.0


def build_indexes(
    first: Rows, second: Rows, statements: list[sql.Composed], stay: Callable[[], object]
) -> None:
    """Execute statements none of which depends on another; whichever ends first takes the next.

    While the second connection works alone, `stay` is called on behalf of the first.
    """
    waiting = deque(statements)
    with ThreadPoolExecutor(1, "indexes") as pool:
        beside = pool.submit(_build, second, waiting)
        try:
            _build(first, waiting)
            while wait([beside], _LONGEST_SILENCE_SECONDS).not_done:
                stay()
        except BaseException:
            # Also where the operator interrupts: nobody waits for an index that is not wanted.
            waiting.clear()
            second.cancel_safe()
            raise
        beside.result()


def _build(connection: Rows, waiting: "deque[sql.Composed]") -> None:
    while True:
        try:
            statement = waiting.popleft()
        except IndexError:
            return
        connection.execute(statement)
