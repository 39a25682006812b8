"""The table of delivery health: what reached each client on each day, by sender."""

from typing import Final

from infrastructure.read_tables import ReadTable

COUNTS: Final = (
    "reports", "tests", "repeats", "late", "quarantined", "unrelated", "refused", "pings",
)  # fmt: skip

_LATEST: Final = ("last_seen", "last_ping", "last_position")

DELIVERY_HEALTH: Final = ReadTable(
    name="delivery_health",
    shape=2,
    columns={
        "client_id": "uuid NOT NULL",
        "sender": "text NOT NULL",
        "day": "date NOT NULL",
        "last_seen": "timestamptz",
        "last_ping": "timestamptz",
        "last_position": "bigint",
        **dict.fromkeys(COUNTS, "bigint NOT NULL"),
    },
    key=("client_id", "sender", "day"),
    merged={
        **{name: f"greatest(old.{name}, new.{name})" for name in _LATEST},
        **{name: f"old.{name} + new.{name}" for name in COUNTS},
    },
)
