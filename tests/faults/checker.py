"""What the ledger says against what the log says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from uuid import UUID

from domain.activity import ActivityOpened, WorkOrderReported, WorkOrderReportRepeated
from domain.quarantine import DeliveryQuarantined, DeliveryQuarantinedAgain
from domain.record import RecordedEvent
from infrastructure.database import Database
from tests.application.whole_log import WholeLog
from tests.faults.ledger import Delivery
from tests.proof import deliveries_on_record, events_of, prove_whole

_EXPECTED = {200, 503}


@dataclass
class Findings:
    """What became of the deliveries, and all that is wrong besides, in sentences.

    `aside` counts those of `acknowledged` that were to be set aside.
    """

    sent: int = 0
    acknowledged: int = 0
    aside: int = 0
    repeated: int = 0
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)


def judge(
    deliveries: Iterable[Delivery], events: Sequence[RecordedEvent], client_id: UUID
) -> Findings:
    """Compare each delivery with what is on record of it.

    Lost: acknowledged without a report, or more often than it is on record. Doubled: two reports,
    or on record more often than it was sent. That a body was set aside counts as its report, where
    it was to be set aside.
    """
    found = Findings()
    recorded = deliveries_on_record(list(events)) + _asides_on_record(events)
    places = _places(events)
    opened = {e.originator_id: e.event.activity_id for e in events if _opens(e)}  # type: ignore[union-attr]
    for delivery in deliveries:
        reports, repeats = recorded[delivery.digest, False], recorded[delivery.digest, True]
        acknowledged = delivery.acknowledgements
        found.sent += delivery.sends
        found.acknowledged += acknowledged > 0
        found.aside += acknowledged > 0 and delivery.work_order_id is None
        found.repeated += repeats
        found.lost += (acknowledged > 0 and reports == 0) or acknowledged > reports + repeats
        found.doubled += reports > 1 or reports + repeats > delivery.sends
        stream = delivery.stream(client_id)
        if places.pop(delivery.digest, {stream}) != {stream}:
            found.problems.append(f"{delivery.digest} is on another stream than it was sent to")
        found.problems += _wrong_answers(delivery, opened.get(stream))
    if places:
        found.problems.append(f"{len(places)} bodies are on record that nobody sent")
    return found


def check(
    deliveries: Sequence[Delivery],
    seen: Sequence[tuple[int, UUID]],
    database: Database,
    client_id: UUID,
) -> Findings:
    """Judge the deliveries, prove the log whole, and see that the follower saw all of it."""
    events, refuted = _proven(database)
    found = judge(deliveries, events, client_id)
    found.problems += refuted
    if list(seen) != [(event.position, event.event_id) for event in events]:
        found.problems.append(f"the follower saw {len(seen)} rows, not the {len(events)} in order")
    links = [(it.from_position, it.activity_id) for it in WholeLog(database).links()]
    if links != [(it.position, it.event.activity_id) for it in events if _opens(it)]:  # type: ignore[union-attr]
        found.problems.append("the links are not the openings on record")
    return found


def _opens(recorded: RecordedEvent) -> bool:
    return isinstance(recorded.event, ActivityOpened)


def _asides_on_record(events: Iterable[RecordedEvent]) -> Counter[tuple[str, bool]]:
    recorded: Counter[tuple[str, bool]] = Counter()
    digests: dict[UUID, str] = {}
    for it in events:
        if isinstance(it.event, DeliveryQuarantined):
            digests[it.originator_id] = it.event.digest.hex()
            recorded[digests[it.originator_id], False] += 1
        elif isinstance(it.event, DeliveryQuarantinedAgain):
            recorded[digests.get(it.originator_id, ""), True] += 1
    return recorded


def _places(events: Iterable[RecordedEvent]) -> dict[str, set[UUID]]:
    places: dict[str, set[UUID]] = {}
    for it in events:
        if isinstance(it.event, WorkOrderReported | WorkOrderReportRepeated | DeliveryQuarantined):
            places.setdefault(it.event.digest.hex(), set()).add(it.originator_id)
    return places


def _wrong_answers(delivery: Delivery, activity_id: int | None) -> list[str]:
    answers = [answer for answer in delivery.answers if answer.status == 200]
    verdicts = Counter(answer.verdict for answer in answers)
    odd = {answer.status for answer in delivery.answers} - _EXPECTED
    wrong = [f"{delivery.digest} was answered {sorted(odd)}"] if odd else []
    fitting = {"unrelated"} if delivery.work_order_id is None else {"recorded", "repeated"}
    if verdicts["recorded"] > 1 or set(verdicts) - fitting:
        wrong.append(f"{delivery.digest} has the verdicts {dict(verdicts)}")
    if any(answer.activity_id != activity_id for answer in answers):
        wrong.append(f"{delivery.digest} was told another activity than {activity_id}")
    return wrong


def _proven(database: Database) -> tuple[list[RecordedEvent], list[str]]:
    try:
        return prove_whole(database), []
    except AssertionError as error:
        place = extract_tb(error.__traceback__)[-1]
        told = f"{Path(place.filename).name}:{place.lineno} does not hold: {place.line}"
        return events_of(database), [told]
