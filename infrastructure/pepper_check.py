"""Whether this process has the pepper that the database's keys were hashed with."""

from typing import Final

from application.ports import KeyedHash
from domain.errors import WorktrailError
from infrastructure.database import Database

_TEXT: Final = "worktrail"

_FIRST: Final = "INSERT INTO pepper_check (hash) VALUES (%s) ON CONFLICT DO NOTHING"
_KNOWN: Final = "SELECT hash FROM pepper_check"


class OtherPepperError(WorktrailError):
    """The database was made with another pepper, so no key would be right."""

    def __init__(self) -> None:
        super().__init__(
            "The database was made with another pepper, so no key and no token would open "
            "anything: restore the file pepper of the data folder, or WORKTRAIL_PEPPER."
        )


def check_pepper(database: Database, keyed_hash: KeyedHash) -> None:
    """Leave this pepper's mark in a new database. Raises `OtherPepperError` in another's."""
    expected = keyed_hash(_TEXT)
    with database.connection() as connection:
        connection.execute(_FIRST, (expected,))
        row = connection.execute(_KNOWN).fetchone()
    if row is None or bytes(row[0]) != expected:
        raise OtherPepperError
