"""PostgreSQL keeps marking the log's pages as seen by all, however long the log is."""

import psycopg

from infrastructure.database import Database
from infrastructure.migrations import migrate
from tests.infrastructure.embedded_site import Site, at_most, private_folder
from tests.waiting import until

_APPEND = """
    INSERT INTO event_log
        (position, recorded_at, arrived_at, stream_id, client_id, event_id, version, name, state)
    SELECT position, now(), now(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1,
           'activity.work_order_reported', repeat('x', 100)::bytea
    FROM generate_series(%s, %s) AS position
"""
_UNSEEN = """
    SELECT pg_relation_size('event_log') / current_setting('block_size')::int - relallvisible
    FROM pg_class WHERE oid = 'event_log'::regclass
"""
_LONG = 50_000
_NEW = 2_000


def test_a_few_new_events_of_a_long_log_are_vacuumed_as_soon_as_those_of_a_short_one() -> None:
    with private_folder() as folder, Site(folder) as site, at_most(60):
        url = site.server.acquire()
        database = Database(url)
        migrate(database)
        database.close()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_APPEND, (1, _LONG))
        # What a session has done is counted when it ends, at the latest.
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE) event_log")
            connection.execute(_APPEND, (_LONG + 1, _LONG + _NEW))
            assert connection.execute(_UNSEEN).fetchone() != (0,)
            connection.execute("ALTER SYSTEM SET autovacuum_naptime = 1")
            connection.execute("SELECT pg_reload_conf()")
            until(lambda: connection.execute(_UNSEEN).fetchone() == (0,), 30)
