"""Opening, releasing, moving and listing activities, on request."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct

from application.entries import ActivityCommand, Entry, Outcome
from application.journal_writer import JournalWriter
from application.ports import Link, Links
from domain.activity import OpenActivity, ReleaseActivity
from domain.client import Client
from domain.errors import UnknownActivityError
from domain.metadata import Metadata

_PAGE: Final = 1_000


def activity_entry(
    client: Client, work_order_id: int, command: ActivityCommand, actor: str, now: datetime
) -> Entry:
    """Return the command as the journal takes it."""
    return Entry(
        client_id=client.id,
        work_order_id=work_order_id,
        command=command,
        arrived_at=now,
        metadata=Metadata("command", actor=actor),
        first_activity_id=client.first_activity_id,
    )


def periods_of(links: Links, client: Client, activity_id: int) -> list[Link]:
    """Return every period of an activity id, the earliest first.

    Raises `UnknownActivityError`.
    """
    periods = list(links.of_activity(client.id, activity_id))
    if not periods:
        raise UnknownActivityError(activity_id)
    return periods


class Move(Struct, frozen=True):
    """From which work order an activity moves to which."""

    source: int
    target: int


class Activities:
    """What an operator or an integrator does with activities."""

    def __init__(self, writer: JournalWriter, links: Links, now: Callable[[], datetime]) -> None:
        self._writer = writer
        self._links = links
        self._now = now

    def open(self, client: Client, work_order_id: int, command: OpenActivity, actor: str) -> int:
        """Open an activity on a work order and return its id.

        Raises what `domain.activity.open_activity` raises, and `StorageUnavailableError`.
        """
        outcome = self._write(client, work_order_id, command, actor)
        if outcome.activity_id is None:
            raise LookupError(work_order_id)
        return outcome.activity_id

    def release(self, client: Client, activity_id: int, reason: str | None, actor: str) -> int:
        """Release an open activity and return the work order that it followed.

        Raises `UnknownActivityError`, `ActivityNotOpenError` and `StorageUnavailableError`.
        """
        work_order_id = self.periods(client, activity_id)[-1].work_order_id
        self._write(client, work_order_id, ReleaseActivity(activity_id, reason), actor)
        return work_order_id

    def move(
        self, client: Client, activity_id: int, work_orders: Move, reason: str | None, actor: str
    ) -> None:
        """Release an activity from a work order and open it on another, both or neither.

        Raises `ActivityNotOpenError`, what `domain.activity.open_activity` raises, and
        `StorageUnavailableError`.
        """
        now = self._now()
        commands: tuple[tuple[int, ActivityCommand], ...] = (
            (work_orders.source, ReleaseActivity(activity_id, reason)),
            (work_orders.target, OpenActivity(activity_id, reason)),
        )
        self._writer.write_together(
            [
                activity_entry(client, work_order_id, command, actor, now)
                for work_order_id, command in commands
            ]
        )

    def periods(self, client: Client, activity_id: int) -> list[Link]:
        """Return every period of an activity id. Raises `UnknownActivityError`."""
        return periods_of(self._links, client, activity_id)

    def all_open(self, client: Client) -> Iterator[Link]:
        """Return the client's open activities, by id."""
        after = 0
        while page := self._links.open_links(client.id, after, _PAGE):
            yield from page
            after = page[-1].activity_id

    def _write(
        self, client: Client, work_order_id: int, command: ActivityCommand, actor: str
    ) -> Outcome:
        entry = activity_entry(client, work_order_id, command, actor, self._now())
        [answer] = self._writer.write([entry])
        if isinstance(answer, Exception):
            raise answer
        return answer
