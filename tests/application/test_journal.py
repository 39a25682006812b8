"""The intake of one process: many wait together, each for its own answer."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from application.entries import Entry, Outcome, Written
from application.journal import Journal, JournalFullError, Writer
from application.journal_writer import JournalStoppedError, JournalWriter
from domain.errors import ActivityIdTakenError
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from tests.application.threaded_writer import ThreadedWriter
from tests.application.whole_log import WholeLog
from tests.commands import opening, reporting
from tests.log_lock import waiting_writers
from tests.recorded import report
from tests.waiting import until
from tests.wire import Wire

MEGABYTE = 1 << 20


class Telling(Writer):
    """Tells that it took so long over a batch, whatever the clock says here."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def write(self, entries: Sequence[Entry]) -> Written:
        """Write nothing."""
        return Written([Outcome(None, 1)] * len(entries), self._seconds)

    def close(self) -> None:
        """Give nothing back."""


@asynccontextmanager
async def running(writer: JournalWriter | Writer) -> AsyncGenerator[Journal]:
    journal = Journal(ThreadedWriter(writer) if isinstance(writer, JournalWriter) else writer)
    journal.start()
    try:
        yield journal
    finally:
        await journal.stop()


async def handed_over(journal: Journal, *entries: Entry) -> list[asyncio.Task[Outcome]]:
    """Have the journal take the commands, in order, and return without the answers."""

    async def recorded(entry: Entry) -> Outcome:
        return await journal.record(entry)

    tasks = [asyncio.create_task(recorded(entry)) for entry in entries]
    await asyncio.sleep(0)
    return tasks


def batches(whole_log: WholeLog) -> list[int]:
    """Return how many events were written at once, batch by batch."""
    return list(Counter(recorded.recorded_at for recorded in whole_log.events()).values())


