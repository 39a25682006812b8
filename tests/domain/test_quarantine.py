"""A body that no stream could take: kept, kept again, and then released or discarded."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeAlias
from uuid import UUID

import pytest
from hypothesis import given as whatever

from domain import quarantine as domain
from domain.errors import NotQuarantinedError
from domain.quarantine import (
    DeliveryDiscarded,
    DeliveryQuarantined,
    DeliveryQuarantinedAgain,
    DeliveryReleased,
    QuarantinedContent,
    QuarantinedDelivery,
    QuarantineEvent,
    QuarantineReason,
    evolve,
)
from tests.domain.given import Given, Past
from tests.domain.strategies import bounded, pasts, quarantine_events

QuarantinePast: TypeAlias = Past[QuarantineEvent]
Decide: TypeAlias = Callable[[QuarantinedDelivery], Sequence[QuarantineEvent]]

DIGEST = bytes(range(32))
STREAM = UUID("72b3f777-655c-54f6-8341-f1f537103199")


def delivery_after(past: Sequence[QuarantinePast]) -> QuarantinedDelivery:
    return reduce(lambda known, told: evolve(known, told.event), past, QuarantinedDelivery())


def given(*past: QuarantinePast) -> Given[QuarantinedDelivery, QuarantineEvent]:
    return Given(delivery_after(past))


def quarantined(reason: QuarantineReason = "malformed") -> QuarantinePast:
    return Past(DeliveryQuarantined(DIGEST, reason, QuarantinedContent(b"{", "line 1: no end")))


def quarantined_again(reason: QuarantineReason = "malformed") -> QuarantinePast:
    return Past(DeliveryQuarantinedAgain(reason))


def released() -> QuarantinePast:
    return Past(DeliveryReleased(STREAM, 4))


def discarded() -> QuarantinePast:
    return Past(DeliveryDiscarded("spam"))


def arrive(reason: QuarantineReason = "malformed") -> Decide:
    arrived = quarantined(reason).event
    assert isinstance(arrived, DeliveryQuarantined)
    return lambda delivery: [domain.quarantine(delivery, arrived)]


def release(delivery: QuarantinedDelivery) -> list[QuarantineEvent]:
    return [domain.release(delivery, STREAM, 4)]


def discard(delivery: QuarantinedDelivery) -> list[QuarantineEvent]:
    return [domain.discard(delivery, "spam")]


@pytest.mark.parametrize("reason", ["malformed", "unreadable", "unrelated"])
def test_what_arrives_first_is_kept_in_full(reason: QuarantineReason) -> None:
    given().when(arrive(reason)).then(quarantined(reason))


@pytest.mark.parametrize(
    "past",
    [
        pytest.param([quarantined()], id="held"),
        pytest.param([quarantined(), released()], id="released"),
        pytest.param([quarantined(), discarded()], id="discarded"),
    ],
)
def test_the_same_body_again_is_a_repeat_for_today_s_reason(past: list[QuarantinePast]) -> None:
    given(*past).when(arrive("unrelated")).then(quarantined_again("unrelated"))


HELD = [
    pytest.param([quarantined()], id="kept"),
    pytest.param([quarantined(), quarantined_again()], id="kept twice"),
    pytest.param([quarantined(), released(), quarantined_again()], id="arrived after a release"),
    pytest.param([quarantined(), discarded(), quarantined_again()], id="arrived after a discard"),
]


@pytest.mark.parametrize("past", HELD)
def test_what_is_held_is_released_or_discarded(past: list[QuarantinePast]) -> None:
    given(*past).when(release).then(released())
    given(*past).when(discard).then(discarded())


NOT_HELD = [
    pytest.param([quarantined(), released()], id="released"),
    pytest.param([quarantined(), discarded()], id="discarded"),
    pytest.param([quarantined(), quarantined_again(), released()], id="kept twice, released once"),
]


@pytest.mark.parametrize("past", NOT_HELD)
@pytest.mark.parametrize("decide", [release, discard])
def test_nothing_is_released_or_discarded_twice(past: list[QuarantinePast], decide: Decide) -> None:
    refusal = given(*past).when(decide).refused(NotQuarantinedError)

    assert refusal.digest == DIGEST.hex()


@pytest.mark.parametrize("decide", [release, discard])
def test_what_never_arrived_is_neither_released_nor_discarded(decide: Decide) -> None:
    given().when(decide).refused(NotQuarantinedError)


def test_the_state_counts_arrivals() -> None:
    past = [quarantined(), quarantined_again(), released(), quarantined_again(), discarded()]

    assert delivery_after(past) == QuarantinedDelivery(5, DIGEST, held=False, arrivals=3)
    assert delivery_after(past[:-1]).held


@whatever(pasts(quarantine_events))
@bounded
def test_every_event_is_taken_after_any_other_and_counts_once(past: list[QuarantinePast]) -> None:
    assert delivery_after(past).version == len(past)
