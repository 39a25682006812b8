"""Whether this process has the pepper that the database's keys were hashed with."""

import logging
from typing import Final

from application.ports import KeyedHash
from domain.errors import WorktrailError
from infrastructure.database import Database

_TEXT: Final = "worktrail"

_FIRST: Final = """
    INSERT INTO pepper_check (hash) VALUES (%s) ON CONFLICT DO NOTHING
    RETURNING EXISTS (SELECT FROM event_log)
"""
_KNOWN: Final = "SELECT hash FROM pepper_check"


_log = logging.getLogger("worktrail")


class OtherPepperError(WorktrailError):
    """The database was made with another pepper, so no key would be right."""

    def __init__(self) -> None:
        super().__init__(
            "The database was made with another pepper, so no key and no token would open "
            "anything: restore the file pepper of the data folder, or WORKTRAIL_PEPPER."
        )


def check_pepper(database: Database, keyed_hash: KeyedHash) -> None:
    """Leave this pepper's mark in a database without one. Raises `OtherPepperError` in another's.

    Where there are events already, hashes alone cannot tell which pepper is theirs: that is said.
    """
    expected = keyed_hash(_TEXT)
    with database.connection() as connection:
        marked = connection.execute(_FIRST, (expected,)).fetchone()
        if marked is not None and marked[0]:
            _log.warning(
                "The database did not say with which pepper it was made, so this one counts from "
                "now on: see that a key that was issued before still opens (docs/backups.md)."
            )
        row = connection.execute(_KNOWN).fetchone()
    if row is None or bytes(row[0]) != expected:
        raise OtherPepperError
