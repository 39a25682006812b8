"""Reading answers off a connection, as little of them as the sender needs."""

import re
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class AnswerReader:
    """Puts the pieces of one answer after the other together."""

    def __init__(self) -> None:
        self._read = b""

    def feed(self, piece: bytes) -> int | None:
        """Return the status once an answer is complete; raises `ValueError` without a length."""
        self._read += piece
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end:
            return None
        length = _LENGTH.search(head + b"\r\n")
        if length is None:
            raise ValueError("an answer without a content-length")
        if len(body) < int(length[1]):
            return None
        self._read = body[int(length[1]) :]
        return int(head.split(b" ", 2)[1])
