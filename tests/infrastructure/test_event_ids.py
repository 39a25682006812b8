"""Event ids are UUIDs of version 7 (RFC 9562, section 5.7)."""

import time
from uuid import RFC_4122

from infrastructure.event_ids import new_event_id
from tests.waiting import until


def test_an_id_is_of_version_7() -> None:
    ids = [new_event_id() for _ in range(200)]
    assert {(made.version, made.variant) for made in ids} == {(7, RFC_4122)}


def test_an_id_begins_with_the_milliseconds_since_1970() -> None:
    before = time.time_ns() // 1_000_000
    made = new_event_id()
    after = time.time_ns() // 1_000_000
    assert before <= made.int >> 80 <= after


def test_a_later_id_sorts_behind_an_earlier_one() -> None:
    first = new_event_id()
    until(lambda: time.time_ns() // 1_000_000 > first.int >> 80)
    assert first < new_event_id()


def test_everything_but_time_version_and_variant_is_random() -> None:
    ids = [new_event_id().int for _ in range(2_000)]
    assert len(set(ids)) == 2_000
    fixed = 0b1111 << 76 | 0b11 << 62
    random = ((1 << 80) - 1) & ~fixed
    ever_set = ever_unset = 0
    for made in ids:
        ever_set |= made
        ever_unset |= ~made
    assert ever_set & ever_unset & random == random
