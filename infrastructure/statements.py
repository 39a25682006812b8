"""Statements sent whole and answered whole, in PostgreSQL's binary format.

Whoever holds the log's lock must not wait for the interpreter. A cursor of psycopg gives it away
and asks for it back several times a statement, and converts parameter by parameter in Python; here
it is given away for as long as the server takes, once for several statements that are sent
together, and otherwise only for moments.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias
from weakref import WeakSet

import psycopg
from psycopg import Connection, OperationalError, errors, postgres
from psycopg.abc import Buffer, PQGen
from psycopg.pq import ConnStatus, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Wait, wait

Cursor: TypeAlias = psycopg.Cursor[tuple[Any, ...]]

_LOOK_SECONDS: Final = 0.1
"""How often a wait for the server is broken off to see whether anybody has pressed Ctrl-C."""

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
        else:
            self.prepare(cursor)
            answer = pgconn.exec_prepared(self._name, parameters, self._formats, Format.BINARY)
        raise_failure(cursor, answer)
        return answer

    def rows(self, cursor: Cursor, *parameters: Buffer) -> Iterator[list[bytes | None]]:
        """Yield the rows of the server's answer, columns as they came. Raises psycopg's errors."""
        return rows(self.execute(cursor, *parameters))

    def prepare(self, cursor: Cursor) -> None:
        """Have the server know the statement, once a connection. Raises psycopg's errors."""
        connection = cursor.connection
        if connection not in self._prepared:
            raise_failure(cursor, connection.pgconn.prepare(self._name, self._text, self._types))
            self._prepared.add(connection)

    def send(self, pgconn: PGconn, parameters: Sequence[Buffer]) -> None:
        """Send it without waiting for its answer."""
        pgconn.send_query_prepared(self._name, parameters, self._formats, Format.BINARY)


Request: TypeAlias = tuple[Statement, Sequence[Buffer]]
"""A statement and its parameters."""


def together(cursor: Cursor, requests: Sequence[Request]) -> list[PGresult]:
    """Send statements at once and return their answers, up to the first failure if there is one.

    What follows a failure is not carried out. Only for connections on which psycopg prepares
    nothing. Raises the server's error or `psycopg.OperationalError` where the connection breaks;
    nothing tells then how much was carried out.
    """
    for statement, _ in requests:
        statement.prepare(cursor)
    pgconn = cursor.connection.pgconn
    pgconn.enter_pipeline_mode()
    answers = _completed(_exchange(pgconn, requests), pgconn)
    pgconn.exit_pipeline_mode()
    return answers


def _completed(exchange: PQGen[list[PGresult]], pgconn: PGconn) -> list[PGresult]:
    interrupt: KeyboardInterrupt | None = None
    while True:
        try:
            answers = wait(exchange, pgconn.socket, _LOOK_SECONDS)
        except KeyboardInterrupt as pressed:
            # What is under way may be a commit, which is neither cancelled nor left in doubt.
            interrupt = pressed
            continue
        if interrupt is not None:
            raise interrupt
        return answers


def _exchange(pgconn: PGconn, requests: Sequence[Request]) -> PQGen[list[PGresult]]:
    for statement, parameters in requests:
        statement.send(pgconn, parameters)
    pgconn.pipeline_sync()
    while pgconn.flush():
        yield Wait.RW
        pgconn.consume_input()
    answers: list[PGresult] = []
    while True:
        while pgconn.is_busy():
            yield Wait.R
            _take_in(pgconn, answers)
        answer = pgconn.get_result()
        if answer is None:
            # The end of one statement's answer, or of what can be made of the server's.
            if pgconn.status == ConnStatus.BAD:
                raise OperationalError(pgconn.get_error_message())
            continue
        if answer.status == ExecStatus.PIPELINE_SYNC:
            return answers
        if answer.status != ExecStatus.PIPELINE_ABORTED:
            answers.append(answer)


def _take_in(pgconn: PGconn, answers: Sequence[PGresult]) -> None:
    try:
        pgconn.consume_input()
    except OperationalError:
        if answers and answers[-1].status not in _DONE:
            # The server has said why before it hung up.
            raise errors.error_from_result(answers[-1]) from None
        raise


def rows(answer: PGresult) -> Iterator[list[bytes | None]]:
    """Yield the rows of an answer, columns as they came."""
    columns = range(answer.nfields)
    for place in range(answer.ntuples):
        yield [answer.get_value(place, column) for column in columns]


def raise_failure(cursor: Cursor, answer: PGresult) -> None:
    """Raise psycopg's error where the answer is a failure."""
    if answer.status in _DONE:
        return
    if cursor.connection.pgconn.status == ConnStatus.BAD:
        # The answer is libpq's own then, and has no code to tell its kind by.
        raise OperationalError(answer.get_error_message())
    raise errors.error_from_result(answer)


def _oid(type_: str) -> int:
    known = postgres.types[type_.removesuffix("[]")]
    return known.array_oid if type_.endswith("[]") else known.oid
