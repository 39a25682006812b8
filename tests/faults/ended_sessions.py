"""The database dies, or ends sessions, or cannot finish a commit."""

import signal
from random import Random

from tests.faults.postgres import Postgres
from tests.faults.site import Site
from tests.waiting import until

_WRITERS = "application_name = 'worktrail' AND pid <> pg_backend_pid()"
_AT_RANDOM = f"""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE {_WRITERS} AND random() < 0.7
"""
_IN_COMMIT = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


class PostgresEnded:
    """The immediate stop of PostgreSQL, or kill -9 of its first process, and a restart."""

    name, kills = "PostgreSQL killed", True

    def strike(self, site: Site, random: Random) -> None:
        """End it at once, leave it away for up to a second, and start it."""
        site.postgres.end(random.choice([signal.SIGQUIT, signal.SIGKILL]))
        site.pause(random.random())
        site.postgres.bring_back()


class SessionsTerminated:
    """Sessions terminated at random, in whatever they are doing."""

    name, kills = "sessions terminated", True

    def strike(self, site: Site, random: Random) -> None:
        """Terminate some three times, at moments apart."""
        ended = 0
        for _ in range(3):
            ended += len(site.postgres.ask(_AT_RANDOM))
            site.pause(random.random() / 10)
        until(lambda: ended or site.postgres.ask(_AT_RANDOM), 5)


class TerminatedInCommit:
    """A session terminated when its commit is on disk and the answer has not left."""

    name, kills = "terminated after commit", True

    def strike(self, site: Site, random: Random) -> None:
        """Hold commits up by a standby that is not there, and terminate who waits for it."""
        with _LostStandby(site.postgres):
            site.pause(random.random() / 5)
            assert site.postgres.ask(f"SELECT pg_terminate_backend(pid) {_IN_COMMIT}")


class StandbyGone:
    """A synchronous standby that goes away during COMMIT."""

    name, kills = "standby gone in COMMIT", False

    def strike(self, site: Site, random: Random) -> None:
        """Give up on the standby, cancel the wait, or let requests run into their deadline."""
        with _LostStandby(site.postgres):
            way = random.choice(["given up", "cancelled", "waited for"])
            if way == "cancelled":
                assert site.postgres.ask(f"SELECT pg_cancel_backend(pid) {_IN_COMMIT}")
                site.pause(0.2)
            elif way == "waited for":
                site.pause(4.5)


class _LostStandby:
    """For the length of a block commits wait for a standby that is not connected."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    def __enter__(self) -> None:
        self._name("'gone'")
        until(lambda: self._postgres.ask(f"SELECT pid {_IN_COMMIT}"), 10)

    def __exit__(self, *_: object) -> None:
        self._name("''")
        until(lambda: self._postgres.ask("SHOW synchronous_standby_names") == [("",)], 10)

    def _name(self, standby: str) -> None:
        self._postgres.ask(f"ALTER SYSTEM SET synchronous_standby_names = {standby}")
        self._postgres.ask("SELECT pg_reload_conf()")
