"""Streams are found by their names alone, so the ids made of them never change."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis.strategies import integers, uuids

from domain.identity import activity_stream, client_stream, quarantine_stream
from tests.domain.activities import ANOTHER_WORK_ORDER, CLIENT, WORK_ORDER

ANOTHER_CLIENT = UUID("7b0f2a4e-5c1d-4f6a-9e3b-2d8c7a6f5e42")
DIGEST = bytes(range(32))


def test_the_ids_of_streams_are_the_same_for_ever() -> None:
    assert activity_stream(CLIENT, WORK_ORDER) == UUID("72b3f777-655c-54f6-8341-f1f537103199")
    assert quarantine_stream(CLIENT, DIGEST) == UUID("786dde07-275c-50f7-a7f3-dd44b2745063")
    assert client_stream(CLIENT) == UUID("6cedde56-d61e-5a1a-ba75-f8705159c83f")


@given(uuids(), integers(-(2**70), 2**70))
def test_a_work_order_is_named_by_its_number(client_id: UUID, number: int) -> None:
    assert activity_stream(client_id, number) == uuid5(client_id, f"work-order/{number}")


def test_no_two_subjects_share_a_stream() -> None:
    """The same body on two work orders, or for two clients, is never the same delivery."""
    streams = [
        stream
        for client in (CLIENT, ANOTHER_CLIENT)
        for stream in (
            activity_stream(client, WORK_ORDER),
            activity_stream(client, ANOTHER_WORK_ORDER),
            quarantine_stream(client, DIGEST),
            quarantine_stream(client, bytes(32)),
            client_stream(client),
        )
    ]

    assert len(set(streams)) == len(streams)
