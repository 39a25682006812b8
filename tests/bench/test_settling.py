import psycopg

from tests.bench.postgres import somebody_works
from tests.waiting import until


def test_somebody_works_until_a_transaction_has_ended(server_url: str) -> None:
    with psycopg.connect(server_url) as other, psycopg.connect(server_url, autocommit=True) as ours:
        other.execute("SELECT 1")
        assert somebody_works(ours)
        other.rollback()
        until(lambda: not somebody_works(ours))
