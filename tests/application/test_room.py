"""Room for a rebuild: twice what all that is rebuilt needs, seen or vouched for."""

import pytest

from application.rebuild_ports import Room
from application.room import NoRoomError, check_room


@pytest.mark.parametrize(
    ("rooms", "unseen_is_fine", "refusal"),
    [
        ([Room(300, 2_000), Room(700, 2_000)], False, None),
        ([Room(300, 1_999), Room(700, 1_999)], False, "0.0 MB are free"),
        ([Room(300, 1_999), Room(700, 1_999)], True, "0.0 MB are free"),
        ([Room(3 * 10**8, None), Room(10**6, None)], False, "Up to 0.6 GB .* give --yes"),
        ([Room(3 * 10**8, None), Room(10**6, None)], True, None),
    ],
)
def test_room_is_asked_for(rooms: list[Room], unseen_is_fine: bool, refusal: str | None) -> None:
    if refusal is None:
        check_room(rooms, unseen_is_fine=unseen_is_fine)
        return
    with pytest.raises(NoRoomError, match=refusal):
        check_room(rooms, unseen_is_fine=unseen_is_fine)
