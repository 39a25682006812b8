"""What was fetched is put on record some hundred records at a time, beside what arrives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from application.fetched import AsOfInFutureError, Fetched, FileRecord, RecordProblem
from application.journal_writer import JournalWriter
from application.report_import import Reconciled, ReportImport, UnnamedSenderError
from domain.client import Client
from domain.document import JsonValue, encode
from domain.errors import UnknownSenderError, WorkOrderMovedOnError
from domain.metadata import Metadata
from domain.reconciliation import WorkOrderReconciled
from domain.record import RecordedEvent
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.recorded_streams import PostgresRecordedStreams
from tests.application.whole_log import WholeLog
from tests.commands import opening, reporting

LONG_AGO = "2020-01-01T00:00:00Z"
BEFORE = "2019-12-31T00:00:00Z"
ORIGIN = Metadata("import", sender="default", actor="operator")
DIGEST = bytes(range(32))


@pytest.fixture
def client(client_id: UUID) -> Client:
    return Client(client_id=client_id, name="Harbour", senders=frozenset({"default"}))


@pytest.fixture
def streams(database: Database) -> PostgresRecordedStreams:
    return PostgresRecordedStreams(database, EventMapper())


@pytest.fixture
def rests() -> list[float]:
    return []


@pytest.fixture
def report_import(
    writer: JournalWriter, streams: PostgresRecordedStreams, rests: list[float]
) -> ReportImport:
    return ReportImport(writer, streams, now, rests.append)


def records(*work_orders: Mapping[str, JsonValue]) -> list[FileRecord | RecordProblem]:
    return [
        FileRecord(line, line, encode(dict(told)), dict(told), None)
        for line, told in enumerate(work_orders, start=1)
    ]


def told(report_import: ReportImport, *work_orders: Mapping[str, JsonValue]) -> Sequence[Fetched]:
    found, problems = report_import.read(
        records(*({"UpdatedDate": LONG_AGO, **one} for one in work_orders)), DIGEST, None
    )
    assert problems == []
    return found


def counted(reconciled: Iterable[Reconciled]) -> list[tuple[int, int, int]]:
    """Return of each work order how much changes, and how many records are news."""
    return [
        (it.work_order_id, len(it.compared.changes), len(it.compared.news)) for it in reconciled
    ]


def test_news_are_put_on_record_with_where_they_came_from(
    report_import: ReportImport, client: Client, whole_log: WholeLog
) -> None:
    found = told(report_import, {"Id": 7, "Trade": "DOORS"})
    assert counted(report_import.reconcile(client, found, ORIGIN)) == [(7, 3, 1)]
    [recorded] = whole_log.of_work_order(client.id, 7)
    event = recorded.event
    assert isinstance(event, WorkOrderReconciled)
    assert recorded.metadata == ORIGIN
    assert (event.file_digest, event.line, event.record) == (DIGEST, 1, 1)
    assert event.reported_at == datetime(2020, 1, 1, tzinfo=UTC)
    whole_log.check()


def test_all_are_settled_five_hundred_records_at_a_time_with_a_rest_after_each(
    report_import: ReportImport, client: Client, rests: list[float], whole_log: WholeLog
) -> None:
    found = told(report_import, *({"Id": number} for number in range(1, 1_202)))
    assert len(list(report_import.reconcile(client, found, ORIGIN))) == 1_201
    assert len(rests) == 3
    assert all(0 < rest <= 1 for rest in rests)
    assert len(whole_log.events()) == 1_201
    whole_log.check()


def test_a_second_time_changes_nothing(
    report_import: ReportImport, client: Client, whole_log: WholeLog
) -> None:
    doors: list[dict[str, JsonValue]] = [{"Id": n, "Trade": "D"} for n in range(1, 11)]
    found = told(report_import, *doors)
    list(report_import.reconcile(client, found[:4], ORIGIN))
    assert len(whole_log.events()) == 4
    assert sum(news for *_, news in counted(report_import.reconcile(client, found, ORIGIN))) == 6
    assert counted(report_import.differences(client, found, ORIGIN)) == [
        (number, 0, 0) for number in range(1, 11)
    ]
    assert len(whole_log.events()) == 10


def test_looking_at_the_differences_changes_nothing(
    report_import: ReportImport, client: Client, whole_log: WholeLog
) -> None:
    found = told(report_import, {"Id": 7, "Trade": "A"}, {"Id": 8}, {"Id": 7, "Trade": "B"})
    assert counted(report_import.differences(client, found, ORIGIN)) == [(7, 3, 2), (8, 2, 1)]
    assert whole_log.events() == []


def test_an_activity_that_was_only_opened_gets_its_present_state(
    report_import: ReportImport, client: Client, writer: JournalWriter, whole_log: WholeLog
) -> None:
    writer.write([opening(client.id, 7, 5_001)])
    list(report_import.reconcile(client, told(report_import, {"Id": 7}), ORIGIN))
    assert whole_log.names(client.id, 7) == ["ActivityOpened", "WorkOrderReconciled"]
    whole_log.check()


def test_what_arrives_between_comparison_and_writing_is_compared_again(
    writer: JournalWriter,
    streams: PostgresRecordedStreams,
    client: Client,
    whole_log: WholeLog,
) -> None:
    newer = datetime(2020, 2, 1, tzinfo=UTC)
    body = b'{"Object":{"Id":7,"Trade":"NEWER","UpdatedDate":"2020-02-01T00:00:00Z"}}'

    def meanwhile() -> None:
        if not whole_log.events():
            writer.write([reporting(client.id, 7, body, reported_at=newer)])

    report_import = ReportImport(writer, Watched(streams, meanwhile), now, lambda _: None)
    found = told(report_import, {"Id": 7, "Trade": "OLDER"}, {"Id": 8, "Trade": "D"})
    outcome = counted(report_import.reconcile(client, found, ORIGIN))
    assert outcome == [(8, 3, 1), (7, 0, 0)]
    assert whole_log.names(client.id, 7) == ["WorkOrderReported"]
    whole_log.check()


def test_a_work_order_that_never_stands_still_is_given_up(
    writer: JournalWriter, streams: PostgresRecordedStreams, client: Client
) -> None:
    count = 0

    def meanwhile() -> None:
        nonlocal count
        count += 1
        writer.write([reporting(client.id, 7, b"%d" % count)])

    report_import = ReportImport(writer, Watched(streams, meanwhile), now, lambda _: None)
    with pytest.raises(WorkOrderMovedOnError, match="work order 7"):
        list(report_import.reconcile(client, told(report_import, {"Id": 7}), ORIGIN))


class Watched:
    """Reads streams, and lets something happen right behind."""

    def __init__(self, streams: PostgresRecordedStreams, then: Callable[[], None]) -> None:
        self._streams = streams
        self._then = then

    def events(self, streams: Sequence[UUID]) -> list[RecordedEvent]:
        found = self._streams.events(streams)
        self._then()
        return found


def test_a_record_without_a_time_takes_that_of_the_export(report_import: ReportImport) -> None:
    as_of = datetime(2020, 3, 1, tzinfo=UTC)
    found, problems = report_import.read(
        records({"Id": 7}, {"Id": 8, "UpdatedDate": LONG_AGO}), DIGEST, as_of
    )
    assert problems == []
    assert [it.told.reported_at for it in found] == [as_of, datetime(2020, 1, 1, tzinfo=UTC)]
    assert [it.told.warnings for it in found] == [("DatedByImport",), ()]


@pytest.mark.parametrize(
    ("work_order", "sentence"),
    [
        ({"Id": 7}, "It does not say, with an offset, when the work order was last changed"),
        ({"Id": 7, "UpdatedDate": "2020-01-01T00:00:00"}, "give the time of the export"),
        ({"UpdatedDate": LONG_AGO}, "It has no work order's id that can be read."),
        ({"Id": "seven", "UpdatedDate": LONG_AGO}, "It has no work order's id"),
        ({"Id": 0, "UpdatedDate": LONG_AGO}, "It has no work order's id"),
    ],
)
def test_a_record_that_says_too_little_is_a_problem(
    report_import: ReportImport, work_order: dict[str, JsonValue], sentence: str
) -> None:
    good: dict[str, JsonValue] = {"Id": 9, "UpdatedDate": LONG_AGO}
    earlier = RecordProblem(9, 9, "Broken.")
    found, problems = report_import.read([*records(good, work_order), earlier], DIGEST, None)
    assert [it.work_order_id for it in found] == [9]
    assert problems[-1] == earlier
    assert sentence in problems[0].sentence
    assert problems[0].line == 2


def test_what_cannot_be_read_in_a_record_costs_itself_alone(report_import: ReportImport) -> None:
    [found] = told(report_import, {"Id": 7, "Nte": "a"})
    assert found.told.warnings == ("UnreadableMember",)


def test_an_export_is_of_the_past(report_import: ReportImport) -> None:
    with pytest.raises(AsOfInFutureError):
        report_import.read([], DIGEST, now() + timedelta(minutes=1))


def test_the_only_sender_need_not_be_named(report_import: ReportImport, client: Client) -> None:
    assert report_import.origin(client, None, "operator") == ORIGIN
    both = Client(client_id=client.id, senders=frozenset({"south", "north"}))
    with pytest.raises(UnnamedSenderError, match="north or south"):
        report_import.origin(both, None, "operator")
    assert report_import.origin(both, "south", "operator").sender == "south"
    with pytest.raises(UnknownSenderError):
        report_import.origin(both, "west", "operator")
