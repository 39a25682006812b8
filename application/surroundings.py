"""What is known of a work order beside its own fields: where it was, and what recalls it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from application.aggregates import Aggregates
from application.histories import PointInTime, was_known
from application.query_ports import OutdatedReadModelError, Recalls
from domain.absences import Absence, absence_document, absences, reports_of
from domain.client import Client
from domain.document import JsonValue
from domain.history import History, Known, tell
from domain.identity import activity_stream
from domain.work_order import RECALL, WorkOrder, as_document, recalled

_NOW: Final = PointInTime()


class Surroundings(Struct, frozen=True):
    """The times in which a work order was assigned elsewhere, and the recalls of it.

    `recalled_by` is `None` where that cannot be told before the search is rebuilt.
    """

    absences: Sequence[Absence] = ()
    recalled_by: Sequence[int] | None = None


class Lookout:
    """Looks around work orders."""

    def __init__(self, aggregates: Aggregates, recalls: Recalls) -> None:
        self._aggregates = aggregates
        self._recalls = recalls

    def now(self, client: Client, work_order_id: int, known: Known) -> Surroundings:
        """Return what surrounds a work order now. Raises `StorageUnavailableError`."""
        return Surroundings(
            self.absences(client, activity_stream(client.id, work_order_id), known),
            self._recalled_by(client.id, work_order_id, _NOW),
        )

    def at(
        self, client: Client, work_order_id: int, history: History, moment: PointInTime
    ) -> Surroundings:
        """Return what surrounded it at the moment of its history.

        Raises `StorageUnavailableError`.
        """
        found: list[Absence] = []
        if history.work_order.moved:
            events = (told.recorded for told in history.moments)
            found = absences(reports_of(events, moment.effective_at), client.provider_ids)
        return Surroundings(found, self._recalled_by(client.id, work_order_id, moment))

    def absences(self, client: Client, stream_id: UUID, known: Known) -> list[Absence]:
        """Return when it was elsewhere, up to the version that is known."""
        if not known.work_order.moved:
            return []
        events = self._aggregates.recorded(stream_id, upto=known.version)
        return absences(reports_of(events), client.provider_ids)

    def document(self, client: Client, stream_id: UUID, known: Known) -> dict[str, JsonValue]:
        """Return the state as the client is shown it, and whether it is elsewhere."""
        elsewhere = absence_member(self.absences(client, stream_id, known))
        return as_document(known.work_order, client.preferred_sender) | elsewhere

    def _recalled_by(
        self, client_id: UUID, work_order_id: int, moment: PointInTime
    ) -> list[int] | None:
        try:
            found = self._recalls.of_work_order(client_id, work_order_id)
        except OutdatedReadModelError:
            return None
        if moment == _NOW:
            return list(found)
        return [it for it in found if self._recalled(client_id, it, moment) == work_order_id]

    def _recalled(self, client_id: UUID, work_order_id: int, moment: PointInTime) -> int | None:
        """Return what a work order was known to be a recall of at a moment."""
        events = self._aggregates.recorded(activity_stream(client_id, work_order_id))
        known = (event for event in events if was_known(event.recorded_at, moment.as_of))
        fact = tell(known, moment.effective_at).work_order.facts.get(RECALL)
        return None if fact is None else recalled(fact.value)


def state_document(
    client: Client, work_order: WorkOrder, surroundings: Surroundings
) -> dict[str, JsonValue]:
    """Return the state as the client is shown it, in its surroundings."""
    recalled_by = surroundings.recalled_by
    return (
        as_document(work_order, client.preferred_sender)
        | absence_member(surroundings.absences)
        | {"RecalledBy": None if recalled_by is None else list(recalled_by)}
    )


def absence_member(absences: Sequence[Absence]) -> dict[str, JsonValue]:
    """Return the state's member that says whether it is elsewhere: the absence that lasts."""
    lasting = next((one for one in absences if one.until is None), None)
    return {"AssignedElsewhere": None if lasting is None else absence_document(lasting)}
