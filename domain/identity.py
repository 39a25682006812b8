"""Who is meant: clients, work orders, activity ids, and the streams they are recorded on."""

from uuid import UUID, uuid5

LOWEST_ACTIVITY_ID = 1
HIGHEST_ACTIVITY_ID = 2_147_483_647

INSTALLATION = UUID(int=0)
"""Stands in a client's place for what belongs to no client, such as an operator's token."""


LOG_STREAM = uuid5(INSTALLATION, "log")
"""The stream on which is recorded what happened to the log itself."""


def activity_stream(client_id: UUID, work_order_id: int) -> UUID:
    """Return the id of the stream of the activity that follows this work order."""
    return uuid5(client_id, f"work-order/{work_order_id}")


def quarantine_stream(client_id: UUID, digest: bytes) -> UUID:
    """Return the id of the stream of a quarantined body, named by the body's SHA-256 digest."""
    return uuid5(client_id, f"quarantine/{digest.hex()}")


def client_stream(client_id: UUID) -> UUID:
    """Return the id of the stream on which the client itself is recorded."""
    return uuid5(client_id, "client")
