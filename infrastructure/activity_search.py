"""The table of activity search, and what it can be searched by."""

from typing import Final

from infrastructure.read_tables import ReadTable

DONE: Final = ("COMPLETED", "INVOICED")
"""In these statuses nothing is overdue."""

NOT_DONE: Final = f"(status IS NULL OR status NOT IN {DONE})"
"""What can be overdue; the index of it is over this very expression."""

ACTIVITY_SEARCH: Final = ReadTable(
    name="activity_search",
    shape=2,
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
        "recall_of": "bigint",
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
    # What stands behind the work order in an index is not for the order: rows that do not fit are
    # passed over in the index itself, ten times as fast as by looking at each. The one that takes
    # longest to make is begun first.
    indexes={
        "words": "USING gin (words) WITH (gin_pending_list_limit = 256)",
        "work_order": "(client_id, work_order_id)",
        "linked": "(client_id, work_order_id) WHERE activity_id IS NOT NULL",
        "unlinked": "(client_id, work_order_id) WHERE activity_id IS NULL",
        "last_report": "(client_id, recorded_at, work_order_id, status, trade)",
        "status": "(client_id, status, work_order_id, extended_status, trade, priority)",
        "extended": "(client_id, extended_status, work_order_id, status, trade, priority)"
        " WHERE extended_status IS NOT NULL",
        "trade": "(client_id, trade, work_order_id, status, extended_status, priority)",
        "priority": "(client_id, priority, work_order_id, status, trade)",
        "activity": "(client_id, activity_id) WHERE activity_id IS NOT NULL",
        "number": "(client_id, number)",
        "purchase_number": "(client_id, purchase_number)",
        "location": "(client_id, location_id, work_order_id)",
        "recall": "(client_id, recall_of, work_order_id) WHERE recall_of IS NOT NULL",
        "scheduled": "(client_id, scheduled_at, work_order_id, status, trade, recorded_at)",
        "overdue": "(client_id, scheduled_at, work_order_id, status, extended_status, trade,"
        f" priority) WHERE {NOT_DONE}",
    },
    # Kept, not only indexed: where a word is common, rows are looked at one by one in their order,
    # and to take every text apart for it would cost a hundred times as much.
    derived={"words": "tsvector GENERATED ALWAYS AS (to_tsvector('simple', free_text)) STORED"},
)