def test_each_of_many_gets_its_own_answer(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    async def scenario() -> list[Outcome]:
        async with running(writer) as journal:
            entries = [opening(client_id, number, 1_000 + number) for number in range(400)]
            return await asyncio.gather(*await handed_over(journal, *entries))

    assert asyncio.run(scenario()) == [Outcome(1_000 + number, 1) for number in range(400)]
    whole_log.check()
    assert len(batches(whole_log)) < 20


def test_commands_are_carried_out_in_the_order_in_which_they_came(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    bodies = [b"%d" % number for number in range(100)]

    async def scenario() -> list[Outcome]:
        async with running(writer) as journal:
            entries = [reporting(client_id, 1, body) for body in bodies]
            return await asyncio.gather(*await handed_over(journal, *entries))

    outcomes = asyncio.run(scenario())
    assert [outcome.version for outcome in outcomes] == list(range(1, 101))
    found = [it.event for it in whole_log.of_work_order(client_id, 1)]
    assert found == [report(body) for body in bodies]


def test_a_refusal_is_raised_for_its_command_alone(writer: JournalWriter, client_id: UUID) -> None:
    async def scenario() -> None:
        async with running(writer) as journal:
            entries = [opening(client_id, 1, 5), opening(client_id, 2, 5), opening(client_id, 3, 6)]
            first, refused, last = await handed_over(journal, *entries)
            assert (await first, await last) == (Outcome(5, 1), Outcome(6, 1))
            with pytest.raises(ActivityIdTakenError):
                await refused

    asyncio.run(scenario())


def test_a_batch_holds_no_more_than_eight_megabytes_but_a_larger_body_goes_alone(
    writer: JournalWriter,
    whole_log: WholeLog,
    database: Database,
    client_id: UUID,
) -> None:
    sizes = [3, 3, 3, 9, 1, 1]
    bodies = [bytes([number]) * (size * MEGABYTE) for number, size in enumerate(sizes)]

    async def scenario() -> None:
        async with running(writer) as journal:
            with EventLog(database).locked():
                first = await handed_over(journal, reporting(client_id, 99))
                await asyncio.to_thread(until, lambda: waiting_writers(database))
                others = await handed_over(
                    journal, *(reporting(client_id, 1, body) for body in bodies)
                )
            await asyncio.gather(*first, *others)

    asyncio.run(scenario())
    assert batches(whole_log) == [1, 2, 1, 1, 2]


def test_commands_wait_for_a_database_that_is_away(
    far_writer: JournalWriter,
    wire: Wire,
    whole_log: WholeLog,
    client_id: UUID,
) -> None:
    async def scenario() -> None:
        wire.cut()
        async with running(far_writer) as journal:
            waiting = await handed_over(journal, opening(client_id, 1), reporting(client_id, 1))
            await asyncio.to_thread(until, lambda: wire.refused >= 3)
            assert not any(task.done() for task in waiting)
            wire.mend()
            assert await asyncio.gather(*waiting) == [Outcome(1, 1), Outcome(1, 2, "recorded")]

    asyncio.run(scenario())
    whole_log.check()


def test_a_command_is_carried_out_though_nobody_waits_for_it_any_more(
    far_writer: JournalWriter,
    wire: Wire,
    whole_log: WholeLog,
    client_id: UUID,
) -> None:
    async def scenario() -> None:
        wire.cut()
        async with running(far_writer) as journal:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await journal.record(reporting(client_id, 1))
            [later] = await handed_over(journal, reporting(client_id, 2))
            wire.mend()
            await later

    asyncio.run(scenario())
    assert whole_log.names(client_id, 1) == ["WorkOrderReported"]


@pytest.mark.parametrize(
    ("number", "body"),
    [(5_000, b""), (4, bytes(16 * MEGABYTE))],
    ids=["by number", "by size"],
)
def test_what_would_wait_too_long_is_refused_at_once(
    far_writer: JournalWriter,
    wire: Wire,
    whole_log: WholeLog,
    client_id: UUID,
    number: int,
    body: bytes,
) -> None:
    async def scenario() -> None:
        wire.cut()
        async with running(far_writer) as journal:
            entry = reporting(client_id, 1, body)
            waiting = await handed_over(journal, *[entry] * (number - 1))
            assert not journal.is_full
            waiting += await handed_over(journal, entry)
            assert journal.is_full
            with pytest.raises(JournalFullError):
                await journal.record(reporting(client_id, 2))
            wire.mend()
            await asyncio.gather(*waiting)
            assert not journal.is_full
            await journal.record(reporting(client_id, 2))

    asyncio.run(scenario())
    assert len(whole_log.of_work_order(client_id, 1)) == number
    assert max(batches(whole_log)) <= 1_000


@pytest.mark.usefixtures("database")
def test_after_slow_writing_no_more_is_taken_than_can_be_written_in_a_second(
    far_writer: JournalWriter, wire: Wire, client_id: UUID
) -> None:
    async def scenario() -> None:
        async with running(far_writer) as journal:
            wire.cut()
            slow = await handed_over(journal, reporting(client_id, 1))
            await asyncio.to_thread(until, lambda: wire.refused >= 5)
            wire.mend()
            await asyncio.gather(*slow)
            wire.cut()
            entries = [reporting(client_id, number) for number in range(4_000)]
            waiting = await handed_over(journal, *entries)
            assert journal.is_full
            wire.mend()
            answers = await asyncio.gather(*waiting, return_exceptions=True)
            assert {type(answer) for answer in answers} == {Outcome, JournalFullError}
            assert not journal.is_full

    asyncio.run(scenario())


@pytest.mark.parametrize(("seconds", "refused"), [(0.001, 0), (2.0, 100)])
def test_how_fast_it_writes_is_told_by_whoever_writes(
    client_id: UUID, seconds: float, refused: int
) -> None:
    entries = [reporting(client_id, number) for number in range(200)]

    async def scenario() -> list[Outcome | BaseException]:
        async with running(Telling(seconds)) as journal:
            await asyncio.gather(*await handed_over(journal, *entries))
            waiting = await handed_over(journal, *entries)
            return await asyncio.gather(*waiting, return_exceptions=True)

    answers = asyncio.run(scenario())
    assert sum(isinstance(answer, JournalFullError) for answer in answers) == refused


def test_a_stop_writes_what_is_waiting_and_takes_nothing_more(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    async def scenario() -> None:
        async with running(writer) as journal:
            entries = [reporting(client_id, number) for number in range(1_500)]
            waiting = await handed_over(journal, *entries)
        assert len(await asyncio.gather(*waiting)) == 1_500
        with pytest.raises(JournalFullError):
            await journal.record(reporting(client_id, 1))

    asyncio.run(scenario())
    assert len(whole_log.events()) == 1_500


def test_a_stop_waits_some_seconds_for_a_database_that_is_away(
    far_writer: JournalWriter,
    wire: Wire,
    whole_log: WholeLog,
    client_id: UUID,
) -> None:
    async def scenario() -> None:
        wire.cut()
        async with running(far_writer) as journal:
            [waiting] = await handed_over(journal, reporting(client_id, 1))
            refused = wire.refused
            ending = asyncio.create_task(journal.stop())
            await asyncio.to_thread(until, lambda: wire.refused >= refused + 2)
            wire.mend()
            await ending
            assert await waiting == Outcome(None, 1, "recorded")

    asyncio.run(scenario())
    whole_log.check()


def test_a_stop_with_the_database_away_ends_within_seconds_and_says_so(
    far_writer: JournalWriter, wire: Wire, client_id: UUID
) -> None:
    async def scenario() -> None:
        wire.cut()
        async with running(far_writer) as journal:
            waiting = await handed_over(journal, reporting(client_id, 1), reporting(client_id, 2))
        for task in waiting:
            with pytest.raises(JournalStoppedError):
                await task

    asyncio.run(asyncio.wait_for(scenario(), 8))
