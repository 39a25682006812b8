"""The change feed while the service and its database are killed, stopped and started again."""

import signal
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from infrastructure.database import Database
from infrastructure.migrations import migrate
from tests.callers import Caller
from tests.faults.generator import Generator as Senders
from tests.faults.postgres import Postgres
from tests.interfaces.api.asking import Asking
from tests.interfaces.follower import Follower, PageFollower
from tests.interfaces.test_read_side import events_on_record, meanwhile
from tests.processes import ROOM_FOR_ALL
from tests.running import Service
from tests.waiting import until

FLOW = 20
"""Deliveries that are acknowledged before the next blow, so that each strikes in full flow."""


class Scene:
    """A service that is sent to, and two who follow: by a stream and by pages."""

    def __init__(self, site: Service) -> None:
        self.site = site
        self.site.start()
        self.caller = Caller(site)
        asking = Asking(self.caller)
        # Nobody cuts this line but a service that goes.
        self.streamed = Follower(asking, line_seconds=30)
        self.paged = PageFollower(asking, limit=7)
        self.senders = Senders({"first": site.port}, self.caller.path, self.caller.query, seed=5)

    def flows(self) -> None:
        """Wait until more is acknowledged, and told."""
        sent = self.senders.ledger.acknowledged_by["first"]
        until(lambda: self.senders.ledger.acknowledged_by["first"] >= sent + FLOW, 20)
        told = len(self.streamed.items), len(self.paged.items)
        until(lambda: len(self.streamed.items) > told[0] and len(self.paged.items) > told[1], 20)

    def start_again(self, *arguments: str) -> None:
        """Start the service that has gone, and wait until the stream has come back to it."""
        lines = self.streamed.lines
        self.site.start(*arguments)
        until(lambda: self.streamed.lines > lines, 20)
        self.flows()

    def close(self) -> None:
        """End whatever still runs."""
        self.senders.stop()
        self.site.kill()
        self.caller.close()


@pytest.fixture
def postgres(folder: Path) -> Generator[Postgres]:
    with Postgres(folder / "postgres") as postgres:
        yield postgres


@pytest.fixture
def scene(postgres: Postgres, folder: Path) -> Generator[Scene]:
    with postgres.schema() as schema:
        database = Database(postgres.url_of(schema))
        migrate(database)
        database.close()
        site = Service(postgres.url_of(schema), folder, ROOM_FOR_ALL)
        with closing(Scene(site)) as scene:
            yield scene


def test_followers_are_told_everything_once_and_in_order_whatever_is_started_again(
    scene: Scene, postgres: Postgres
) -> None:
    with meanwhile(scene.streamed.run, scene.paged.run):
        scene.senders.start()
        scene.flows()
        for workers in ("1", "2"):
            scene.site.kill()
            scene.start_again("--workers", workers)
        assert scene.site.stop(signal.SIGTERM) == 0
        scene.start_again()
        postgres.end(signal.SIGQUIT)
        postgres.bring_back()
        scene.flows()
        assert scene.senders.stop() == 0
        on_record = events_on_record(scene.caller)
        for follower in (scene.streamed, scene.paged):
            until(lambda: follower.positions[-1] >= on_record[-1], 20)  # noqa: B023
    assert scene.streamed.positions == on_record
    assert scene.paged.positions == on_record
    assert scene.paged.failures > 0
