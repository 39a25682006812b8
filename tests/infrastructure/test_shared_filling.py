"""Whoever shares a rebuild out keeps its own session while the others work."""

from collections.abc import Sequence
from typing import Any

from application.read_model_ports import Share, Tracked
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.rebuild_session import SIGN_OF_LIFE, PostgresRebuildSession
from infrastructure.shared_filling import SharedFilling
from tests.waiting import until

SIGNS = """
    SELECT pid, query_start FROM pg_stat_activity
    WHERE query = %s AND datname = current_database()
"""


def fill_in_silence(
    session: PostgresRebuildSession,
    projections: Sequence[Any],
    generations: Sequence[Tracked],
    upto: int,
    tell: object,
    share: Share,
) -> list[Tracked]:
    """Tell nothing, until both connections of whoever waits have given three signs of life."""
    del projections, upto, tell, share
    seen: set[tuple[int, object]] = set()

    def three_each() -> bool:
        seen.update(session._connection.execute(SIGNS, (SIGN_OF_LIFE,)))  # noqa: SLF001
        sessions = [pid for pid, _ in seen]
        return len([pid for pid in set(sessions) if sessions.count(pid) >= 3]) >= 2

    until(three_each, 20)
    return list(generations)


def test_the_session_that_waits_for_the_others_gives_signs_of_life(
    database: Database, schema_url: str
) -> None:
    filling = SharedFilling(schema_url, fill_in_silence, worth_a_process=1, longest_silence=0.1)
    generations = [Tracked("timeline", 2, 0, {})]
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        assert filling(session, [], generations, 2, lambda _: None) == generations
