"""Deliveries that came with good keys and got no answer that the sender could be content with."""

from datetime import datetime

from msgspec import Struct


class DeliveriesTurnedAway(Struct, frozen=True, omit_defaults=True):
    """In the minute that began at `minute`, so many were answered 503 or the like.

    The sender was to send them again; what was past its deadline may be on record all the same.
    """

    minute: datetime
    count: int
