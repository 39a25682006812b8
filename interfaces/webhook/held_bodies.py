"""A bound on the bytes of all bodies that one process holds at a time."""

from typing import Final, Self

from interfaces.webhook.refusals import TooManyBytesHeldError

MOST_HELD_BYTES: Final = 16 * 1024 * 1024


class HeldBodies:
    """Counts the bytes held, as they arrive: what is only announced takes no room."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0

    def of_one_request(self) -> "Hold":
        """Return room for one body, to be given back at the end of a block."""
        return Hold(self)


class Hold:
    """What one request holds."""

    __slots__ = ("_all", "_bytes")

    def __init__(self, held_bodies: HeldBodies) -> None:
        self._all = held_bodies
        self._bytes = 0

    def add(self, size: int) -> None:
        """Take so many bytes more. Raises `TooManyBytesHeldError` where there is no room."""
        if self._all.bytes + size > self._all.most_bytes:
            raise TooManyBytesHeldError
        self._all.bytes += size
        self._bytes += size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._all.bytes -= self._bytes
