"""A client that gaps are looked for of."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from application.aggregates import Aggregates
from application.gaps import GapFinder, Gaps
from application.journal_writer import JournalWriter
from domain.client import Client
from domain.credentials import KeyPair
from domain.gaps import GapKind
from domain.runs import Run
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.epoch_store import PostgresEpochs
from infrastructure.event_ids import new_event_id
from infrastructure.mapper import EventMapper
from infrastructure.outage_record import PostgresOutageRecord
from infrastructure.process_runs import PostgresProcessRuns
from tests.application.lost_events import LostEvents
from tests.application.read_side import ReadSide
from tests.application.whole_log import WholeLog
from tests.commands import reporting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Scene:
    """A client that has been there for long, and what happens to it."""

    def __init__(
        self,
        client_id: UUID,
        aggregates: Aggregates,
        database: Database,
        writer: JournalWriter,
        read_side: ReadSide,
    ) -> None:
        self.now = now()
        pair = KeyPair(new_event_id(), "default", b"", b"", False, self.now - 365 * DAY)
        self.client = Client(client_id=client_id, senders=frozenset({"default"}), keys=(pair,))
        self.lost = LostEvents(database)
        epochs = PostgresEpochs(database, EventMapper())
        self.finder = GapFinder(aggregates, PostgresOutageRecord(database), epochs)
        self.runs = PostgresProcessRuns(database)
        self.whole_log = WholeLog(database)
        self.writer = writer
        self.read_side = read_side
        self.heard: Counter[str] = Counter()

    def report(self, number: int, status: str | None, *notes: int) -> datetime:
        """Report a work order and return when that was recorded."""
        told = ",".join(f'{{"Id":{note},"Number":{note}}}' for note in notes)
        primary = f',"Status":{{"Primary":"{status}"}}' if status else ""
        body = f'{{"Object":{{"Id":{number}{primary},"Notes":[{told}]}}}}'
        self.writer.write([reporting(self.client.id, number, body.encode())])
        recorded_at = self.whole_log.events()[-1].recorded_at
        assert recorded_at is not None
        return recorded_at

    def serve(self, *spans: tuple[datetime, datetime]) -> None:
        """Have processes on record."""
        self.runs.save([Run(new_event_id(), begin, end) for begin, end in spans])

    def find(self, since: timedelta = 7 * DAY) -> Gaps:
        """Catch up, and find the gaps up to now."""
        self.read_side.catch_up()
        end = now()
        return self.between(end - since, end)

    def between(self, begin: datetime, end: datetime) -> Gaps:
        """Find the gaps between two times, as far as the read models are."""
        return self.finder.find(
            self.client, begin, end, lambda phase, *_: self.heard.update([phase])
        )


def kinds(found: Gaps) -> list[GapKind]:
    """Return the kinds of the gaps, in order."""
    return [told.gap.kind for told in found.gaps]
