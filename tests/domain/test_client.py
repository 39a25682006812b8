"""A client: registered once, its senders' keys issued, rotated with an overlap, and retired."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as whatever
from msgspec import structs

from domain.client import (
    OWN_SENDER,
    AttemptsRefused,
    Client,
    ClientEvent,
    OpeningPolicy,
    PingsSeen,
    evolve,
)
from domain.credentials import KeyPair
from domain.errors import (
    ClientExistsError,
    OverlapTooShortError,
    UnknownKeysError,
    UnknownSenderError,
)
from domain.turned_away import DeliveriesTurnedAway
from tests.domain.activities import CLIENT
from tests.domain.clients import (
    DAY,
    ClientPast,
    chosen,
    client_after,
    given,
    issue,
    issued,
    named,
    register,
    registered,
    retire,
    retired,
    rotate,
)
from tests.domain.given import NOON, Past, after
from tests.domain.strategies import bounded, client_events, pasts

OLD, OTHER, NEW = UUID(int=1), UUID(int=2), UUID(int=3)
KNOWN = [registered(), chosen("on-request"), named(OWN_SENDER)]


@pytest.mark.parametrize("policy", ["on-request", "on-first-report"])
def test_a_client_is_registered_with_its_policy_and_a_sender_of_its_own(
    policy: OpeningPolicy,
) -> None:
    given().when(register(policy)).then(registered(), chosen(policy), named(OWN_SENDER))


def test_a_client_is_registered_once() -> None:
    assert given(*KNOWN).when(register()).refused(ClientExistsError).client_id == CLIENT


def test_a_known_sender_gets_another_pair_beside_the_first() -> None:
    given(*KNOWN, issued(OLD)).when(issue(NEW)).then(issued(NEW))


def test_a_sender_that_nobody_knew_of_is_named_first() -> None:
    given(*KNOWN).when(issue(NEW, "north")).then(named("north"), issued(NEW, "north"))
    given(*KNOWN, named("north")).when(issue(NEW, "north")).then(issued(NEW, "north"))


def test_after_a_rotation_the_old_pairs_live_on_for_the_overlap() -> None:
    given(*KNOWN, issued(OLD), issued(OTHER)).when(rotate(NEW)).then(
        issued(NEW), retired(OLD, NOON + DAY), retired(OTHER, NOON + DAY)
    )


def test_a_rotation_leaves_other_senders_alone() -> None:
    north = [named("north"), issued(OTHER, "north")]

    given(*KNOWN, issued(OLD), *north).when(rotate(NEW)).then(issued(NEW), retired(OLD, NOON + DAY))


@pytest.mark.parametrize(
    ("end", "events"),
    [
        pytest.param(NOON, [], id="gone already"),
        pytest.param(NOON + DAY, [], id="ends with the overlap"),
        pytest.param(NOON + 2 * DAY, [retired(OLD, NOON + DAY)], id="would have lived longer"),
    ],
)
def test_a_rotation_never_prolongs_a_pair_s_life(end: datetime, events: list[ClientPast]) -> None:
    given(*KNOWN, issued(OLD), retired(OLD, end)).when(rotate(NEW)).then(issued(NEW), *events)


def test_the_overlap_outlasts_the_sender_s_re_deliveries() -> None:
    known, shortest = given(*KNOWN, issued(OLD)), timedelta(minutes=20)

    known.when(rotate(NEW, overlap=shortest)).then(issued(NEW), retired(OLD, NOON + shortest))
    too_short = shortest - timedelta(microseconds=1)
    assert known.when(rotate(NEW, overlap=too_short)).refused(OverlapTooShortError).minutes == 20


def test_a_sender_without_keys_is_not_rotated() -> None:
    refusal = given(*KNOWN, issued(OLD)).when(rotate(NEW, "Nrth")).refused(UnknownSenderError)
    assert refusal.sender == "Nrth"


def test_a_pair_is_retired_at_once() -> None:
    given(*KNOWN, issued(OLD)).when(retire(OLD)).then(retired(OLD, NOON))


def test_a_pair_in_its_overlap_may_still_be_retired_at_once() -> None:
    rotated = [*KNOWN, issued(OLD), issued(NEW), retired(OLD, NOON + DAY)]

    given(*rotated).when(retire(OLD, after(hours=1))).then(retired(OLD, after(hours=1)))


@pytest.mark.parametrize(
    "past",
    [
        pytest.param([], id="never issued"),
        pytest.param([issued(OTHER)], id="another pair"),
        pytest.param([issued(OLD), retired(OLD, NOON)], id="retired"),
    ],
)
def test_only_a_living_pair_is_retired(past: list[ClientPast]) -> None:
    refusal = given(*KNOWN, *past).when(retire(OLD)).refused(UnknownKeysError)

    assert refusal.key_id == str(OLD)


def test_a_pair_lives_until_it_retires() -> None:
    [pair] = client_after([issued(OLD), retired(OLD, NOON)]).keys

    assert pair.lives_at(NOON - timedelta(microseconds=1))
    assert not pair.lives_at(NOON)
    [for_ever] = client_after([issued(OLD)]).keys
    assert for_ever.lives_at(NOON + 10_000 * DAY)


def test_a_client_s_state_in_full() -> None:
    client = client_after(
        [
            registered(first_activity_id=5_000),
            chosen("on-request"),
            named(OWN_SENDER),
            Past(issued(OLD, own=True).event, after(minutes=1)),
            named("north"),
            issued(OTHER, "north"),
            chosen("on-first-report"),
            retired(OLD, NOON + DAY),
        ]
    )

    assert (client.id, client.name, client.first_activity_id) == (CLIENT, "Acme", 5_000)
    assert (client.version, client.policy) == (8, "on-first-report")
    assert client.senders == {OWN_SENDER, "north"}
    assert client.keys == (
        KeyPair(
            key_id=OLD,
            sender=OWN_SENDER,
            access_key_hash=b"a" * 32,
            signing_key_hash=b"s" * 32,
            own_signing_key=True,
            issued_at=after(minutes=1),
            retires_at=NOON + DAY,
        ),
        KeyPair(OTHER, "north", b"a" * 32, b"s" * 32, own_signing_key=False, issued_at=NOON),
    )


@pytest.mark.parametrize(
    "event",
    [AttemptsRefused(NOON, 3), PingsSeen(NOON, 3), DeliveriesTurnedAway(NOON, 3)],
    ids=repr,
)
def test_counts_of_a_minute_change_nothing_that_a_decision_needs(event: ClientEvent) -> None:
    before = client_after(KNOWN)

    assert evolve(before, event, NOON) == structs.replace(before, version=4)


def test_a_client_has_no_id_before_it_is_registered() -> None:
    with pytest.raises(LookupError):
        _ = Client().id


@whatever(pasts(client_events))
@bounded
def test_every_event_is_taken_after_any_other_and_counts_once(past: list[ClientPast]) -> None:
    assert client_after(past).version == len(past)
