"""Given what is on record, when this is asked for, then these events are decided, or it is refused.

    given(reported(b"a"), opened(7)).when(report(b"a", now=after(minutes=5))).then(repeated(of=1))

`given` and the words inside it belong to one aggregate; `activities.py` has those of an activity.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import pytest
from msgspec import Struct

from domain.errors import WorktrailError

NOON = datetime(2025, 7, 8, 12, tzinfo=UTC)

State = TypeVar("State")
Event = TypeVar("Event")
Refusal = TypeVar("Refusal", bound=WorktrailError)


def after(*, hours: int = 0, minutes: int = 0, microseconds: int = 0) -> datetime:
    """Return a moment as its distance from noon."""
    return NOON + timedelta(hours=hours, minutes=minutes, microseconds=microseconds)


class Past(Struct, Generic[Event], frozen=True):
    """An event, when it was recorded and whose it is; of an expectation, the event alone counts."""

    event: Event
    at: datetime = NOON
    sender: str | None = "default"


class Decision(Generic[Event]):
    """What somebody asked for; it is decided by saying what should come of it."""

    def __init__(self, decide: Callable[[], Iterable[Event]]) -> None:
        self._decide = decide

    def then(self, *expected: Past[Event]) -> None:
        assert list(self._decide()) == [past.event for past in expected]

    def refused(self, error: type[Refusal]) -> Refusal:
        """Return the refusal for the facts that it carries."""
        with pytest.raises(error) as raised:
            self._decide()
        return raised.value


class Given(Generic[State, Event]):
    """What an aggregate's decisions know after its past."""

    def __init__(self, state: State) -> None:
        self.state = state

    def when(self, decide: Callable[[State], Iterable[Event]]) -> Decision[Event]:
        return Decision(lambda: decide(self.state))
