"""The table of activity search, and what it can be searched by."""

from typing import Final

from infrastructure.read_tables import ReadTable

NOT_DONE: Final = "(status IS NULL OR status NOT IN ('COMPLETED', 'INVOICED'))"
"""What can be overdue; the index of it is over this very expression."""

ACTIVITY_SEARCH: Final = ReadTable(
    name="activity_search",
    shape=1,
    columns={
        "stream_id": "uuid NOT NULL",
        "client_id": "uuid NOT NULL",
        "work_order_id": "bigint NOT NULL",
        "position": "bigint NOT NULL",
        "recorded_at": "timestamptz",
        "reported_at": "timestamptz",
        "scheduled_at": "timestamptz",
        "version": "integer NOT NULL",
        "activity_id": "integer",
        "location_id": "bigint",
        "number": "text",
        "purchase_number": "text",
        "status": "text",
        "extended_status": "text",
        "trade": "text",
        "priority": "text",
        "location_name": "text",
        "scheduled": "text",
        "free_text": "text NOT NULL",
    },
    key=("stream_id",),
    # The one that takes longest is begun first.
    indexes={
        "words": "USING gin (words)",
        "work_order": "(client_id, work_order_id)",
        "linked": "(client_id, work_order_id) WHERE activity_id IS NOT NULL",
        "unlinked": "(client_id, work_order_id) WHERE activity_id IS NULL",
        "last_report": "(client_id, recorded_at, work_order_id)",
        "status": "(client_id, status, work_order_id)",
        "extended": "(client_id, extended_status, work_order_id) WHERE extended_status IS NOT NULL",
        "trade": "(client_id, trade, work_order_id)",
        "priority": "(client_id, priority, work_order_id)",
        "activity": "(client_id, activity_id) WHERE activity_id IS NOT NULL",
        "number": "(client_id, number)",
        "purchase_number": "(client_id, purchase_number)",
        "location": "(client_id, location_id, work_order_id)",
        "scheduled": "(client_id, scheduled_at, work_order_id)",
        "overdue": f"(client_id, scheduled_at, work_order_id) WHERE {NOT_DONE}",
    },
    # Kept, not only indexed: where a word is common, rows are looked at one by one in their order,
    # and to take every text apart for it would cost a hundred times as much.
    derived={"words": "tsvector GENERATED ALWAYS AS (to_tsvector('simple', free_text)) STORED"},
)
