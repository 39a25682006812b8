"""How the reports of a work order combine into what is known of it, field by field.

Every fact carries the order of the report that set it, and a later order wins. So the result does
not depend on the order in which reports are folded, and provenance is part of the state. Where
several senders report, the last word of each is kept; the fold prefers none of them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

from msgspec import Struct

from domain.document import JsonValue
from domain.members import WORK_ORDER
from domain.notification import Path

Order: TypeAlias = tuple[datetime, int]
"""When a report speaks of, then its version: the one total order that decides every field."""

PROVIDER: Final[Path] = ("ProviderId",)
RECALL: Final[Path] = ("RecallWorkOrder",)

_OF_THE_REPORT: Final[frozenset[Path]] = frozenset(
    ("Beyond", name)
    for name in ("Id", "UpdatedBy", "UpdatedDate", "UpdatedDate_DTO", "User", "Date", "DateDTO")
)
"""What tells of the report and not of the work order: two senders' last ones always differ."""


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
    """What is known of a work order; `latest` is the order of the latest report folded.

    `facts` has the last word on each path, `others` those of the other `senders`, the last first.
    `moved` says that more than one provider was ever named.
    """

    facts: dict[Path, Fact] = {}
    latest: Order | None = None
    senders: frozenset[str | None] = frozenset()
    others: dict[Path, tuple[Fact, ...]] = {}
    moved: bool = False


class Disagreement(Struct, frozen=True):
    """A field of which senders do not say the same; the last word of each, the last first."""

    path: Path
    words: tuple[Fact, ...]


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
    order, latest = report.order, work_order.latest
    moved = work_order.moved or _moves(work_order, report)
    senders = work_order.senders
    if report.sender not in senders and report.facts:
        senders |= {report.sender}
    if len(senders) > 1:
        return _fold_beside(work_order, report, senders, moved)
    if latest is None or latest < order:
        told = {path: Fact(value, order, report.sender) for path, value in report.facts.items()}
        return WorkOrder(work_order.facts | told, order, senders, {}, moved)
    facts = dict(work_order.facts)
    for path, value in report.facts.items():
        known = facts.get(path)
        if known is None or known.order < order:
            facts[path] = Fact(value, order, report.sender)
    return WorkOrder(facts, latest, senders, {}, moved)


def _fold_beside(
    work_order: WorkOrder, report: Report, senders: frozenset[str | None], moved: bool
) -> WorkOrder:
    """Fold a report in beside those of other senders, whose words stay known."""
    order, latest = report.order, work_order.latest
    facts, others = dict(work_order.facts), dict(work_order.others)
    for path, value in report.facts.items():
        words = others.get(path, ())
        if path in facts:
            words = (facts[path], *words)
        facts[path], *rest = _last_words(words, Fact(value, order, report.sender))
        if rest:
            others[path] = tuple(rest)
    latest = order if latest is None else max(latest, order)
    return WorkOrder(facts, latest, senders, others, moved)


def _last_words(words: tuple[Fact, ...], told: Fact) -> Sequence[Fact]:
    own = next((word for word in words if word.sender == told.sender), None)
    if own is not None and own.order >= told.order:
        return words
    others = (word for word in words if word is not own)
    return sorted((told, *others), key=lambda word: word.order, reverse=True)


def _moves(work_order: WorkOrder, report: Report) -> bool:
    told, known = report.facts.get(PROVIDER), work_order.facts.get(PROVIDER)
    return told is not None and known is not None and known.value != told


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


def disagreements(work_order: WorkOrder) -> list[Disagreement]:
    """Return the fields that senders report differently, by their written paths."""
    found = [
        Disagreement(path, (work_order.facts[path], *words))
        for path, words in work_order.others.items()
        if _is_disputed(work_order.facts[path], path, words)
    ]
    return sorted(found, key=lambda disagreement: path_text(disagreement.path))


def _is_disputed(fact: Fact, path: Path, words: Sequence[Fact]) -> bool:
    return path not in _OF_THE_REPORT and any(word.value != fact.value for word in words)


def words_of(work_order: WorkOrder, sender: str | None) -> dict[Path, Fact]:
    """Return the last word of one sender on each field of which it ever spoke."""
    told = ((path, word) for path, words in work_order.others.items() for word in words)
    return {
        path: word for path, word in (*work_order.facts.items(), *told) if word.sender == sender
    }


def shown_facts(work_order: WorkOrder, preferred: str | None) -> dict[Path, Fact]:
    """Return the facts as they are shown: of a disagreement, the preferred sender's last word."""
    if preferred is None or not work_order.others:
        return work_order.facts
    preferred_words = {
        disagreement.path: word
        for disagreement in disagreements(work_order)
        for word in disagreement.words
        if word.sender == preferred
    }
    return work_order.facts | preferred_words


def as_document(work_order: WorkOrder, preferred: str | None = None) -> dict[str, JsonValue]:
    """Return the state in the contract's member names, unknown ones null.

    `Notes` are in the order of their ids, `Beyond` holds the members beyond the contract's page,
    `Provenance` says for every field which version set it and which sender said so. A field on
    which senders disagree is among the `Disagreements`, and shown as the preferred sender has it,
    if that one spoke of it. `RecallOf` is the work order that this one is a recall of.
    """
    plain: dict[str, JsonValue] = dict.fromkeys(WORK_ORDER)
    notes: dict[int, dict[str, JsonValue]] = {}
    beyond: dict[str, JsonValue] = {}
    provenance: dict[str, JsonValue] = {}
    for path, fact in shown_facts(work_order, preferred).items():
        provenance[path_text(path)] = {"Version": fact.version, "Sender": fact.sender}
        match path:
            case ("Notes", int(note_id), str(name)):
                notes.setdefault(note_id, {})[name] = fact.value
            case ("Beyond", str(name)):
                beyond[name] = fact.value
            case _:
                plain[str(path[0])] = fact.value
    plain["Notes"] = [notes[note_id] for note_id in sorted(notes)]
    return plain | {
        "Beyond": beyond,
        "Provenance": provenance,
        "Disagreements": [_as_told(disagreement) for disagreement in disagreements(work_order)],
        "RecallOf": recalled(plain["RecallWorkOrder"]),
    }


def _as_told(disagreement: Disagreement) -> JsonValue:
    values: list[JsonValue] = [
        {
            "Sender": word.sender,
            "Value": word.value,
            "Version": word.version,
            "ReportedAt": moment_text(word.order[0]),
        }
        for word in disagreement.words
    ]
    return {"Field": path_text(disagreement.path), "Values": values}


def moment_text(moment: datetime) -> str:
    """Write a moment as JSON documents have it, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def recalled(value: JsonValue) -> int | None:
    """Return the work order that a `RecallWorkOrder` names; the sender's 0 names none."""
    return value if isinstance(value, int) and value > 0 else None
