"""How the reports of a work order combine into what is known of it, field by field.

Every fact carries the order of the report that set it, and a later order wins. So the result does
not depend on the order in which reports are folded, and provenance is part of the state.
"""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from domain.document import JsonValue
from domain.members import WORK_ORDER
from domain.notification import Path

Order: TypeAlias = tuple[datetime, int]
"""When a report speaks of, then its version: the one total order that decides every field."""


# Nothing in these refers back to them, and there are millions: the search for cycles among them
# took a third of the time of whoever follows the log.
class Report(Struct, frozen=True, gc=False):
    """What one recorded delivery says of its work order, and when it counts."""

    version: int
    arrived_at: datetime
    reported_at: datetime | None
    sender: str | None
    facts: dict[Path, JsonValue]

    @property
    def effective_at(self) -> datetime:
        """The reported time, unless there is none or it lies after the arrival: then that."""
        if self.reported_at is None or self.reported_at > self.arrived_at:
            return self.arrived_at
        return self.reported_at

    @property
    def order(self) -> Order:
        """Where this report stands among all reports of the work order."""
        return self.effective_at, self.version


class Fact(Struct, frozen=True, gc=False):
    """A value and the report that set it."""

    value: JsonValue
    order: Order
    sender: str | None

    @property
    def version(self) -> int:
        """The version of the report that set the value."""
        return self.order[1]


class WorkOrder(Struct, frozen=True, gc=False):
    """What is known of a work order; `latest` is the order of the latest report folded."""

    facts: dict[Path, Fact] = {}
    latest: Order | None = None


class Change(Struct, frozen=True):
    """A field that a report changed; `before` is `None` where nothing was known."""

    path: Path
    before: JsonValue
    after: JsonValue


def is_late(work_order: WorkOrder, report: Report) -> bool:
    """Say whether the report comes behind one that was folded already."""
    return work_order.latest is not None and report.order < work_order.latest


def fold(work_order: WorkOrder, report: Report) -> WorkOrder:
    """Fold a report in; a late one fills only what no later report has set."""
    order = report.order
    latest = work_order.latest
    if latest is None or latest < order:
        told = {path: Fact(value, order, report.sender) for path, value in report.facts.items()}
        return WorkOrder(work_order.facts | told, order)
    facts = dict(work_order.facts)
    for path, value in report.facts.items():
        known = facts.get(path)
        if known is None or known.order < order:
            facts[path] = Fact(value, order, report.sender)
    return WorkOrder(facts, latest)


def changes(before: WorkOrder, after: WorkOrder) -> list[Change]:
    """Return what differs between two states, member by member inside whole objects."""
    found: list[Change] = []
    for path, fact in after.facts.items():
        known = before.facts.get(path)
        if fact is not known:
            _compare(path, None if known is None else known.value, fact.value, found)
    return found


def _compare(path: Path, before: JsonValue, after: JsonValue, found: list[Change]) -> None:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and path != ("Status",):
        for name in before | after:
            _compare((*path, name), before.get(name), after.get(name), found)
    else:
        found.append(Change(path, before, after))


def path_text(path: Path) -> str:
    """Write a path as people do: `Status`, `Notes[7].NoteData`, `Beyond.Technician.Id`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def as_document(work_order: WorkOrder) -> dict[str, JsonValue]:
    """Return the state in the contract's member names, unknown ones null.

    `Notes` are in the order of their ids, `Beyond` holds the members beyond the contract's page,
    `Provenance` says for every field which version set it and which sender said so.
    """
    plain: dict[str, JsonValue] = dict.fromkeys(WORK_ORDER)
    notes: dict[int, dict[str, JsonValue]] = {}
    beyond: dict[str, JsonValue] = {}
    provenance: dict[str, JsonValue] = {}
    for path, fact in work_order.facts.items():
        provenance[path_text(path)] = {"Version": fact.version, "Sender": fact.sender}
        match path:
            case ("Notes", int(note_id), str(name)):
                notes.setdefault(note_id, {})[name] = fact.value
            case ("Beyond", str(name)):
                beyond[name] = fact.value
            case _:
                plain[str(path[0])] = fact.value
    plain["Notes"] = [notes[note_id] for note_id in sorted(notes)]
    return plain | {"Beyond": beyond, "Provenance": provenance}
