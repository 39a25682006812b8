import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from time import monotonic, sleep

import pytest

from interfaces.simulator import post, sender
from interfaces.simulator.address import address
from interfaces.simulator.company import company_signing_keys
from interfaces.simulator.outcome import Outcome, Result
from interfaces.simulator.post import ANSWER_SECONDS, knock
from interfaces.simulator.schedule import Delivery, Plan
from interfaces.simulator.sender import Terms, send
from interfaces.simulator.signing import sending_headers
from tests.interfaces.simulator.plays import a_plan, by_life, played
from tests.interfaces.simulator.receiver import (
    KEYS,
    Received,
    Reply,
    always_recorded,
    receiving,
)

SMALL = a_plan(work_orders=3)
KEYS_OF_ITS_OWN = company_signing_keys(SMALL.seed)
KEY = KEYS_OF_ITS_OWN.first


def test_every_delivery_arrives_byte_for_byte_signed_and_with_the_keys_as_given() -> None:
    with receiving(always_recorded) as receiver:
        sent(played(SMALL), receiver.url)

    assert sorted(request.body for request in receiver.received) == sorted(
        delivery.moment.body for delivery in played(SMALL)
    )
    for request in receiver.received:
        assert request.path.endswith(f"?{KEYS}")
        assert (
            request.headers.items()
            >= {
                name.lower(): value for name, value in sending_headers(request.body, KEY).items()
            }.items()
        )


def test_lives_go_side_by_side_and_each_life_one_after_the_other() -> None:
    plan = a_plan(work_orders=60, late=0.2, duplicates=0.3)
    deliveries = tuple(delivery for delivery in played(plan) if delivery.number < 3)
    life_of = {delivery.moment.body: delivery.life for delivery in deliveries}
    all_in_flight = threading.Barrier(32)
    one_too_many = threading.Event()

    def hold_the_first(request: Received, number: int) -> Reply:
        del request
        if number < 32:
            all_in_flight.wait(5)
            one_too_many.wait(0.3)
        elif number == 32:
            one_too_many.set()
        return Reply()

    with receiving(hold_the_first) as receiver:
        sent(deliveries, receiver.url)

    under_way: list[int] = []
    most = 0
    arrived: dict[int, list[bytes]] = {life: [] for life in life_of.values()}
    for turn, body in receiver.turns:
        life = life_of[body]
        if turn == "answered":
            under_way.remove(life)
            continue
        assert life not in under_way
        under_way.append(life)
        arrived[life].append(body)
        most = max(most, len(under_way))
    assert most == 32
    assert arrived == {
        life: [delivery.moment.body for delivery in told]
        for life, told in by_life(deliveries).items()
    }


def test_what_is_not_acknowledged_is_delivered_again_before_its_life_goes_on() -> None:
    first_tries: set[bytes] = set()

    def refuse_once(request: Received, number: int) -> Reply:
        del number
        if request.body in first_tries:
            return Reply()
        first_tries.add(request.body)
        return Reply(503)

    deliveries = only_life(3, a_plan(duplicates=0, late=0))
    with receiving(refuse_once) as receiver:
        outcomes = sent(deliveries, receiver.url)

    bodies = [delivery.moment.body for delivery in deliveries]
    assert [request.body for request in receiver.received] == [
        body for body in bodies for _ in range(2)
    ]
    assert {outcome.result for outcome in outcomes} == {Result.ACKNOWLEDGED}


@pytest.mark.parametrize(
    ("statuses", "result"),
    [
        ([503, 503, 503, 503], Result.FAILED),
        ([400, 400, 400, 400], Result.REFUSED),
        ([503, 503, 503, 404], Result.REFUSED),
        ([404, 404, 404, 500], Result.FAILED),
        ([302, 302, 302, 302], Result.FAILED),
        ([503, 401, 500, 204], Result.ACKNOWLEDGED),
    ],
)
def test_a_delivery_is_given_up_after_three_re_deliveries(
    statuses: list[int], result: Result
) -> None:
    def by_turn(request: Received, number: int) -> Reply:
        del request
        return Reply(statuses[number], b"")

    with receiving(by_turn) as receiver:
        outcomes = sent(only_life(0, a_plan())[:1], receiver.url)

    assert [outcome.result for outcome in outcomes] == [result]
    assert len(receiver.received) == 4


