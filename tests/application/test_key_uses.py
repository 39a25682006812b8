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


def test_a_key_that_was_never_used_has_no_last_use(database: Database) -> None:
    store = PostgresKeyUses(database)
    KeyUses(store).put_on_record()
    assert store.all() == {}
