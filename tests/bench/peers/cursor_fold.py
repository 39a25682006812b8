"""Peer *cursor*: a server-side cursor over our log that decodes each report and folds it.

`python -m tests.bench.peers.cursor_fold URL` prints the seconds that the whole log took.
"""

import sys
import time
from typing import Any

import msgspec
import psycopg

_PAGE = 2_000
_ALL = (
    "SELECT stream_id, state FROM event_log WHERE name = 'work-order.reported.v1' ORDER BY position"
)


def main(url: str) -> None:
    """Fold the log into a dictionary, and print how long that took."""
    folded: dict[Any, Any] = {}
    state_decoder = msgspec.msgpack.Decoder()
    body_decoder = msgspec.json.Decoder()
    began = time.perf_counter()
    with psycopg.connect(url) as connection, connection.cursor("log", binary=True) as cursor:
        cursor.itersize = _PAGE
        for stream_id, state in cursor.execute(_ALL):
            _, _, content = state_decoder.decode(state)
            told = body_decoder.decode(state_decoder.decode(content)["body"])
            known = folded.setdefault(stream_id, {})
            known |= told["Object"]
    sys.stdout.write(f"{time.perf_counter() - began:.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1])
