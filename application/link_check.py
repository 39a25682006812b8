"""Checking wanted links before any of them is made: each wrong one with its line and a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from application.work_order_ports import Naming
from domain.errors import ActivityAlreadyOpenError, ActivityIdRangeError, ActivityIdTakenError
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID

HIGHEST_WORK_ORDER_ID = 2**63 - 1
_MOST_NAMED = 5
"""Work orders that a sentence lists."""

NamedBy: TypeAlias = Naming | Literal["WorkOrderId"]

Named: TypeAlias = Mapping[Naming, Mapping[str, Sequence[int]]]
"""The work orders that bear each name, in each way of naming."""


class WantedLink(Struct, frozen=True):
    """A line that wants an activity on a work order, which `name` says in the way of `named_by`.

    Without an `activity_id` it wants any, and is content with one that is open.
    """

    line: int
    named_by: NamedBy
    name: str
    activity_id: int | None


class CheckedLink(Struct, frozen=True):
    """What a line amounts to."""

    line: int
    work_order_id: int
    activity_id: int | None


class LineProblem(Struct, frozen=True, order=True):
    """What is wrong with a line."""

    line: int
    sentence: str


class Checked(Struct, frozen=True):
    """What wanted links amount to: those to be made, and those that are there `already`.

    Each of the latter has the activity that is open. `lag_events` counts the events that the search
    did not know of yet, where it was asked.
    """

    links: Sequence[CheckedLink]
    already: Sequence[CheckedLink]
    problems: Sequence[LineProblem]
    lag_events: int = 0

    @property
    def open_already(self) -> int:
        """How many are there already."""
        return len(self.already)


class OpenActivities:
    """The client's open activities, by their ids and by their work orders."""

    def __init__(self, links: Iterable[tuple[int, int]]) -> None:
        """`links` are activity ids, each with its work order."""
        self.work_orders = dict(links)
        self.activities = {work_order: id_ for id_, work_order in self.work_orders.items()}


def check(
    wanted: Sequence[WantedLink], named: Named, are_open: OpenActivities, place: str = "line"
) -> Checked:
    """Check lines in order; `place` is what a sentence calls another one's place."""
    seen = _Seen(place)
    links: list[CheckedLink] = []
    already: list[CheckedLink] = []
    problems: list[LineProblem] = []
    for line in wanted:
        try:
            link = seen.take(line, work_order_of(line, named))
        except _WrongLineError as wrong:
            problems.append(LineProblem(line.line, str(wrong)))
            continue
        follower = are_open.activities.get(link.work_order_id)
        if follower is not None and link.activity_id in {None, follower}:
            already.append(CheckedLink(link.line, link.work_order_id, follower))
        elif conflict := _conflict(link, are_open):
            problems.append(LineProblem(line.line, conflict))
        else:
            links.append(link)
    return Checked(links, already, problems)


class _WrongLineError(Exception):
    pass


class _Seen:
    """The lines before, by activity and by work order."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._by_activity: dict[int, CheckedLink | WantedLink] = {}
        self._by_work_order: dict[int, CheckedLink] = {}

    def take(self, wanted: WantedLink, found: int | str) -> CheckedLink:
        """Return the link, unless a line before stands against it or no work order was found."""
        activity_id = wanted.activity_id
        before = None if activity_id is None else self._before(activity_id, wanted)
        if isinstance(found, str):
            raise _WrongLineError(found)
        link = CheckedLink(wanted.line, found, activity_id)
        if before is not None:
            same = isinstance(before, CheckedLink) and before.work_order_id == found
            raise _WrongLineError(
                f"This is what {self._place} {before.line} says already."
                if same
                else f"Activity {activity_id} is on {self._place} {before.line} already."
            )
        if activity_id is not None:
            self._by_activity[activity_id] = link
        other = self._by_work_order.setdefault(found, link)
        if other is not link:
            whose = "" if other.activity_id is None else f", with activity {other.activity_id}"
            raise _WrongLineError(
                f"Work order {found} is on {self._place} {other.line} already{whose}."
            )
        return link

    def _before(self, activity_id: int, wanted: WantedLink) -> CheckedLink | WantedLink | None:
        if not LOWEST_ACTIVITY_ID <= activity_id <= HIGHEST_ACTIVITY_ID:
            raise _WrongLineError(str(ActivityIdRangeError(activity_id)))
        before = self._by_activity.setdefault(activity_id, wanted)
        return None if before is wanted else before


def work_order_of(wanted: WantedLink, named: Named) -> int | str:
    """Return the id of the work order that is meant, or a sentence why there is none."""
    if wanted.named_by == "WorkOrderId":
        number = int(wanted.name) if wanted.name.isascii() and wanted.name.isdigit() else 0
        if 1 <= number <= HIGHEST_WORK_ORDER_ID:
            return number
        return f"{wanted.name!r} is no work order's id."
    ids = named.get(wanted.named_by, {}).get(wanted.name, ())
    if len(ids) == 1:
        return ids[0]
    if not ids:
        return f"No work order with the {wanted.named_by} {wanted.name!r} is known."
    listed = ", ".join(map(str, ids[:_MOST_NAMED])) + (", …" if len(ids) > _MOST_NAMED else "")
    return f"{len(ids)} work orders have the {wanted.named_by} {wanted.name!r}: {listed}."


def _conflict(link: CheckedLink, are_open: OpenActivities) -> str | None:
    follower = are_open.activities.get(link.work_order_id)
    if follower is not None:
        return str(ActivityAlreadyOpenError(link.work_order_id, follower))
    holder = None if link.activity_id is None else are_open.work_orders.get(link.activity_id)
    if link.activity_id is not None and holder is not None:
        return str(ActivityIdTakenError(link.activity_id, holder))
    return None
