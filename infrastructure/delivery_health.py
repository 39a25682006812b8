"""The table of delivery health: what reached each client on each day."""

from typing import Final

from infrastructure.read_tables import ReadTable

_COUNTS: Final = (
    "reports", "tests", "repeats", "late", "quarantined", "unrelated", "refused", "pings",
)  # fmt: skip

DELIVERY_HEALTH: Final = ReadTable(
    name="delivery_health",
    shape=1,
    columns={
        "client_id": "uuid NOT NULL",
        "day": "date NOT NULL",
        "last_seen": "timestamptz",
        **dict.fromkeys(_COUNTS, "bigint NOT NULL"),
    },
    key=("client_id", "day"),
    merged={
        "last_seen": "greatest(old.last_seen, new.last_seen)",
        **{name: f"old.{name} + new.{name}" for name in _COUNTS},
    },
)
