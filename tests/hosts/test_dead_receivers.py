"""The host of a receiver dies, or to a receiver the server's."""

from contextlib import closing
from urllib.parse import urlencode

import pytest

from domain.errors import UnknownWorkOrderError
from infrastructure.database import IDLE_IN_TRANSACTION_SECONDS, POOLED_SILENCE_SECONDS, Database
from infrastructure.event_log import EventLog
from tests.callers import Caller
from tests.hosts.asking import status
from tests.hosts.network import Network
from tests.hosts.sessions import finds
from tests.hosts.timing import timed
from tests.interfaces.webhook.test_endpoint import body
from tests.running import Service
from tests.waiting import until

FREE_SECONDS = IDLE_IN_TRANSACTION_SECONDS + 3.0
ANSWER_SECONDS = POOLED_SILENCE_SECONDS + 3.0
OPENED = 7
OPENING = ("activities", "open", "Test", str(OPENED), "--reason", "ordered by phone")
FAR_LOCKS = """
    SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = 7301 AND client_addr IS NOT NULL AND granted = %s
"""


def test_the_receivers_go_on_when_the_host_of_one_that_holds_the_logs_lock_is_dead(
    near: Service, far: Service, line: Network, database: Database
) -> None:
    with near.running("--no-project"), closing(Caller(near)) as caller:
        with EventLog(database).locked() as lock, far.beside(*OPENING) as command:
            lock.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            until(lambda: finds(database, FAR_LOCKS, False), 20)
            line.cut()
            lock.connection.commit()
            with timed("host of the holder of the log's lock dead, log free", FREE_SECONDS):
                until(lambda: finds(database, FAR_LOCKS, True), 2)
                assert caller.post(body(1)).status_code == 503
                until(lambda: caller.post(body(1)).status_code == 200, IDLE_IN_TRANSACTION_SECONDS)
            line.mend()
            assert command.wait(30) != 0
        with pytest.raises(UnknownWorkOrderError):
            caller.history(OPENED)


@pytest.mark.usefixtures("database")
def test_a_receiver_answers_in_time_while_the_servers_host_is_dead_and_goes_on_afterwards(
    near: Service, far: Service, line: Network
) -> None:
    caller = Caller(near)
    ready = f"{far.url}/health/ready"
    hook = f"{far.url}{caller.path}?{urlencode(caller.query)}"
    with far.beside("serve", "--no-project"), closing(caller):
        until(lambda: status(line.far, ready) == 200, 20)
        assert status(line.far, hook, body(1)) == 200
        line.cut()
        with timed("server's host dead, receiver says that it is not ready", ANSWER_SECONDS):
            assert status(line.far, ready) == 503
        with timed("server's host dead, webhook answered 503", ANSWER_SECONDS):
            assert status(line.far, hook, body(2)) == 503
        line.mend()
        with timed("server's host back, webhook taken", 25):
            until(lambda: status(line.far, hook, body(2)) == 200, 25)
        assert caller.history(2).activity_id == 2
