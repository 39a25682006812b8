"""Statements sent whole and answered whole, in PostgreSQL's binary format.

Whoever holds the log's lock must not wait for the interpreter. A cursor of psycopg gives it away
and asks for it back several times a statement, and converts parameter by parameter in Python; here
it is given away once, for as long as the server takes.
"""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias
from weakref import WeakSet

import psycopg
from psycopg import Connection, OperationalError, errors, postgres
from psycopg.abc import Buffer
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGresult

Cursor: TypeAlias = psycopg.Cursor[tuple[Any, ...]]

_DONE: Final = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Statement:
    """One statement with numbered parameters of these types, prepared where that lasts."""

    def __init__(self, name: str, text: str, *types: str) -> None:
        self._name = name.encode()
        self._text = text.encode()
        self._types = [_oid(type_) for type_ in types]
        self._formats = [Format.BINARY] * len(types)
        self._prepared: WeakSet[Connection[tuple[Any, ...]]] = WeakSet()

    def execute(self, cursor: Cursor, *parameters: Buffer) -> PGresult:
        """Return the server's answer. Raises psycopg's errors."""
        connection = cursor.connection
        pgconn = connection.pgconn
        if connection.prepare_threshold is not None:
            # Where psycopg prepares statements itself, it deallocates all of them after a rollback.
            answer = pgconn.exec_params(
                self._text, parameters, self._types, self._formats, Format.BINARY
            )
            return _checked(cursor, answer)
        if connection not in self._prepared:
            _checked(cursor, pgconn.prepare(self._name, self._text, self._types))
            self._prepared.add(connection)
        answer = pgconn.exec_prepared(self._name, parameters, self._formats, Format.BINARY)
        return _checked(cursor, answer)

    def rows(self, cursor: Cursor, *parameters: Buffer) -> Iterator[list[bytes | None]]:
        """Yield the rows of the server's answer, columns as they came. Raises psycopg's errors."""
        found = self.execute(cursor, *parameters)
        columns = range(found.nfields)
        for place in range(found.ntuples):
            yield [found.get_value(place, column) for column in columns]


def execute(cursor: Cursor, commands: bytes) -> PGresult:
    """Return the server's answer to commands without parameters, the last one's of several."""
    return _checked(cursor, cursor.connection.pgconn.exec_(commands))


def _checked(cursor: Cursor, answer: PGresult) -> PGresult:
    if answer.status in _DONE:
        return answer
    if cursor.connection.pgconn.status == ConnStatus.BAD:
        # The answer is libpq's own then, and has no code to tell its kind by.
        raise OperationalError(answer.get_error_message())
    raise errors.error_from_result(answer)


def _oid(type_: str) -> int:
    known = postgres.types[type_.removesuffix("[]")]
    return known.array_oid if type_.endswith("[]") else known.oid
