"""Writing much without holding up the deliveries that arrive meanwhile."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock
from time import monotonic
from typing import Final, TypeVar

from application.entries import Answer, Entry
from application.journal_writer import JournalWriter

Batch = TypeVar("Batch")

_LONGEST_REST_SECONDS: Final = 1.0


def paced(batches: Iterable[Batch], rest: Callable[[float], object]) -> Iterator[Batch]:
    """Return the batches, and rest after each as long as it took, but no longer than a second.

    `rest` waits for so many seconds.
    """
    for batch in batches:
        begun = monotonic()
        yield batch
        # Deliveries wait while a batch is written: half of the time is theirs alone.
        rest(min(monotonic() - begun, _LONGEST_REST_SECONDS))


class PacedWriter:
    """Writes batches at that pace, however many threads have some: they take turns."""

    def __init__(self, writer: JournalWriter, rest: Callable[[float], object]) -> None:
        """`rest` waits for so many seconds."""
        self._writer = writer
        self._rest = rest
        self._turn = Lock()

    def write(self, entries: Sequence[Entry]) -> list[Answer]:
        """Write a batch and rest. Answers and raises as `JournalWriter.write` does."""
        with self._turn:
            [answers] = [self._writer.write(batch) for batch in paced([entries], self._rest)]
        return answers

    def close(self) -> None:
        """Give the connection back."""
        self._writer.close()
