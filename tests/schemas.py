"""Empty schemas on a server, each the whole database for whoever is given its address."""

from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql


@contextmanager
def schema(server_url: str, kind: str) -> Generator[str]:
    """Lend the address of an empty schema, dropped afterwards."""
    name = f"{kind}_{uuid4().hex}"
    identifier = sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(identifier))
    joint = "&" if "?" in server_url else "?"
    try:
        yield f"{server_url}{joint}options=-csearch_path%3D{name}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(identifier))
