"""The table of activity search, and what it can be searched by."""

from typing import Final

from infrastructure.read_tables import ReadTable

DONE: Final = ("COMPLETED", "INVOICED")
"""In these statuses nothing is overdue."""

NOT_DONE: Final = f"(status IS NULL OR status NOT IN {DONE})"
"""What can be overdue; the index of it is over this very expression."""

ACTIVITY_SEARCH: Final = ReadTable(
    name="activity_search",
    shape=3,
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
        "words": "tsvector NOT NULL",
    },
    key=("stream_id",),
    # The words are kept, not only indexed: where one is common, rows are looked at one by one in
    # their order. What stands behind the work order in an index is not for the order: rows that do
    # not fit are passed over in the index itself, ten times as fast as by looking at each. Those
    # that take longest to make are begun first.
    indexes={
        "words": "USING gin (words) WITH (gin_pending_list_limit = 256)",
        "overdue": "(client_id, scheduled_at, work_order_id, status, extended_status, trade,"
        f" priority) WHERE {NOT_DONE}",
        "status": "(client_id, status, work_order_id, extended_status, trade, priority)",
        "scheduled": "(client_id, scheduled_at, work_order_id, status, trade, recorded_at)",
        "trade": "(client_id, trade, work_order_id, status, extended_status, priority)",
        "extended": "(client_id, extended_status, work_order_id, status, trade, priority)"
        " WHERE extended_status IS NOT NULL",
        "priority": "(client_id, priority, work_order_id, status, trade)",
        "last_report": "(client_id, recorded_at, work_order_id, status, trade)",
        "location": "(client_id, location_id, work_order_id)",
        "work_order": "(client_id, work_order_id)",
        "number": "(client_id, number)",
        "purchase_number": "(client_id, purchase_number)",
        "unlinked": "(client_id, work_order_id) WHERE activity_id IS NULL",
        "linked": "(client_id, work_order_id) WHERE activity_id IS NOT NULL",
        "activity": "(client_id, activity_id) WHERE activity_id IS NOT NULL",
        "recall": "(client_id, recall_of, work_order_id) WHERE recall_of IS NOT NULL",
    },
)
