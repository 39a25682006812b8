"""Two workers where there is room for one: the other takes what nobody else takes."""

import os
import signal
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from infrastructure.event_log import EventLog
from interfaces.standby import LEFT_LYING_SECONDS
from tests.callers import Caller
from tests.interfaces.sockets import answer, connection, is_closed, whole
from tests.log_lock import waiting_writers
from tests.processes import program_on, running_workers_of, worker_with, workers_by_port
from tests.running import Service
from tests.waiting import until

BODY = b'{"Object":{"Id":1}}'
SOON_SECONDS = 1.0


@pytest.fixture
def caller(schema_url: str, folder: Path) -> Generator[Caller]:
    service = Service(schema_url, folder, program_on(2))
    with service.running("--workers", "2", "--no-project"):
        caller = Caller(service)
        until_both_run(caller)
        yield caller
        caller.close()


def first_process(caller: Caller) -> int:
    assert caller.service.process is not None
    return caller.service.process.pid


def until_both_run(caller: Caller) -> None:
    until(lambda: len(running_workers_of(first_process(caller))) == 2, 30)


def ended(caller: Caller, worker: int) -> bool:
    return worker not in running_workers_of(first_process(caller))


def takers(caller: Caller, connections: int = 40) -> Counter[int | None]:
    """Open connections one after another, and return how many each worker took."""
    taken = Counter[int | None]()
    with ExitStack() as open_ones:
        for _ in range(connections):
            connected = open_ones.enter_context(connection(caller))
            connected.sendall(whole(caller, BODY))
            assert answer(connected).status == 200
            taken[worker_with(first_process(caller), connected.getsockname()[1])] += 1
    return taken


def taker_of_nearly_all(caller: Caller) -> int:
    """Return the worker that took them; on a busy machine it may once have come too late."""
    [(taker, taken), *_] = (counted := takers(caller)).most_common()
    assert taker is not None
    assert taken > 0.8 * counted.total(), counted
    return taker


def is_refused(caller: Caller) -> bool:
    try:
        with connection(caller):
            return False
    except ConnectionRefusedError:
        return True


def other_than(worker: int, caller: Caller) -> int:
    [other] = set(running_workers_of(first_process(caller))) - {worker}
    return other


def seconds_to_answer(caller: Caller) -> float:
    began = monotonic()
    with connection(caller) as connected:
        connected.sendall(whole(caller, BODY))
        assert answer(connected).status == 200
    return monotonic() - began


@contextmanager
def stopped(worker: int) -> Generator[None]:
    """Stop a worker for the length of a block, shorter than its parent waits for it."""
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def test_one_worker_takes_every_connection_and_the_other_what_is_left_lying(
    caller: Caller,
) -> None:
    taker = taker_of_nearly_all(caller)
    with stopped(taker):
        waited = [seconds_to_answer(caller) for _ in range(5)]
        assert set(takers(caller, 3)) == {other_than(taker, caller)}
    assert max(waited) < SOON_SECONDS
    # It left each of them for the other one first.
    assert min(waited) > 0.9 * LEFT_LYING_SECONDS
    assert taker_of_nearly_all(caller) == taker


def test_of_many_that_come_at_once_the_one_that_stands_by_takes_none(caller: Caller) -> None:
    taker = taker_of_nearly_all(caller)
    # A loop that is kept busy is slow to take them.
    requests = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 100
    with ExitStack() as open_ones:
        burst = [open_ones.enter_context(connection(caller)) for _ in range(60)]
        for connected in burst:
            connected.sendall(requests)
        assert {answer(connected).status for connected in burst} == {200}
        workers = workers_by_port(first_process(caller))
        assert {workers[connected.getsockname()[1]] for connected in burst} == {taker}


def test_the_place_of_a_worker_that_was_killed_is_taken_at_once(caller: Caller) -> None:
    killed = taker_of_nearly_all(caller)
    for _ in range(2):
        successor = other_than(killed, caller)
        os.kill(killed, signal.SIGKILL)
        waited = [seconds_to_answer(caller) for _ in range(10)]
        assert max(waited) < SOON_SECONDS
        assert min(waited) < LEFT_LYING_SECONDS
        until(partial(ended, caller, killed))
        until_both_run(caller)
        assert taker_of_nearly_all(caller) == successor
        assert f"Worker {killed} ended" in caller.service.log.read_text()
        killed = successor


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_who_stands_by_answers_what_is_under_way_when_told_to_end(
    caller: Caller, told: signal.Signals
) -> None:
    taker = taker_of_nearly_all(caller)
    with ExitStack() as held, ThreadPoolExecutor(1) as pool:
        with EventLog(caller.adapters.database).locked():
            with stopped(taker):
                idle = held.enter_context(connection(caller))
                idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                assert answer(idle).status == 200
                waiting = pool.submit(caller.post, BODY)
                until(lambda: waiting_writers(caller.adapters.database) == 1)
            os.killpg(first_process(caller), told)
            assert is_closed(idle)
            until(lambda: is_refused(caller))
            assert not waiting.done()
        assert waiting.result(10).status_code == 200
    assert caller.service.process is not None
    assert caller.service.process.wait(10) == 0
    log = caller.service.log.read_text()
    assert "Traceback" not in log
    assert "exceeded" not in log


def test_where_hanging_up_is_ignored_it_ends_nobody(schema_url: str, folder: Path) -> None:
    service = Service(schema_url, folder, program_on(2), entering=("nohup",))
    with service.running("--workers", "2", "--no-project"):
        caller = Caller(service)
        until_both_run(caller)
        killed, spared = running_workers_of(first_process(caller))
        os.killpg(first_process(caller), signal.SIGHUP)
        # When the one that was killed is replaced, the signal before has been dealt with.
        os.kill(killed, signal.SIGKILL)
        until(partial(ended, caller, killed))
        until_both_run(caller)
        assert spared in running_workers_of(first_process(caller))
        assert seconds_to_answer(caller) < SOON_SECONDS
        caller.close()
