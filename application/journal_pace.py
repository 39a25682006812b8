"""How fast the journal writes, so that it takes no more than it can write in time."""

from typing import Final

_EXPECTED: Final = 5_000.0
"""Entries a second, where nothing tells otherwise."""

_TELLING_ENTRIES: Final = 32
_TELLING_SECONDS: Final = 0.1


class Pace:
    """Entries a second over about the last second of writing.

    A small batch that was fast tells little, since a large one would hardly have taken longer: it
    only lets what was slow before be forgotten, in about as many seconds as it took.
    """

    def __init__(self) -> None:
        self.entries_a_second = _EXPECTED

    def note(self, entries: int, seconds: float, elapsed: float) -> None:
        """Take a batch of so many entries into account, written in so many seconds.

        `elapsed` is how long ago the batch before it was done.
        """
        if entries >= _TELLING_ENTRIES or seconds >= _TELLING_SECONDS:
            self._move(entries / max(seconds, 1e-6), min(1.0, seconds))
        elif self.entries_a_second < _EXPECTED:
            self._move(_EXPECTED, min(1.0, elapsed))

    def _move(self, rate: float, weight: float) -> None:
        self.entries_a_second += weight * (rate - self.entries_a_second)
