import os
import subprocess
import sys
from hashlib import sha256
from itertools import chain, islice, pairwise
from pathlib import Path
from time import monotonic

import pytest

from interfaces.simulator.dates import MINUTE
from interfaces.simulator.schedule import Delivery, Plan, timeline
from tests.interfaces.simulator.plays import a_plan, by_life, played

CHECKOUT = Path(__file__).parents[3]
DIGEST_OF_A_PLAY = """
from hashlib import sha256
from tests.interfaces.simulator.plays import a_plan, played
print(sha256(repr(played(a_plan(work_orders=20))).encode()).hexdigest())
"""


def test_the_same_plan_is_the_same_play_in_any_process_and_zone() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", DIGEST_OF_A_PLAY],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONHASHSEED": "4242", "TZ": "Asia/Tokyo", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed.strip() == sha256(repr(played(a_plan(work_orders=20))).encode()).hexdigest()


@pytest.mark.parametrize(
    "other", [a_plan(seed=8, work_orders=20), Plan(7, 20, a_plan().start + 1, 0.1, 0.05)]
)
def test_another_seed_or_start_is_another_play(other: Plan) -> None:
    plan = a_plan(work_orders=20)

    assert {d.moment.body for d in played(other)} != {d.moment.body for d in played(plan)}


def test_shares_together_are_the_whole_play() -> None:
    plan = a_plan(work_orders=50)
    shares = [list(timeline(plan, share, 3)) for share in range(3)]

    assert by_life(tuple(chain.from_iterable(shares))) == by_life(played(plan))
    assert [sorted({d.life % 3 for d in share if d.life >= 0}) for share in shares] == [
        [0],
        [1],
        [2],
    ]


def test_a_play_runs_forward_in_time() -> None:
    assert all(earlier.at <= later.at for earlier, later in pairwise(played(a_plan())))


def test_lives_are_played_only_when_their_time_comes() -> None:
    began = monotonic()

    first = list(islice(timeline(a_plan(work_orders=50_000)), 100))

    assert len(first) == 100
    assert monotonic() - began < 5


def test_lives_overlap() -> None:
    turns = [delivery.life for delivery in played(a_plan())]

    assert sum(one != other for one, other in pairwise(turns)) > len(turns) / 2


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_the_asked_share_is_sent_twice(share: float) -> None:
    lives = work_orders(a_plan(work_orders=100, duplicates=share))
    twice = sum(delivery.duplicate for delivery in lives)
    once = len(lives) - twice

    assert twice / once == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5])
def test_the_asked_share_arrives_late(share: float) -> None:
    deliveries = work_orders(a_plan(work_orders=100, duplicates=0, late=share))

    assert sum(d.late for d in deliveries) / len(deliveries) == pytest.approx(share, abs=0.02)


def test_late_is_what_comes_behind_a_later_moment_of_its_life() -> None:
    for life in by_life(played(a_plan(work_orders=100, duplicates=0, late=0.3))).values():
        newest = -1
        for delivery in life:
            assert delivery.late == (delivery.number < newest)
            newest = max(newest, delivery.number)


def test_without_late_ones_every_life_keeps_its_order() -> None:
    for life in by_life(played(a_plan(work_orders=100, duplicates=0, late=0))).values():
        assert [delivery.number for delivery in life] == list(range(len(life)))


def test_a_duplicate_comes_after_the_same_bytes_within_the_sender_s_fifteen_minutes() -> None:
    delays = set()
    for life in by_life(played(a_plan(work_orders=100, duplicates=0.5))).values():
        first: dict[int, Delivery] = {}
        for delivery in life:
            if delivery.duplicate:
                delays.add(delivery.at - first[delivery.number].at)
                assert delivery.moment == first[delivery.number].moment
            else:
                assert delivery.number not in first
                first[delivery.number] = delivery

    assert delays == {0, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE}


def test_some_duplicates_come_after_other_events_of_their_work_order() -> None:
    lives = by_life(played(a_plan())).values()
    before = [
        earlier.number == later.number
        for life in lives
        for earlier, later in pairwise(life)
        if later.duplicate
    ]

    assert set(before) == {True, False}


def test_pings_and_tests_are_neither_late_nor_doubled() -> None:
    buttons = by_life(played(a_plan(work_orders=100, duplicates=1, late=1)))[-1]

    assert not [delivery for delivery in buttons if delivery.late or delivery.duplicate]


def work_orders(plan: Plan) -> list[Delivery]:
    return [delivery for delivery in played(plan) if delivery.life >= 0]
