"""How often a database is asked."""

from collections.abc import Generator
from contextlib import contextmanager

from infrastructure.database import Database, Rows


class CountingDatabase(Database):
    """A database that counts how often it was asked."""

    asked = 0

    @contextmanager
    def connection(self) -> Generator[Rows]:
        """Lend a connection."""
        self.asked += 1
        with super().connection() as connection:
            yield connection
