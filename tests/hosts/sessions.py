"""What the server's sessions hold, wait for or do just now."""

from infrastructure.database import Database


def finds(database: Database, statement: str, *parameters: object) -> bool:
    """Say whether a statement finds a row."""
    # A transaction of its own each time: within one, sessions are seen as they first were.
    with database.connection() as connection:
        return connection.execute(statement.encode(), parameters).fetchone() is not None
