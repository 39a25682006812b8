"""What a running service turned away or refused, as `gaps` tells it afterwards."""

import os
import signal
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from infrastructure.event_log import EventLog
from tests.application.read_side import ReadSide
from tests.callers import Caller
from tests.interfaces.test_journal_process import body, calling, journal
from tests.log_lock import waiting_writers
from tests.running import Service
from tests.waiting import until

Trouble: TypeAlias = Callable[[Caller], AbstractContextManager[int]]
"""What keeps a delivery from being recorded; lends the status that it was answered."""

LATER = body(2).replace(b"09:12", b"09:13")
"""A further delivery about a work order that was open before: it opens none, whenever it comes."""


def told(caller: Caller) -> tuple[list[dict[str, Any]], str]:
    """Return the gaps as programs and as people get them."""
    client_id = str(caller.keys.client_id)
    printed = caller.service.command("gaps", client_id)
    assert printed.returncode == 0, printed.stderr
    gaps: list[dict[str, Any]] = caller.service.json("gaps", client_id)["Gaps"]
    return gaps, printed.stdout


def line_of(kind: str, printed: str) -> str:
    [line] = [line.strip() for line in printed.splitlines() if line.strip().startswith(kind)]
    return line


@contextmanager
def stopped_journal(caller: Caller) -> Generator[int]:
    stopped = journal(caller)
    os.kill(stopped, signal.SIGSTOP)
    try:
        yield caller.post(LATER).status_code
    finally:
        os.kill(stopped, signal.SIGCONT)


@contextmanager
def held_log(caller: Caller) -> Generator[int]:
    with EventLog(caller.adapters.database).locked():
        yield caller.post(LATER).status_code


@contextmanager
def killed_journal(caller: Caller) -> Generator[int]:
    # It dies over a delivery, and the one that is started next cannot write in time either.
    with EventLog(caller.adapters.database).locked(), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(caller.post, LATER)
        until(lambda: waiting_writers(caller.adapters.database) == 1)
        os.kill(journal(caller), signal.SIGKILL)
        yield waiting.result(10).status_code


@pytest.mark.parametrize("trouble", [stopped_journal, held_log, killed_journal])
def test_what_was_answered_503_is_told_whatever_kept_it_from_being_recorded(
    schema_url: str, folder: Path, trouble: Trouble
) -> None:
    with calling(schema_url, folder) as caller:
        assert [caller.post(body(number)).status_code for number in (1, 2)] == [200, 200]
        with trouble(caller) as status:
            assert status == 503
        caller.service.wait_until_ready()
        assert caller.post(LATER).status_code == 200
        caller.service.stop()
        ReadSide(caller.adapters.database).catch_up()
        gaps, printed = told(caller)
    [gap] = gaps
    assert (gap["Kind"], gap["Count"], gap["IsOver"]) == ("unavailable", 1, True)
    assert gap["LikelyRedelivered"]
    assert gap["OpenWorkOrders"] == [1, 2]
    line = line_of("unavailable", printed)
    assert line.endswith("1 delivery was answered 503, not being recorded in time.")
    assert "likely" in line


def refused(caller: Caller, **query: str) -> int:
    headers = {"Content-Type": "application/json"}
    return caller.call("POST", params=query, content=body(2), headers=headers).status_code


def test_attempts_that_were_refused_for_their_keys_are_told_with_where_they_came_from(
    schema_url: str, folder: Path
) -> None:
    with Service(schema_url, folder).running() as service:
        caller = Caller(service)
        client_id, good = str(caller.keys.client_id), caller.query
        assert caller.post(body(1)).status_code == 200
        attempts = [
            {**good, "signingKey": "wrong"},
            {**good, "accessKey": "wrong"},
            {"accessKey": good["accessKey"]},
        ]
        assert [refused(caller, **query) for query in attempts] == [401, 401, 401]
        service.json("clients", "change", client_id, "--require-signature")
        until(lambda: caller.post(body(3)).status_code == 401)
        caller.close()
        service.stop()
        gaps, printed = told(caller)
    [gap] = gaps
    # A moment ago is as good as now: nothing says that it is over.
    assert (gap["Kind"], gap["Count"], gap["IsOver"]) == ("refusing", 4, False)
    line = line_of("refusing", printed)
    assert "still going on" in line
    assert line.endswith("4 attempts were refused for keys, signature or body, from 127.0.0.1.")


def test_deliveries_that_were_too_large_or_of_another_kind_are_told_since_nothing_of_them_is_kept(
    schema_url: str, folder: Path
) -> None:
    service = Service(schema_url, folder)
    service.environment["WORKTRAIL_MAX_BODY_BYTES"] = "1000"
    with service.running():
        caller = Caller(service)
        assert caller.post(body(1)).status_code == 200
        assert caller.post(body(1), "application/octet-stream").status_code == 415
        assert caller.post(body(1).ljust(1_001)).status_code == 413
        assert caller.post("{").status_code == 400  # which is kept
        stranger = {**caller.query, "accessKey": "wrong"}
        kind = {"Content-Type": "application/octet-stream"}
        assert caller.call("POST", params=stranger, content=body(2), headers=kind).is_error
        caller.close()
        service.stop()
        gaps, printed = told(caller)
    [gap] = gaps
    assert (gap["Kind"], gap["Count"]) == ("refusing", 2)
    line = line_of("refusing", printed)
    assert line.endswith("2 attempts were refused for keys, signature or body, from 127.0.0.1.")
