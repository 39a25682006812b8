"""Words as PostgreSQL keeps them: a `tsvector` without places, which nothing here asks for."""

from typing import Final

from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format

_NO_PLACES: Final = "\0\0\0"
"""The end of a word, and that no places of it follow (tsvectorrecv in PostgreSQL's tsvector.c)."""


class WordsDumper(Dumper):
    """Sends words in the binary format; they are told with a space between each two."""

    oid = types["tsvector"].oid
    format = Format.BINARY

    def dump(self, obj: str) -> bytes:
        """Return the words, each of which is told once."""
        if not obj:
            return bytes(4)
        number = 1 + obj.count(" ")
        return number.to_bytes(4, "big") + (obj.replace(" ", _NO_PLACES) + _NO_PLACES).encode()
