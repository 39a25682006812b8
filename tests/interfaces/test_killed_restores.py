"""A restore that is killed while it is recorded is on record whole, or not at all."""

import random
import signal
from pathlib import Path
from typing import Final

from infrastructure.database import Database
from infrastructure.epoch_store import PostgresEpochs
from infrastructure.mapper import EventMapper
from tests.callers import Caller
from tests.interfaces.killed import RESTORING, killed
from tests.proof import prove_whole
from tests.running import Service

ROUNDS: Final = 4


def test_a_restore_that_is_killed_is_on_record_whole_or_not_at_all(
    schema_url: str, database: Database, tmp_path: Path
) -> None:
    caller = Caller(Service(schema_url, tmp_path))
    client_id = caller.keys.client_id
    epochs, last = PostgresEpochs(database, EventMapper()), 1_000
    unharmed = restored(schema_url, tmp_path, at=0, last=last)
    assert unharmed[0] == 0
    calls = int(unharmed[1].rsplit("calls ", 1)[1])
    assert calls > 100
    drawn = random.Random(7)
    seen = {True: 0, False: 0}
    places = [2, calls - calls // 50, *(drawn.randrange(3, calls) for _ in range(ROUNDS))]
    for place in places:
        recorded = len(epochs.all())
        last += 1_000
        code, _ = restored(schema_url, tmp_path, at=place, last=last)
        assert code == -signal.SIGKILL
        is_recorded = len(epochs.all()) > recorded
        seen[is_recorded] += 1
        told = caller.service.json("restored", "--last-position", str(last))
        assert told["Recorded"] is not is_recorded
        assert len(epochs.all()) == recorded + 1
        assert told["FirstPosition"] == last + 1
        [passed] = told["LastActivityIds"]
        assert passed_ids(database) == {client_id: passed["ActivityId"]}
        prove_whole(database)
    caller.close()
    assert all(seen.values()), seen


def restored(schema_url: str, folder: Path, *, at: int, last: int) -> tuple[int, str]:
    """Run the command and return its exit code and what it said, killed at one of its calls."""
    service = Service(schema_url, folder)
    done = killed(service, RESTORING, at, "restored", "--last-position", str(last), "--json")
    return done.returncode, done.stderr


def passed_ids(database: Database) -> dict[object, int]:
    with database.connection() as connection:
        return dict(connection.execute("SELECT * FROM passed_activity_ids").fetchall())
