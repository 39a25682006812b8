"""Whether there is room for a rebuild, which is asked before anything is written."""

from collections.abc import Sequence

from application.rebuild_ports import Room
from domain.errors import WorktrailError


class NoRoomError(WorktrailError):
    """The disk has less than twice the room that a rebuild may need, or nobody can tell."""


def check_room(rooms: Sequence[Room], *, unseen_is_fine: bool) -> None:
    """Raise `NoRoomError` where there is less than twice the room that all of them need."""
    needed = 2 * sum(room.needed for room in rooms)
    free = min((room.free for room in rooms if room.free is not None), default=None)
    if free is None and not unseen_is_fine:
        raise NoRoomError(
            f"Up to {_in_words(needed)} are needed on the database's disk, and how much is free"
            " there cannot be seen from here: look, and give --yes."
        )
    if free is not None and free < needed:
        raise NoRoomError(
            f"Up to {_in_words(needed)} are needed on the database's disk,"
            f" and {_in_words(free)} are free."
        )


def _in_words(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
