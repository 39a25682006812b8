"""Links are made some hundred at a time, by number where asked, and made once."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from application.activities import Activities
from application.journal_writer import JournalWriter
from application.link_check import CheckedLink, LineProblem, WantedLink
from application.link_checks import LinkChecks
from application.link_import import LinkImport
from application.paced import PacedWriter
from domain.activity import OpenActivity
from domain.client import Client
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.links import PostgresLinks
from infrastructure.work_order_names import PostgresWorkOrderNames
from tests.application.read_side import ReadSide
from tests.application.whole_log import WholeLog
from tests.commands import reporting


@pytest.fixture
def client(client_id: UUID) -> Client:
    return Client(client_id=client_id, name="Harbour")


@pytest.fixture
def activities(writer: JournalWriter, database: Database) -> Activities:
    return Activities(writer, PostgresLinks(database), now)


@pytest.fixture
def rests() -> list[float]:
    return []


@pytest.fixture
def link_import(writer: JournalWriter, database: Database, rests: list[float]) -> LinkImport:
    checks = LinkChecks(PostgresWorkOrderNames(database), PostgresLinks(database))
    return LinkImport(PacedWriter(writer, rests.append), checks, now)


def by_id(links: Sequence[tuple[int, int]]) -> list[WantedLink]:
    return [
        WantedLink(line, "WorkOrderId", str(work_order), activity)
        for line, (work_order, activity) in enumerate(links, start=2)
    ]


def opened(
    link_import: LinkImport, client: Client, links: Sequence[CheckedLink]
) -> tuple[list[LineProblem], list[int]]:
    portions = list(link_import.open(client, links, lambda _: "from the CRM", "operator"))
    problems = [it.problem for portion in portions for it in portion if it.problem is not None]
    return problems, [len(portion) for portion in portions]


def test_all_are_opened_five_hundred_at_a_time_with_a_rest_after_each(
    link_import: LinkImport,
    client: Client,
    activities: Activities,
    rests: list[float],
    whole_log: WholeLog,
) -> None:
    checked = link_import.check(client, by_id([(n, 5_000 + n) for n in range(1, 1_202)]))
    assert opened(link_import, client, checked.links) == ([], [500, 500, 201])
    assert len(rests) == 3
    assert all(0 < rest <= 1 for rest in rests)
    links = [(it.work_order_id, it.activity_id) for it in activities.all_open(client)]
    assert links == [(n, 5_000 + n) for n in range(1, 1_202)]
    whole_log.check()


def test_a_second_time_changes_nothing(
    link_import: LinkImport, client: Client, whole_log: WholeLog
) -> None:
    wanted = by_id([(n, n) for n in range(1, 11)])
    opened(link_import, client, link_import.check(client, wanted[:4]).links)
    second = link_import.check(client, wanted)
    assert (len(second.links), second.open_already) == (6, 4)
    opened(link_import, client, second.links)
    assert link_import.check(client, wanted).open_already == 10
    opened(link_import, client, second.links)
    assert len(whole_log.events()) == 10


def test_what_was_taken_after_the_check_is_refused_alone(
    link_import: LinkImport, client: Client, activities: Activities
) -> None:
    checked = link_import.check(client, by_id([(1, 1), (2, 2), (3, 3)]))
    activities.open(client, 99, OpenActivity(2), "somebody else")
    refused, _ = opened(link_import, client, checked.links)
    assert refused == [LineProblem(3, "Activity 2 is open on work order 99.")]
    assert [link.activity_id for link in activities.all_open(client)] == [1, 2, 3]


def test_numbers_and_purchase_numbers_are_looked_up_among_the_clients_own(
    link_import: LinkImport, client: Client, writer: JournalWriter, read_side: ReadSide
) -> None:
    bodies = [
        (client.id, 1, b'{"Object":{"Id":1,"Number":"N-1","PurchaseNumber":"P-1"}}'),
        (client.id, 2, b'{"Object":{"Id":2,"Number":"N-2","PurchaseNumber":"P-1"}}'),
        (uuid4(), 3, b'{"Object":{"Id":3,"Number":"N-3","PurchaseNumber":"P-3"}}'),
    ]
    writer.write([reporting(*body) for body in bodies])
    read_side.catch_up()
    by_number = [WantedLink(2 + n, "Number", f"N-{n + 1}", n + 1) for n in range(3)]
    checked = link_import.check(client, by_number)
    assert checked.links == [CheckedLink(2, 1, 1), CheckedLink(3, 2, 2)]
    assert checked.problems == [LineProblem(4, "No work order with the Number 'N-3' is known.")]
    by_purchase = [WantedLink(2, "PurchaseNumber", "P-1", 1)]
    [problem] = link_import.check(client, by_purchase).problems
    assert problem.sentence == "2 work orders have the PurchaseNumber 'P-1': 1, 2."
    assert link_import.check(client, [WantedLink(2, "Number", "N\0", 1)]).problems


def test_the_events_that_the_search_does_not_know_of_yet_are_counted(
    link_import: LinkImport, client: Client, writer: JournalWriter, read_side: ReadSide
) -> None:
    writer.write([reporting(client.id, 1, b'{"Object":{"Id":1,"Number":"N-1"}}')])
    wanted = [WantedLink(2, "Number", "N-1", 1)]
    before = link_import.check(client, wanted)
    assert (before.lag_events, len(before.problems)) == (1, 1)
    read_side.catch_up()
    after = link_import.check(client, wanted)
    assert (after.lag_events, after.problems) == (0, [])
