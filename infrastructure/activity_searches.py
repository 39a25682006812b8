"""Searching the table of activity search: every page is read off an index, from a key on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from application.query_ports import FoundActivity, FoundPage, Search, SearchKey, SearchOrder
from domain.words import words_of
from infrastructure.activity_search import ACTIVITY_SEARCH, DONE, NOT_DONE
from infrastructure.database import Database
from infrastructure.living_rows import select

_OVERDUE: Final = f"(scheduled_at IS NOT NULL AND scheduled_at < %s AND {NOT_DONE})"

_SELECT: Final = f"""
    SELECT client_id, work_order_id, activity_id, position, version, number, purchase_number,
           status, extended_status, trade, priority, location_id, location_name, scheduled,
           scheduled_at, recorded_at, reported_at, {_OVERDUE}
    FROM {{table}} WHERE client_id = %s
"""  # noqa: S608 - constants only

_CONDITIONS: Final = {
    "work_order_id": "work_order_id = %s",
    "activity_id": "activity_id = %s",
    "number": "number = %s",
    "purchase_number": "purchase_number = %s",
    "status": "status = %s",
    "extended_status": "extended_status = %s",
    "trade": "trade = %s",
    "priority": "priority = %s",
    "location_id": "location_id = %s",
    "scheduled_after": "scheduled_at >= %s",
    "scheduled_before": "scheduled_at < %s",
    "recorded_after": "recorded_at >= %s",
    "recorded_before": "recorded_at < %s",
}
"""The fields of a search, each with what it asks of a row."""

_WORDS: Final = "words @@ %s::tsquery"
_LINKED: Final = {True: "activity_id IS NOT NULL", False: "activity_id IS NULL"}

# Written out, since the index of what can be overdue is taken only where its own words stand.
_OVERDUE_ONLY: Final = f"scheduled_at < %s AND {NOT_DONE}"

_ORDERS: Final[dict[SearchOrder, str]] = {
    "work-order": "work_order_id",
    "scheduled": "scheduled_at, work_order_id",
    "recorded": "recorded_at, work_order_id",
    "newest": "recorded_at, work_order_id",
}
_BEGINNINGS: Final[dict[SearchOrder, str]] = {
    "work-order": "",
    "scheduled": "scheduled_after",
    "recorded": "recorded_after",
    "newest": "recorded_before",
}
"""The condition on which a search's first page begins."""

_BACKWARDS: Final = "recorded_at DESC, work_order_id DESC"


class PostgresActivitySearches:
    """Reads the living generation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self, client_id: UUID, search: Search, after: SearchKey | None, limit: int
    ) -> FoundPage:
        """Return a client's rows behind a key, in the search's order, at most `limit`.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        statement = _SELECT
        parameters: list[object] = [search.at, client_id]
        for condition, values in _asked(search, after):
            statement += f" AND {condition}"
            parameters += values
        order = _BACKWARDS if search.newest_first else _ORDERS[search.order]
        statement += f" ORDER BY {order} LIMIT {limit + 1}"
        position, rows = select(
            self._database, ACTIVITY_SEARCH, statement, parameters, planned_anew=True
        )
        found = [FoundActivity(*row) for row in rows[:limit]]
        return FoundPage(found, is_last=len(rows) <= limit, position=position)


def _asked(search: Search, after: SearchKey | None) -> Iterator[tuple[str, list[object]]]:
    for name, condition in _CONDITIONS.items():
        value = getattr(search, name)
        begins = name == _BEGINNINGS[search.order]
        if value is not None and not (begins and _is_within(search, after)):
            yield condition, [value]
    if search.text is not None:
        yield _WORDS, [" & ".join(words_of(search.text))]
    if search.is_linked is not None:
        yield _LINKED[search.is_linked], []
    yield from _overdue_asked(search)
    if search.newest_first:
        yield "recorded_at IS NOT NULL", []
    if after is not None and _is_within(search, after):
        at, work_order_id = after
        columns = _ORDERS[search.order]
        if at is None:
            yield f"{columns} > %s", [work_order_id]
        else:
            behind = "<" if search.newest_first else ">"
            yield f"({columns}) {behind} (%s, %s)", [at, work_order_id]


def _overdue_asked(search: Search) -> Iterator[tuple[str, list[object]]]:
    if search.is_overdue:
        yield _OVERDUE_ONLY, [search.at]
    elif search.is_overdue is False and search.status is None:
        yield f"NOT {_OVERDUE}", [search.at]
    elif search.is_overdue is False and search.status not in DONE:
        # Said so for the planner, who would take most of these to be done.
        yield "(scheduled_at IS NULL OR scheduled_at >= %s)", [search.at]


def _is_within(search: Search, after: SearchKey | None) -> bool:
    """Say whether the key is the narrower of the two bounds at which a page can begin.

    Given both, PostgreSQL may begin to read at the wider one.
    """
    if after is None or after[0] is None:
        return after is not None
    bound: datetime | None = getattr(search, _BEGINNINGS[search.order])
    if bound is None:
        return True
    return after[0] < bound if search.newest_first else after[0] >= bound
