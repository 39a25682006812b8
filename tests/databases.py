"""Databases that are backed up and put back."""

from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql


class CopiedDatabase:
    """A database with a backup: a copy of all its files, as they were at one moment."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._name = f"live_{uuid4().hex}"
        self._backup = f"backup_{uuid4().hex}"
        self.url = urlsplit(server_url)._replace(path=f"/{self._name}").geturl()
        joint = "&" if urlsplit(self.url).query else "?"
        self.schema_url = f"{self.url}{joint}options=-csearch_path%3Dpublic"

    def back_up(self) -> None:
        """Copy the database; nobody may be connected to it."""
        self._execute("DROP DATABASE IF EXISTS {}", self._backup)
        self._execute("CREATE DATABASE {} TEMPLATE {}", self._backup, self._name)

    def put_back(self) -> None:
        """Put the backup in the database's place; whoever is connected is cut off."""
        self._execute("DROP DATABASE {} WITH (FORCE)", self._name)
        self._execute("CREATE DATABASE {} TEMPLATE {}", self._name, self._backup)

    @contextmanager
    def existing(self) -> Generator[None]:
        """Let the database exist for the length of a block."""
        self._execute("CREATE DATABASE {}", self._name)
        try:
            yield
        finally:
            for name in (self._name, self._backup):
                self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
