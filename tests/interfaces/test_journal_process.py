"""The process that writes for the workers is killed, stopped, left alone, and told to end."""

import os
import signal
from collections import Counter
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import httpx
import psutil  # type: ignore[import-untyped]
import pytest

from infrastructure.event_log import EventLog
from tests.callers import Caller
from tests.log_lock import waiting_writers
from tests.processes import ROOM_FOR_ALL, journal_of
from tests.proof import deliveries_on_record, prove_whole
from tests.running import Service
from tests.waiting import until

PRESSING = 8


@contextmanager
def calling(schema_url: str, folder: Path, *arguments: str) -> Generator[Caller]:
    with Service(schema_url, folder, ROOM_FOR_ALL).running("--no-project", *arguments) as service:
        caller = Caller(service, "on-request")
        yield caller
        caller.close()


def first_process(caller: Caller) -> int:
    process = caller.service.process
    assert process is not None
    return process.pid


def journal(caller: Caller) -> int:
    """Return the journal's process, once it is there."""
    until(lambda: journal_of(first_process(caller)), 20)
    return journal_of(first_process(caller)) or 0


def socket_of(journal: psutil.Process) -> Path:
    [address] = {it.laddr for it in journal.net_connections("unix") if "/journal" in it.laddr}
    return Path(address)


def body(number: int) -> bytes:
    return b'{"Object":{"Id":%d,"UpdatedDate":"2025-07-08T09:12:44Z"}}' % number


def deliver(caller: Caller, number: int) -> None:
    """Deliver until it is acknowledged, as the sender does."""

    def acknowledged() -> bool:
        answered = caller.post(body(number)).status_code
        assert answered in {200, 503}
        return answered == 200

    until(acknowledged, 30)


def _so_many_done(pressed: Sequence[Future[None]], number: int) -> bool:
    return sum(it.done() for it in pressed) > number


def on_record_once(caller: Caller, numbers: range) -> bool:
    recorded = deliveries_on_record(prove_whole(caller.adapters.database))
    once = Counter({sha256(body(number)).hexdigest(): 1 for number in numbers})
    return Counter({key: n for (key, repeat), n in recorded.items() if not repeat}) == once


def test_a_journal_that_is_killed_is_started_again_and_nothing_is_lost_or_doubled(
    schema_url: str, folder: Path
) -> None:
    with calling(schema_url, folder, "--workers", "2") as caller:
        numbers = range(1, 601)
        with ThreadPoolExecutor(PRESSING) as pool:
            pressed = [pool.submit(deliver, caller, number) for number in numbers]
            for done in (100, 200, 300):
                until(partial(_so_many_done, pressed, done), 60)
                os.kill(journal(caller), signal.SIGKILL)
            for it in pressed:
                it.result(60)
        assert on_record_once(caller, numbers)


def test_a_service_whose_journal_stands_still_is_not_ready_and_goes_on_with_it(
    schema_url: str, folder: Path
) -> None:
    with calling(schema_url, folder) as caller:
        assert caller.post(body(1)).status_code == 200
        stopped = journal(caller)
        os.kill(stopped, signal.SIGSTOP)
        try:
            assert caller.post(body(2)).status_code == 503
            ready = httpx.get(f"{caller.service.url}/health/ready", timeout=10)
            assert (ready.status_code, "journal" in ready.text) == (503, True)
        finally:
            os.kill(stopped, signal.SIGCONT)
        assert caller.post(body(2)).headers["worktrail-verdict"] == "repeated"
        caller.service.wait_until_ready()
        assert on_record_once(caller, range(1, 3))


def test_the_journal_ends_with_a_service_that_was_killed_and_leaves_nothing(
    schema_url: str, folder: Path
) -> None:
    with calling(schema_url, folder) as caller:
        left = psutil.Process(journal(caller))
        address = socket_of(left)
        assert caller.service.stop(signal.SIGKILL) == -signal.SIGKILL
        left.wait(10)
        until(lambda: not address.parent.exists())


def test_a_socket_that_was_removed_is_made_again(schema_url: str, folder: Path) -> None:
    with calling(schema_url, folder) as caller:
        before = journal(caller)
        rmtree(socket_of(psutil.Process(before)).parent)
        until(lambda: journal_of(first_process(caller)) not in {None, before}, 20)
        caller.service.wait_until_ready()
        deliver(caller, 1)
        assert on_record_once(caller, range(1, 2))


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_what_waits_is_answered_although_every_process_is_told_to_end_at_once(
    schema_url: str, folder: Path, stop: signal.Signals
) -> None:
    with calling(schema_url, folder, "--workers", "2") as caller, ThreadPoolExecutor(1) as pool:
        with EventLog(caller.adapters.database).locked():
            waiting = pool.submit(caller.post, body(1))
            until(lambda: waiting_writers(caller.adapters.database) == 1)
            os.killpg(first_process(caller), stop)
        assert waiting.result(10).status_code == 200
        assert caller.service.process is not None
        caller.service.process.wait(10)
        assert on_record_once(caller, range(1, 2))
