"""Event ids that sort by time."""

import os
import time
from uuid import UUID

_VERSION_7 = 7 << 76
_VARIANT = 0b10 << 62


def new_event_id() -> UUID:
    """Return a UUIDv7: 48 bits of milliseconds, the rest random (RFC 9562, section 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    upper, lower = random >> 68, random & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | _VERSION_7 | upper << 64 | _VARIANT | lower)
