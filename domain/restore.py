"""Deciding where a log goes on that was put back from a backup."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.errors import WorktrailError
from domain.identity import HIGHEST_ACTIVITY_ID
from domain.log_epochs import LastActivityId, LogRestored

MOST_EVENTS_A_SECOND: Final = 20_000
"""More than any installation writes: what may be lost where nobody knows how far the log was."""

FEWEST_ASSUMED: Final = 1_000_000
"""So many positions are passed over at least, whatever the clocks say."""

MOST_IDS_ASSUMED: Final = 1_000_000
"""So many activity ids of a client are passed over at most where nobody knows the last one."""


class NothingLostError(WorktrailError):
    """The log reaches as far as it ever did, as far as is known."""

    def __init__(self, last_position: int, end: int) -> None:
        super().__init__(
            f"The log ends at position {end}, and {last_position} is not beyond it: nothing is "
            "known to be lost, and nothing was recorded."
        )


class EmptyLogError(WorktrailError):
    """There is no event from which it could be told how much may be lost."""

    def __init__(self) -> None:
        super().__init__(
            "The log is empty, so nothing tells how much may be lost: give the last known position."
        )


class TooFewIdsError(WorktrailError):
    """A client has so few activity ids left that those that may be lost cannot be passed over."""

    def __init__(self, client_id: UUID) -> None:
        super().__init__(
            f"Client {client_id} has too few activity ids left to pass over all that may be lost: "
            "give the last one that it is known to have opened."
        )


class FoundLog(Struct, frozen=True):
    """A log as it is found, by the database's clock: its end, and what is known of more.

    `known_position` is the highest that the rest of the database tells of. `highest_ids` has the
    highest activity id that each client may have given out, as far as is known here.
    """

    found_at: datetime
    end: int
    last_recorded_at: datetime | None
    known_position: int
    highest_ids: Mapping[UUID, int]
    latest: LogRestored | None = None


class RecordRestore(Struct, frozen=True):
    """Put on record that the log was restored; what is not given is assumed."""

    last_position: int | None = None
    last_activity_ids: Mapping[UUID, int] = {}
    reason: str | None = None


def restore(found: FoundLog, command: RecordRestore) -> LogRestored | None:
    """Decide where the log goes on; `None` where the latest epoch just began and says all of it.

    Raises `NothingLostError`, `EmptyLogError` and `TooFewIdsError`.
    """
    wanted = command.last_position
    is_new = found.latest is not None and found.latest.first_position == found.end
    if is_new and (wanted is None or wanted <= found.end):
        if all(found.highest_ids[c] >= given for c, given in command.last_activity_ids.items()):
            return None
        wanted = found.end
    elif wanted is not None and wanted <= found.end:
        raise NothingLostError(wanted, found.end)
    last = max(_assumed(found) if wanted is None else wanted, found.known_position)
    return LogRestored(
        epoch=1 + (1 if found.latest is None else found.latest.epoch),
        restored_end=found.end,
        first_position=last + 1,
        is_assumed=wanted is None,
        reason=command.reason,
        activity_ids=_passed_over(found, command, last - found.end),
    )


def _assumed(found: FoundLog) -> int:
    if found.last_recorded_at is None:
        raise EmptyLogError
    seconds = max(timedelta(), found.found_at - found.last_recorded_at).total_seconds()
    beyond = found.end + max(FEWEST_ASSUMED, ceil(seconds * MOST_EVENTS_A_SECOND))
    # A round number shows at sight which positions are of the new epoch.
    return -(-beyond // FEWEST_ASSUMED) * FEWEST_ASSUMED


def _passed_over(found: FoundLog, command: RecordRestore, lost: int) -> tuple[LastActivityId, ...]:
    """Return the last id of each client of which some may be lost.

    Every opening is an event, so that no more ids than events can have been minted.
    """
    passed: list[LastActivityId] = []
    for client_id, highest in found.highest_ids.items():
        last = command.last_activity_ids.get(client_id)
        if last is None:
            last = highest + min(lost, MOST_IDS_ASSUMED)
            if last > HIGHEST_ACTIVITY_ID:
                raise TooFewIdsError(client_id)
        if last > highest:
            passed.append(LastActivityId(client_id, last))
    return tuple(passed)
