"""When a worker counts as alive, and what becomes of one that does not, in this process."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress

import httpx
import pytest
from litestar import Litestar
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors.multiprocess import SIGNALS

from interfaces.supervisor import Supervisor, Worker
from tests.interfaces.test_standby import no_more_files
from tests.running import ROOT
from tests.waiting import until

_NO_TIME = 0.05
NOTHING_TO_SERVE = """
import socket
from uvicorn.config import Config
from interfaces.supervisor import Supervisor
with socket.create_server(("127.0.0.1", 0)) as listening:
    Supervisor(Config("nothing:app", log_config=None, workers=2), [listening]).run()
"""


@pytest.fixture
def listening() -> Generator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def worker(listening: socket.socket) -> Generator[Worker]:
    """A worker that has just begun."""
    config = Config(Litestar, factory=True, log_config=None)
    worker = Worker(config, [listening])
    worker.start()
    yield worker
    worker.kill()
    worker.join()


@pytest.fixture
def supervisor(listening: socket.socket) -> Generator[Supervisor]:
    """One worker that runs, and who looks after it."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    config = Config(Litestar, factory=True, log_config=None)
    supervisor = Supervisor(config, [listening])
    supervisor.init_processes()
    until(lambda: answers(listening), 30)
    yield supervisor
    supervisor.terminate_all()
    supervisor.join_all()
    for number, handler in before.items():
        signal.signal(number, handler)


def send(worker: Worker, to_do: signal.Signals) -> None:
    assert worker.pid is not None
    os.kill(worker.pid, to_do)


def stop(worker: Worker) -> None:
    send(worker, signal.SIGSTOP)
    assert worker.pid is not None
    _, status = os.waitpid(worker.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


def answers(listening: socket.socket) -> bool:
    host, port = listening.getsockname()
    with suppress(httpx.TransportError):
        return httpx.get(f"http://{host}:{port}", timeout=1).status_code == 404
    return False


def test_a_worker_may_take_its_time_to_start_but_not_to_answer_afterwards(
    worker: Worker, listening: socket.socket
) -> None:
    stop(worker)
    assert worker.is_alive(_NO_TIME)
    send(worker, signal.SIGCONT)
    until(lambda: answers(listening), 30)
    assert worker.is_alive()
    stop(worker)
    assert not worker.is_alive(_NO_TIME)


def test_a_worker_that_does_not_start_at_all_is_not_waited_for(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop(worker)
    monkeypatch.setattr("interfaces.supervisor.START_SECONDS", _NO_TIME)
    until(lambda: not worker.is_alive())


def test_a_worker_that_ends_while_it_starts_is_not_alive(worker: Worker) -> None:
    send(worker, signal.SIGKILL)
    until(lambda: not worker.is_alive())


def test_a_worker_that_is_stopped_holds_up_no_end(
    worker: Worker, listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: answers(listening), 30)
    stop(worker)
    monkeypatch.setattr("interfaces.supervisor._STOP_SECONDS", _NO_TIME)
    worker.terminate()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL


def test_where_a_worker_cannot_start_all_of_them_end_and_the_exit_code_says_so() -> None:
    command = [sys.executable, "-c", NOTHING_TO_SERVE]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert ended.returncode == STARTUP_FAILURE
    assert b"could not start" in ended.stderr


def test_a_successor_that_cannot_be_begun_is_tried_again(
    supervisor: Supervisor, listening: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    [ended] = supervisor.processes
    ended.process.kill()
    ended.process.join()
    with no_more_files():
        supervisor.keep_subprocess_alive()
        supervisor.keep_subprocess_alive()
    assert caplog.text.count("No worker can be started, which is tried again") == 2
    supervisor.keep_subprocess_alive()
    assert supervisor.processes != [ended]
    until(lambda: answers(listening), 30)


def test_there_are_as_many_workers_as_were_asked_for_whatever_signal_comes(
    supervisor: Supervisor,
) -> None:
    workers = list(supervisor.processes)
    supervisor.signal_queue += [signal.SIGTTIN, signal.SIGTTOU, signal.SIGUSR1]
    supervisor.handle_signals()
    assert supervisor.processes == workers
