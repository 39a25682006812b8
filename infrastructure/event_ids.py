"""Event ids that sort by time."""

import random
import time
from typing import Final
from uuid import UUID

from domain.identity import uuid_of

_VERSION_7: Final = 7 << 76
_VARIANT: Final = 0b10 << 62
_RANDOM_BITS: Final = 74
_LOWER_BITS: Final = 62


def new_event_id() -> UUID:
    """Return a UUIDv7: 48 bits of milliseconds, the rest random (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    # Ids are to be unique, not secret; asking the system each time gives the interpreter away.
    drawn = random.getrandbits(_RANDOM_BITS)
    upper, lower = drawn >> _LOWER_BITS, drawn & (1 << _LOWER_BITS) - 1
    return uuid_of(milliseconds << 80 | _VERSION_7 | upper << 64 | _VARIANT | lower)
