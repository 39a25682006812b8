"""A process that writes through a journal of its own, to be started beside others."""

import asyncio
from multiprocessing.synchronize import Barrier
from threading import Event
from uuid import UUID

from application.entries import Outcome
from application.journal import Journal
from application.journal_writer import JournalWriter
from infrastructure.database import Database
from infrastructure.event_ids import new_event_id
from infrastructure.journal_store import PostgresJournalStore
from infrastructure.mapper import EventMapper
from tests.application.threaded_writer import ThreadedWriter
from tests.commands import opening, reporting

WORK_ORDERS = 7
REPORTS = 300


def write_beside_others(url: str, client_id: UUID, name: str, start: Barrier) -> None:
    """Write reports of a few work orders, some of which open, and a few openings on request."""
    start.wait(30)
    outcomes = asyncio.run(_write(url, client_id, name))
    versions = {(number, outcome.version) for number, outcome in outcomes}
    assert len(versions) == len(outcomes) == REPORTS
    assert all(outcome.verdict == "recorded" for _, outcome in outcomes)


async def _write(url: str, client_id: UUID, name: str) -> list[tuple[int, Outcome]]:
    store = PostgresJournalStore(Database(url), EventMapper())
    journal = Journal(ThreadedWriter(JournalWriter(store, new_event_id, Event())))
    journal.start()
    written: list[tuple[int, Outcome]] = []

    async def write(number: int) -> None:
        work_order, body = number % WORK_ORDERS, f"{name} {number}".encode()
        command = reporting(client_id, work_order, body, opens=bool(work_order % 2))
        written.append((work_order, await journal.record(command)))

    for first in range(0, REPORTS, 20):
        await asyncio.gather(*(write(number) for number in range(first, first + 20)))
        await journal.record(opening(client_id, first % WORK_ORDERS))
    await journal.stop()
    return written
