"""When keys were last used is remembered, and kept when the database is there."""

from datetime import timedelta
from uuid import uuid4

from application.key_uses import KeyUses
from infrastructure.database import Database
from infrastructure.key_uses import PostgresKeyUses
from tests.recorded import ARRIVED


def test_the_latest_use_is_kept_whatever_process_tells_it_first(database: Database) -> None:
    store, key_id = PostgresKeyUses(database), uuid4()
    one, other = KeyUses(store), KeyUses(store)
    one.used(key_id, ARRIVED)
    one.used(key_id, ARRIVED + timedelta(minutes=2))
    other.used(key_id, ARRIVED + timedelta(minutes=1))
    one.put_on_record()
    other.put_on_record()
    assert store.all() == {key_id: ARRIVED + timedelta(minutes=2)}


def test_a_use_that_the_record_does_not_know_of_is_news_and_one_in_a_row_is_not(
    database: Database,
) -> None:
    uses, key_id = KeyUses(PostgresKeyUses(database)), uuid4()

    def is_news(minutes: float) -> bool:
        uses.news.clear()
        uses.used(key_id, ARRIVED + timedelta(minutes=minutes))
        return uses.news.is_set()

    assert is_news(0)
    assert is_news(0.1), "the record does not know of it yet"
    uses.put_on_record()
    assert not is_news(1)
    assert not is_news(2)
    assert is_news(3), "nobody has put it on record meanwhile"
    uses.put_on_record()
    assert not is_news(4)


def test_a_key_that_was_never_used_has_no_last_use(database: Database) -> None:
    store = PostgresKeyUses(database)
    KeyUses(store).put_on_record()
    assert store.all() == {}
