"""A bound on the bytes of all bodies that one process holds at a time."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final, TypeAlias

from interfaces.webhook.refusals import TooManyBytesHeldError

MOST_HELD_BYTES: Final = 16 * 1024 * 1024

Hold: TypeAlias = Callable[[int], None]
"""Takes a number of bytes more. Raises `TooManyBytesHeldError` where there is no room for them."""


class HeldBodies:
    """Counts the bytes held, as they arrive: what is only announced takes no room."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0

    @contextmanager
    def of_one_request(self) -> Generator[Hold]:
        """Lend room for one body; all of it is given back at the end of the block."""
        held = 0

        def hold(size: int) -> None:
            nonlocal held
            if self._bytes + size > self._most_bytes:
                raise TooManyBytesHeldError
            self._bytes += size
            held += size

        try:
            yield hold
        finally:
            self._bytes -= held
