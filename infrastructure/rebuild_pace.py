"""How a rebuild leaves room for deliveries: the more arrive meanwhile, the more it rests.

Processes of ours can be made to give way, those that the server runs for them cannot.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

_BUSY: Final = 1_000
"""Events a second. From here on it rests longest, below that in proportion."""

_RESTS: Final = 2.0
"""So many times as long as it works it rests at most."""

_WORK_SECONDS: Final = 0.05
_LONGEST_REST_SECONDS: Final = 1.0


class RebuildPace:
    """Rests now and then, by how far the log went on meanwhile."""

    def __init__(
        self, clock: Callable[[], float] = monotonic, rest: Callable[[float], None] = sleep
    ) -> None:
        self._clock = clock
        self._rest = rest
        self._looked_at = self._began = clock()
        self._end: int | None = None

    def is_due(self) -> bool:
        """Say whether it has worked for so long that it is time to look whether to rest."""
        return self._end is None or self._clock() - self._began >= _WORK_SECONDS

    def rest(self, end: int) -> None:
        """Rest as is fit after some work, at whose end the log has this many events."""
        now = self._clock()
        if self._end is not None and end > self._end and now > self._looked_at:
            arriving = (end - self._end) / (now - self._looked_at)
            share = min(1.0, arriving / _BUSY)
            self._rest(min(_LONGEST_REST_SECONDS, share * _RESTS * (now - self._began)))
        self._looked_at, self._end = now, end
        self._began = self._clock()
