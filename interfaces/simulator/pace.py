"""Keeping to a rate."""

from time import monotonic

_CATCH_UP_SECONDS = 0.1


class Pace:
    """Spreads starts evenly; a delay is made up for, as far as it was no longer than 0.1 s."""

    def __init__(self, per_second: float | None) -> None:
        """`per_second` null means: as fast as one likes."""
        self._interval = 0.0 if per_second is None else 1.0 / per_second
        self._due = monotonic()

    def seconds_to_next(self) -> float:
        """Return how long to wait before the next start, which is taken as done after that."""
        now = monotonic()
        due = max(self._due, now - _CATCH_UP_SECONDS)
        self._due = due + self._interval
        return max(due - now, 0.0)
