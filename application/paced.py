"""Writing much without holding up the deliveries that arrive meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Final, TypeVar

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
