"""How fast the journal writes, so that it takes no more than it can write in time."""

from typing import Final

MOST_BATCH_ENTRIES: Final = 1_000
FEWEST_ENTRIES: Final = 100
"""May wait however slowly the journal writes."""

_EXPECTED: Final = 5_000.0
"""Entries a second, where nothing tells otherwise; that more could be written changes nothing."""

_ENTRIES_SECONDS: Final = 1.0
"""So long may the entries that wait take."""

_BATCHES_SECONDS: Final = 2.5
"""So long may their batches take, whatever is in them; the deadline is 4 s."""

_TELLING_ENTRIES: Final = 32
_TELLING_SECONDS: Final = 0.1
_FEW_ENTRIES: Final = FEWEST_ENTRIES // 2

_REMEMBERED_SECONDS: Final = 0.3
"""Of writing: long enough that a stall of a moment has nobody refused, and no longer."""


class Pace:
    """What a batch takes of late: so long whatever is in it, and so much more for each entry.

    A database that is far away takes long over any batch, and a larger one brings more; one whose
    disk is busy takes longer over a larger one. Were the two not told apart, the first would be
    handed smaller and smaller batches, each as slow as the last.

    A small batch that was fast tells little: it only lets what was slow before be forgotten, so
    that the pace doubles in about a second.
    """

    def __init__(self) -> None:
        self.batch_seconds = 0.0
        self.entries_a_second = _EXPECTED

    def note(self, entries: int, seconds: float, elapsed: float) -> None:
        """Take a batch of so many entries into account, written in so many seconds.

        `elapsed` is how long ago the batch before it was done.
        """
        if seconds < self.batch_seconds:
            self.batch_seconds = seconds
        elif entries <= _FEW_ENTRIES:
            # By half: it may have been a stall, or a connection to be opened first.
            self.batch_seconds = (self.batch_seconds + seconds) / 2
        if entries >= _TELLING_ENTRIES or seconds >= _TELLING_SECONDS:
            # However little of it the entries seem to have taken, more of them are tried by steps.
            for_entries = max(seconds - self.batch_seconds, seconds / 4, 1e-6)
            weight = min(1.0, seconds / _REMEMBERED_SECONDS) * min(1.0, entries / _FEW_ENTRIES)
            told = min(entries / for_entries, _EXPECTED)
            self.entries_a_second += weight * (told - self.entries_a_second)
        else:
            self.entries_a_second = min(self.entries_a_second * (1 + elapsed), _EXPECTED)

    def most_waiting(self, under_way: int, seconds: float) -> int:
        """Return how many entries may wait while a batch of so many has taken so long already."""
        rate, for_entries = self.entries_a_second, seconds - self.batch_seconds
        if for_entries > _ENTRIES_SECONDS:
            rate = min(rate, under_way / for_entries)
        in_time = rate * _ENTRIES_SECONDS
        if self.batch_seconds > _TELLING_SECONDS:
            batches = _BATCHES_SECONDS / self.batch_seconds - 1
            in_time = min(in_time, batches * MOST_BATCH_ENTRIES)
        return max(FEWEST_ENTRIES, int(in_time))
