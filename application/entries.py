"""What the journal takes, and what it answers."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.activity import OpenActivity, ReleaseActivity, ReportWorkOrder
from domain.identity import activity_stream
from domain.metadata import Metadata
from domain.reconciliation import ReconcileWorkOrder

ActivityCommand: TypeAlias = ReportWorkOrder | ReconcileWorkOrder | OpenActivity | ReleaseActivity
Verdict: TypeAlias = Literal["recorded", "repeated", "test"]


class Entry(Struct, frozen=True):
    """A command to a work order's activity, and who gave it.

    `first_activity_id` is where the client's ids begin.
    """

    client_id: UUID
    work_order_id: int
    command: ActivityCommand
    arrived_at: datetime
    metadata: Metadata
    first_activity_id: int = 1

    @property
    def stream_id(self) -> UUID:
        """The stream the command is about."""
        return activity_stream(self.client_id, self.work_order_id)


class Outcome(Struct, frozen=True):
    """What became of a command: the open activity's id, and the stream's version afterwards."""

    activity_id: int | None
    version: int
    verdict: Verdict | None = None


Answer: TypeAlias = Outcome | Exception
"""What the giver of a command gets: its outcome, or why it was refused or failed."""


class Written(Struct, frozen=True):
    """The answers to a batch, in order, and how many seconds it took to write.

    Those are of whoever wrote: a worker with thousands of connections sees the answers late.
    """

    answers: list[Answer]
    seconds: float
