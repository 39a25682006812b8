"""The line to the journal's process: taken together, never mixed up, and broken in every way."""

import os
import signal
import socket
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from select import select
from time import monotonic, sleep

import psutil  # type: ignore[import-untyped]
import pytest

from application.journal_ports import AnswerLostError
from application.ports import StorageUnavailableError
from infrastructure.journal_intake import JournalIntake
from infrastructure.journal_line import SECONDS
from tests.infrastructure.answering_intake import answering, echoes, held_echoes
from tests.infrastructure.asking_worker import Worker, worker_of
from tests.waiting import until


@pytest.fixture
def address(folder: Path) -> str:
    return str(folder / "journal")


@pytest.fixture
def listening(address: str) -> Generator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        yield listening


@contextmanager
def asked(worker: Worker, listening: socket.socket) -> Generator[tuple[Future[bytes], Connection]]:
    """Ask where no intake takes the line, and lend the answer to come and the other end."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(worker.ask, b"a")
        [ready], *_ = select([listening], [], [], 10)
        with Connection(ready.accept()[0].detach()) as end:
            assert end.recv_bytes() == b"a"
            yield answer, end


def test_everybody_gets_their_own_answers(listening: socket.socket, address: str) -> None:
    def ask(name: int) -> bool:
        with worker_of(address) as worker:
            told = [worker.ask(b"%d-%d" % (name, number)).split()[1] for number in range(200)]
        return told == [b"%d-%d" % (name, number) for number in range(200)]

    with answering(JournalIntake(listening)), ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(4)))


def test_what_waits_is_taken_together(listening: socket.socket, address: str) -> None:
    intake, (taken, go, answers) = JournalIntake(listening), held_echoes()

    def ask(name: int) -> bytes:
        with worker_of(address) as worker:
            return worker.ask(b"%d" % name)

    with answering(intake, answers), ThreadPoolExecutor(4) as pool:
        first = pool.submit(ask, 0)
        assert taken.wait(10)
        others = [pool.submit(ask, name) for name in (1, 2, 3)]
        until(lambda: intake._asked.qsize() == 3)  # noqa: SLF001 - what it does when they wait
        go.set()
        assert first.result(10) == b"1 0"
        assert {it.result(10) for it in others} == {b"3 1", b"3 2", b"3 3"}


def test_what_would_be_too_much_together_is_taken_one_after_the_other(
    listening: socket.socket, address: str
) -> None:
    intake, (taken, go, answers) = JournalIntake(listening), held_echoes()
    large = b"x" * (5 * 1024 * 1024)

    def ask(message: bytes) -> bytes:
        with worker_of(address) as worker:
            return worker.ask(message)

    with answering(intake, answers), ThreadPoolExecutor(4) as pool:
        first = pool.submit(ask, b"a")
        assert taken.wait(10)
        others = [pool.submit(ask, large) for _ in range(3)]
        until(lambda: intake._asked.qsize() == 3)  # noqa: SLF001 - what it does when they wait
        go.set()
        assert first.result(10) == b"1 a"
        assert {it.result(10) for it in others} == {b"1 " + large}


def test_an_answer_tells_how_long_it_took_with_the_time_behind_others(
    listening: socket.socket, address: str
) -> None:
    intake, (taken, go, answers) = JournalIntake(listening), held_echoes()

    def ask(message: bytes) -> float:
        with worker_of(address) as worker:
            return worker.told(message).seconds

    with answering(intake, answers), ThreadPoolExecutor(2) as pool:
        begun = monotonic()
        first = pool.submit(ask, b"a")
        assert taken.wait(10)
        second = pool.submit(ask, b"b")
        until(lambda: intake._asked.qsize() == 1)  # noqa: SLF001 - it waits behind the first
        waits = monotonic()
        until(lambda: monotonic() > waits + 0.1)
        go.set()
        for asked_at, told in ((begun, first), (waits, second)):
            assert 0.1 <= told.result(10) <= monotonic() - asked_at + 0.1


def test_a_message_of_megabytes_arrives_whole(listening: socket.socket, address: str) -> None:
    message = os.urandom(20_000_000)
    with answering(JournalIntake(listening)), worker_of(address) as worker:
        assert worker.ask(message) == b"1 " + message


def test_where_nobody_listens_nobody_was_told(address: str) -> None:
    with worker_of(address) as worker:
        with pytest.raises(StorageUnavailableError):
            worker.ask(b"a")
        assert "away" in (worker.line.problem() or "")


def test_an_answer_that_does_not_come_is_lost_and_the_next_call_dials_again(
    listening: socket.socket, address: str
) -> None:
    with worker_of(address) as worker:
        with asked(worker, listening) as (answer, end):
            end.close()
            with pytest.raises(AnswerLostError):
                answer.result(10)
        with answering(JournalIntake(listening)):
            assert worker.ask(b"b") == b"1 b"
            worker.hang_up()


def test_after_a_line_broke_while_nothing_was_asked_another_is_dialled(
    listening: socket.socket, address: str
) -> None:
    with worker_of(address) as worker:
        with asked(worker, listening) as (answer, end):
            end.send_bytes(SECONDS.pack(0.5) + b"answer")
            assert answer.result(10) == b"answer"
        worker.notice()
        with answering(JournalIntake(listening)):
            assert worker.ask(b"b") == b"1 b"
            worker.hang_up()


def test_an_answer_that_is_no_longer_awaited_is_not_taken_for_the_next(
    listening: socket.socket, address: str
) -> None:
    taken, go, answers = held_echoes()

    with answering(JournalIntake(listening), answers), worker_of(address) as worker:
        worker.break_off(b"a", lambda: taken.wait(10))
        go.set()
        assert worker.ask(b"b") == b"1 b"


@pytest.mark.parametrize("again", [True, False])
def test_who_was_answered_is_awaited_while_it_may_ask_again(
    listening: socket.socket, address: str, again: bool
) -> None:
    intake, (taken, go, answers) = JournalIntake(listening, again_seconds=60), held_echoes()

    def ask(*messages: bytes) -> list[bytes]:
        with worker_of(address) as worker:
            return [worker.ask(message) for message in messages]

    with answering(intake, answers), ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, *[b"a", b"c"][: 1 + again])
        assert taken.wait(10)
        second = pool.submit(ask, b"b")
        until(lambda: intake._asked.qsize() == 1)  # noqa: SLF001 - it waits
        go.set()
        assert first.result(10) == [b"1 a", b"2 c"][: 1 + again]
        assert second.result(10) == [b"2 b" if again else b"1 b"]


def test_whoever_is_on_the_line_may_finish_before_it_stops(
    listening: socket.socket, address: str
) -> None:
    with answering(JournalIntake(listening)) as (stopping, thread):
        with worker_of(address) as worker:
            assert worker.ask(b"a") == b"1 a"
            stopping.set()
            assert worker.ask(b"b") == b"1 b"
            assert thread.is_alive()
        thread.join(10)
        assert not thread.is_alive()


def _half_a_message(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as half:
        half.connect(address)
        half.sendall((1_000).to_bytes(4, "big") + b"half")
        signal.pause()


def test_a_worker_that_is_stopped_amid_a_message_holds_nobody_up(
    listening: socket.socket, address: str
) -> None:
    stopped = get_context("spawn").Process(target=_half_a_message, args=(address,), daemon=True)
    intake = JournalIntake(listening)
    with answering(intake):
        stopped.start()
        until(lambda: intake._readers, 20)  # noqa: SLF001 - the half is on the line
        try:
            with worker_of(address) as worker:
                for number in range(50):
                    assert worker.ask(b"%d" % number) == b"1 %d" % number
        finally:
            stopped.kill()
            stopped.join()


def _ask_and_hang_up(address: str, rounds: Barrier, place: int) -> None:
    """Ask over a line of its own in each round, and wait for no answer, until it is killed."""
    for number in count():
        rounds.wait()
        with socket.socket(socket.AF_UNIX) as dialled:
            dialled.connect(address)
            with Connection(dialled.detach()) as line:
                line.send_bytes(b"hung up")
                sleep(0.0005 * ((number + 3 * place) % 8))


def test_nobody_gets_the_answer_of_a_worker_that_hung_up(
    listening: socket.socket, address: str
) -> None:
    context = get_context("spawn")
    # Without rounds a slow machine's socket would have no room for whoever waits for an answer.
    rounds = context.Barrier(4, timeout=30)
    rude = [
        context.Process(target=_ask_and_hang_up, args=(address, rounds, place), daemon=True)
        for place in range(3)
    ]

    def answers(messages: Sequence[bytes]) -> list[bytes]:
        sum(range(20_000))  # an answer takes long enough for its worker to be gone
        return echoes(messages)

    with answering(JournalIntake(listening), answers):
        for process in rude:
            process.start()
        try:
            for number in range(300):
                rounds.wait()
                with worker_of(address) as worker:
                    assert worker.ask(b"%d" % number).split()[1] == b"%d" % number
        finally:
            for process in rude:
                process.kill()
                process.join()


def test_who_only_looks_whether_it_is_there_leaves_nothing_while_an_answer_takes_long(
    listening: socket.socket, address: str
) -> None:
    taken, go, answers = held_echoes()

    with (
        answering(JournalIntake(listening), answers),
        ThreadPoolExecutor(1) as pool,
        worker_of(address) as worker,
    ):
        asking = pool.submit(worker.ask, b"a")
        assert taken.wait(10)
        before = psutil.Process().num_fds()
        assert [worker.line.problem() for _ in range(50)] == [None] * 50
        until(lambda: psutil.Process().num_fds() <= before)
        go.set()
        assert asking.result(10) == b"1 a"
