"""Reading answers off a connection, as little of them as the sender needs."""

import re
from typing import Final

from msgspec import Struct

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_RETRY_AFTER: Final = re.compile(rb"\r\nretry-after: *\d+\r\n", re.IGNORECASE)


class Answer(Struct, frozen=True):
    """What an answer's head says."""

    status: int
    retry_after: bool = False


class AnswerReader:
    """Puts the pieces of one answer after the other together."""

    def __init__(self) -> None:
        self._read = b""

    def feed(self, piece: bytes) -> Answer | None:
        """Return an answer once it is complete; raises `ValueError` without a length."""
        self._read += piece
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end:
            return None
        lines = head + b"\r\n"
        length = _LENGTH.search(lines)
        if length is None:
            raise ValueError("an answer without a content-length")
        if len(body) < int(length[1]):
            return None
        self._read = body[int(length[1]) :]
        return Answer(int(head.split(b" ", 2)[1]), bool(_RETRY_AFTER.search(lines)))
