"""What is searched for: every filter alone, words, several filters, such as hardly ever meet."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Final, TypeAlias

from tests.bench.found_rows import EXTENDED, LOCATIONS, PRIORITIES, TRADES, WORDS
from tests.bench.webhook import LOWEST_WORK_ORDER

Asked: TypeAlias = dict[str, str | int]
Draw: TypeAlias = Callable[[Random, int], Asked]


def _one(name: str, values: Sequence[str], draw: Random, rows: int) -> Asked:
    del rows
    return {name: draw.choice(values)}


def _number(name: str, form: str, first: int, draw: Random, rows: int) -> Asked:
    return {name: form.format(first + draw.randrange(rows))}


def _location(draw: Random, rows: int) -> Asked:
    del rows
    return {"locationId": draw.randrange(LOCATIONS)}


def _ago(name: str, most: float, draw: Random, rows: int) -> Asked:
    del rows
    return {name: (datetime.now(UTC) - timedelta(days=draw.random() * most)).isoformat()}


def _words(ranks: tuple[int, int], how_many: int, draw: Random, rows: int) -> Asked:
    del rows
    return {"text": " ".join(WORDS[draw.randrange(*ranks)] for _ in range(how_many))}


def _told(asked: Asked, draw: Random, rows: int) -> Asked:
    del draw, rows
    return asked


def _all(*draws: Draw) -> Draw:
    def of_all(draw: Random, rows: int) -> Asked:
        asked: Asked = {}
        for one in draws:
            asked |= one(draw, rows)
        return asked

    return of_all


_status: Final = partial(_one, "status", list(EXTENDED))
_extended: Final = partial(
    _one, "extendedStatus", [name for names in EXTENDED.values() for name in names if name]
)
_trade: Final = partial(_one, "trade", TRADES)
_priority: Final = partial(_one, "priority", PRIORITIES)
_open: Final = partial(_told, {"status": "OPEN"})
_completed: Final = partial(_told, {"status": "COMPLETED"})
_overdue: Final = partial(_told, {"overdue": "true"})
_not_overdue: Final = partial(_told, {"overdue": "false"})
_unlinked: Final = partial(_told, {"linked": "false"})
_any_word: Final = partial(_words, (0, len(WORDS)), 1)
_frequent_word: Final = partial(_words, (0, 100), 1)
_scheduled_after: Final = partial(_ago, "scheduledAfter", 1_000)
_scheduled_long_ago: Final = _all(
    partial(_ago, "scheduledAfter", 1_095), partial(_ago, "scheduledBefore", 1_095)
)
_recorded_after: Final = partial(_ago, "recordedAfter", 1_000)
_recorded_before: Final = partial(_ago, "recordedBefore", 1_000)

KINDS: Final[dict[str, Draw]] = {
    "everything": partial(_told, {}),
    "linked": partial(_told, {"linked": "true"}),
    "unlinked": _unlinked,
    "work order": partial(_number, "workOrderId", "{}", LOWEST_WORK_ORDER),
    "activity": partial(_number, "activityId", "{}", 1),
    "number": partial(_number, "number", "{}", 0),
    "purchase number": partial(_number, "purchaseNumber", "PO-{}", 0),
    "status": _status,
    "extended status": _extended,
    "trade": _trade,
    "priority": _priority,
    "location": _location,
    "scheduled after": _scheduled_after,
    "scheduled between": _scheduled_long_ago,
    "recorded after": _recorded_after,
    "recorded before": _recorded_before,
    "overdue": _overdue,
    "not overdue": _not_overdue,
    "any word": _any_word,
    "frequent word": _frequent_word,
    "two words": partial(_words, (0, 2_000), 2),
    "status, trade": _all(_status, _trade),
    "status, extended status": _all(_status, _extended),
    "status, trade, priority": _all(_status, _trade, _priority),
    "trade, location": _all(_trade, _location),
    "extended status, priority, unlinked": _all(_extended, _priority, _unlinked),
    "open, not overdue": _all(_open, _not_overdue),
    "overdue, trade": _all(_overdue, _trade),
    "overdue, extended status": _all(_overdue, _extended),
    "open, scheduled between": _all(_open, _scheduled_long_ago),
    "completed, scheduled after": _all(_completed, _scheduled_after),
    "status, recorded after": _all(_status, _recorded_after),
    "scheduled and recorded": _all(_scheduled_after, _recorded_before),
    "word, status": _all(_any_word, _status),
    "frequent word, open": _all(_frequent_word, _open),
    "frequent word, trade, priority": _all(_frequent_word, _trade, _priority),
    "word, overdue": _all(_any_word, _overdue),
    "word, scheduled after": _all(_any_word, _scheduled_after),
}
"""Each draws what is asked of so many rows; some filters hardly ever meet."""