def test_re_deliveries_keep_their_distance() -> None:
    with receiving(lambda _request, number: Reply(200 if number == 2 else 503)) as receiver:
        outcomes = sent(only_life(0, a_plan())[:1], receiver.url, redelivery_after=0.2)

    assert outcomes[0].ended - outcomes[0].began >= 0.4


def test_without_an_acknowledgement_nothing_is_sent_a_second_time() -> None:
    plan = a_plan(work_orders=1, duplicates=1)
    with receiving(lambda _request, _number: Reply(500)) as receiver:
        outcomes = sent(played(plan), receiver.url)

    assert len(outcomes) == sum(not delivery.duplicate for delivery in played(plan))


def test_an_answer_after_five_seconds_is_none() -> None:
    released = threading.Event()

    def silent_at_first(request: Received, number: int) -> Reply:
        del request
        if number == 0:
            released.wait(10)
        return Reply()

    with receiving(silent_at_first) as receiver:
        outcomes = sent(only_life(0, a_plan())[:1], receiver.url)
        released.set()

    assert outcomes[0].result is Result.ACKNOWLEDGED
    assert len(receiver.received) == 2
    assert ANSWER_SECONDS == 5
    assert 5 <= outcomes[0].ended - outcomes[0].began < 7


def test_a_play_that_was_held_up_loses_no_more_than_what_was_in_flight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Suspended, or held up by who reads its ledger, it finds its time over wherever it was."""
    answer_seconds = 0.5
    for module in (post, sender):
        monkeypatch.setattr(module, "ANSWER_SECONDS", answer_seconds)
    outcomes: list[Outcome] = []

    def held_up(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if len(outcomes) in range(100, 500, 100):
            sleep(answer_seconds * 1.05)

    deliveries = played(a_plan(work_orders=60))
    with receiving(always_recorded) as receiver:
        asyncio.run(send(iter(deliveries), terms_for(receiver.url), held_up, lambda: False))

    assert max(outcome.ended - outcome.began for outcome in outcomes) > answer_seconds
    assert Counter(outcome.result for outcome in outcomes) == {Result.ACKNOWLEDGED: len(deliveries)}


def test_a_broken_connection_counts_as_failed() -> None:
    with receiving(always_recorded) as receiver:
        url = receiver.url

    outcomes = sent(only_life(0, a_plan())[:1], url)

    assert [outcome.result for outcome in outcomes] == [Result.FAILED]


def test_a_rate_is_kept() -> None:
    began = monotonic()
    with receiving(always_recorded) as receiver:
        sent(played(SMALL)[:40], receiver.url, rate=80)

    assert 39 / 80 - 0.1 <= monotonic() - began < 5


@pytest.mark.parametrize(
    ("answer", "read"), [(b"42", 42), (b"null", None), (b"<int>7</int>", None), (b"", None)]
)
def test_the_answer_is_read_as_an_activity_s_id_where_it_is_one(
    answer: bytes, read: int | None
) -> None:
    with receiving(lambda _request, _number: Reply(body=answer)) as receiver:
        outcomes = sent(only_life(0, a_plan())[:1], receiver.url)

    entry = outcomes[0].acknowledgement
    assert entry is not None
    assert (entry.status, entry.activity_id, entry.verdict) == (200, read, "recorded")


def test_an_interruption_ends_the_wait_for_a_re_delivery() -> None:
    asked = threading.Event()

    def fail(request: Received, number: int) -> Reply:
        del request, number
        asked.set()
        return Reply(503)

    with receiving(fail) as receiver:
        outcomes = sent(
            only_life(0, a_plan()), receiver.url, redelivery_after=300, interrupted=asked.is_set
        )

    assert [outcome.result for outcome in outcomes] == [Result.INTERRUPTED]


def test_a_knock_goes_on_where_the_receiver_is_unwell() -> None:
    with receiving(lambda _request, _number: Reply(503)) as receiver:
        knock(address(receiver.url), KEY)

    assert [request.body for request in receiver.received] == [b""]


def sent(
    deliveries: tuple[Delivery, ...],
    url: str,
    rate: float | None = None,
    redelivery_after: float = 0.0,
    interrupted: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    terms = terms_for(url, rate, redelivery_after)
    asyncio.run(send(iter(deliveries), terms, outcomes.append, interrupted))
    return outcomes


def terms_for(url: str, rate: float | None = None, redelivery_after: float = 0.0) -> Terms:
    return Terms(address(url), KEYS_OF_ITS_OWN, rate, redelivery_after)


def only_life(number: int, plan: Plan) -> tuple[Delivery, ...]:
    return tuple(by_life(played(plan))[number])
