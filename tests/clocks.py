"""Clocks that are set: the database's by a table, the service's own by a file."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg

import app
from infrastructure.clock import now

CLOCK_FILE: Final = "TESTS_CLOCK_FILE"
"""The setting that names the file: the seconds in it are added to the time."""

PROGRAM: Final = "from tests.clocks import cli; cli()"

DATABASE_CLOCK: Final = (
    "CREATE TABLE {schema}.clock AS SELECT interval '0' AS shift",
    "CREATE FUNCTION {schema}.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE"
    " AS 'SELECT pg_catalog.clock_timestamp() + shift FROM {schema}.clock'",
)
"""What gives a schema a clock of its own, once PostgreSQL's stands behind it in the search path."""

BEFORE_PG_CATALOG: Final = "%2Cpg_catalog"
"""Comes behind a search path in an address."""


class Clocks:
    """The clocks of a schema and of the services on it, set as one; this process's own stays."""

    def __init__(self, schema_url: str, folder: Path) -> None:
        self.url = schema_url + BEFORE_PG_CATALOG
        self.environment = {CLOCK_FILE: str(folder / "clock")}
        with psycopg.connect(schema_url) as connection:
            row = connection.execute("SELECT quote_ident(current_schema())").fetchone()
            for statement in DATABASE_CLOCK:
                connection.execute(statement.format(schema=row[0] if row else "").encode())
        self.set(timedelta())

    def set(self, shift: timedelta) -> None:
        """Put the clocks before the time, or behind it."""
        Path(self.environment[CLOCK_FILE]).write_text(str(shift.total_seconds()))
        with psycopg.connect(self.url) as connection:
            connection.execute("UPDATE clock SET shift = %s", (shift,))


def shifted_now() -> datetime:
    """Return the time of the clock that was set."""
    return now() + timedelta(seconds=float(Path(os.environ[CLOCK_FILE]).read_text() or 0))


def cli() -> None:
    """Run the command line with this clock in the place of the usual one."""
    vars(app)["now"] = shifted_now
    app.cli()
