"""What a work order's sender was asked for: facts that were fetched, and never delivered."""

from datetime import datetime

from msgspec import Struct

from domain.metadata import SealedContent
from domain.notification import ReportWarning


class ReconciledContent(Struct, frozen=True, omit_defaults=True):
    """What a record said: its bytes exactly as they stand in the file.

    `facts` is the same work order as UTF-8 JSON in the contract's member names; absent where the
    record itself is that.
    """

    record: bytes
    facts: bytes | None = None
    warnings: tuple[ReportWarning, ...] = ()

    @property
    def notification(self) -> bytes:
        """The notification that would have said it, as UTF-8 JSON."""
        return b'{"Object":' + (self.record if self.facts is None else self.facts) + b"}"


class WorkOrderReconciled(Struct, frozen=True, omit_defaults=True):
    """A record of a file told the work order as its sender had it at `reported_at`.

    `digest` is the SHA-256 of the record's bytes and `file_digest` that of the whole file, 32 bytes
    each; `line` and `record` count from 1 and say where in the file it begins. `warnings` names the
    kinds of what the content's warnings tell in full.
    """

    digest: bytes
    file_digest: bytes
    line: int
    record: int
    reported_at: datetime
    content: ReconciledContent | SealedContent
    warnings: tuple[str, ...] = ()

    def says_the_same(self, other: "WorkOrderReconciled") -> bool:
        """Say whether the other is the very same record, wherever it stands."""
        # Read through another mapping, the same bytes say something else.
        return (self.digest, self.reported_at, _facts(self)) == (
            other.digest,
            other.reported_at,
            _facts(other),
        )


def _facts(reconciled: WorkOrderReconciled) -> bytes | None:
    content = reconciled.content
    return content.facts if isinstance(content, ReconciledContent) else None


class ReconcileWorkOrder(Struct, frozen=True):
    """Put records on record that were compared with all that the stream had up to `version`."""

    records: tuple[WorkOrderReconciled, ...]
    version: int
    arrived_at: datetime
