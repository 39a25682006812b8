"""A read model's table as a declaration, and the statements that follow from it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import psycopg
from msgspec import Struct
from psycopg import Cursor, sql

from application.read_model_ports import RefusedRowsError, Row
from infrastructure.kept_words import WordsDumper

Rows: TypeAlias = Cursor[tuple[Any, ...]]

# What PostgreSQL or its driver say of a row that can never be written, whoever tries.
_REFUSALS: Final = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    UnicodeError,
    OverflowError,
)


class ReadTable(Struct, frozen=True):
    """What a read model's table looks like.

    `columns` are in the order of the fold's rows, each with its type and what else is to be said.
    A row whose `key` is there already takes its place, column by column; `merged` has the
    expressions of those that are not simply replaced, in which `old` and `new` are the two rows.
    Where it is `announced`, whoever waits for the read model to move on is woken.
    `shape` counts up whenever the table or what the fold writes into it changes.
    """

    name: str
    shape: int
    columns: Mapping[str, str]
    key: tuple[str, ...]
    indexes: Mapping[str, str] = {}
    merged: Mapping[str, str] = {}
    appended: bool = False
    announced: bool = False

    def table(self, generation: int | str) -> sql.Identifier:
        """Return the name of a generation's table."""
        return sql.Identifier(f"{self.name}_{generation}")

    def create(self, cursor: Rows, generation: int | str) -> None:
        """Create a generation's table, without the indexes that a filling would only slow down."""
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in self.columns.items()
        ]
        cursor.execute(
            sql.SQL("CREATE TABLE {} ({})").format(
                self.table(generation), sql.SQL(", ").join(columns)
            )
        )
        if not self.appended:
            self._create_key(cursor, generation)

    def create_left_out_key(self, cursor: Rows, generation: int | str) -> None:
        """Create the key where it was left out at first."""
        if self.appended:
            self._create_key(cursor, generation)

    def vacuum_by_itself(self, cursor: Rows, generation: int | str, *, enabled: bool) -> None:
        """Have PostgreSQL clean the table up now and then, or leave it alone."""
        # A statement that meets the cleaning waits a second before it breaks that off.
        cursor.execute(
            sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = {})").format(
                self.table(generation), enabled
            )
        )

    def index_statements(self, generation: int | str) -> list[sql.Composed]:
        """Return what creates the indexes that were left out at first; their order is free."""
        return [
            sql.SQL("CREATE INDEX {} ON {} {}").format(
                sql.Identifier(f"{self.name}_{generation}_{suffix}"),
                self.table(generation),
                sql.SQL(definition),
            )
            for suffix, definition in self.indexes.items()
        ]

    def keep_others_out(self, cursor: Rows, generation: int | str) -> None:
        """Let nobody else write into a generation's table up to the end of the transaction."""
        # They may have to wait for their processor as well as for the lock.
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute(
            sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(self.table(generation))
        )

    def write(self, cursor: Rows, generation: int | str, rows: Sequence[Row]) -> None:
        """Write rows, each in the place of the one with its key. Raises `RefusedRowsError`."""
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        try:
            with cursor.connection.transaction():
                cursor.execute(self._write_statement(generation), columns)
        except _REFUSALS as error:
            raise RefusedRowsError(_sentence(error)) from error

    def copy(self, cursor: Rows, generation: int | str, rows: Sequence[Row]) -> None:
        """Write rows whose keys are all new, the fast way, outside of any transaction.

        Raises `RefusedRowsError`.
        """
        if not rows:
            return
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            self.table(generation), self._names()
        )
        cursor.adapters.register_dumper(None, WordsDumper)
        try:
            with cursor.copy(statement) as copy:
                copy.set_types(self._types())
                for row in rows:
                    copy.write_row(row)
        except _REFUSALS as error:
            raise RefusedRowsError(_sentence(error)) from error

    def _create_key(self, cursor: Rows, generation: int | str) -> None:
        key = sql.SQL(", ").join(map(sql.Identifier, self.key))
        cursor.execute(
            sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(self.table(generation), key)
        )

    def _write_statement(self, generation: int | str) -> sql.Composed:
        types = [sql.SQL("%b::{}[]").format(sql.SQL(kind)) for kind in self._types()]
        insert = sql.SQL("INSERT INTO {} AS old ({}) SELECT * FROM unnest({})").format(
            self.table(generation), self._names(), sql.SQL(", ").join(types)
        )
        if self.appended:
            return insert
        others = [name for name in self.columns if name not in self.key]
        changes = [
            sql.SQL("{} = {}").format(sql.Identifier(name), self._merge(name)) for name in others
        ]
        return sql.SQL("{} ON CONFLICT ({}) DO UPDATE SET {}").format(
            insert,
            sql.SQL(", ").join(map(sql.Identifier, self.key)),
            sql.SQL(", ").join(changes),
        )

    def _merge(self, name: str) -> sql.Composable:
        merged = self.merged.get(name)
        if merged is None:
            return sql.SQL("excluded.{}").format(sql.Identifier(name))
        return sql.SQL(merged.replace("new.", "excluded."))

    def _names(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))

    def _types(self) -> list[str]:
        return [kind.split()[0] for kind in self.columns.values()]


def _sentence(error: Exception) -> str:
    # PostgreSQL's own words quote the value, and values are what senders say.
    return f"The table cannot hold the row ({type(error).__name__})."
