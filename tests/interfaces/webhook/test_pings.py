"""Whoever asks whether somebody is there, and has the keys, was seen."""

from pathlib import Path

from domain.client import PingsSeen
from infrastructure.database import Database
from infrastructure.key_uses import PostgresKeyUses
from tests.callers import Caller
from tests.proof import events_of
from tests.running import Service


def test_empty_bodies_and_probes_with_good_keys_are_pings_and_nothing_else_is(
    schema_url: str, folder: Path, database: Database
) -> None:
    with Service(schema_url, folder).running() as service:
        caller = Caller(service)
        assert caller.post(b"", None).text == "null"
        for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
            assert caller.call(method).status_code == 405
        wrong = {**caller.query, "signingKey": "wrong"}
        for query in (wrong, {}):
            assert caller.call("GET", params=query).status_code == 405
        elsewhere = caller.path.replace(str(caller.keys.client_id), "nobody")
        assert caller.call("GET", elsewhere).status_code == 405
        caller.close()
    # What was counted is put on record when the service stops.
    pings = [it for it in events_of(database) if isinstance(it.event, PingsSeen)]
    assert sum(it.event.count for it in pings if isinstance(it.event, PingsSeen)) == 3
    assert {it.metadata.sender for it in pings} == {caller.keys.sender}
    assert caller.keys.key_id in PostgresKeyUses(database).all()
