"""How fast the journal writes, so that it takes no more than it can write in time."""

from typing import Final

_EXPECTED: Final = 5_000.0
"""Entries a second, before anything was measured."""

_TELLING_ENTRIES: Final = 32
_TELLING_SECONDS: Final = 0.1


class Pace:
    """Entries a second over about the last second of writing."""

    def __init__(self) -> None:
        self.entries_a_second = _EXPECTED

    def note(self, entries: int, seconds: float) -> None:
        """Take a batch of so many entries, written in so many seconds, into account."""
        # A large batch takes hardly longer than a small one, which tells nothing if it was fast.
        if entries < _TELLING_ENTRIES and seconds < _TELLING_SECONDS:
            return
        weight = min(1.0, seconds)
        self.entries_a_second += weight * (entries / max(seconds, 1e-6) - self.entries_a_second)
