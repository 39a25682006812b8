"""All bodies of a process together hold no more bytes than they may."""

import pytest

from interfaces.webhook.held_bodies import HeldBodies
from interfaces.webhook.refusals import TooManyBytesHeldError


def test_what_is_beyond_the_bound_is_refused_until_another_gives_its_room_back() -> None:
    held = HeldBodies(most_bytes=10)
    with held.of_one_request() as second:
        with held.of_one_request() as first:
            first.add(4)
            first.add(4)
            second.add(2)
            with pytest.raises(TooManyBytesHeldError):
                second.add(1)
        second.add(8)
        with pytest.raises(TooManyBytesHeldError):
            second.add(1)
    assert held.bytes == 0
