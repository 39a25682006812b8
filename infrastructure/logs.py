"""Logging: one line an event on standard error, times in UTC."""

import logging
import sys
import time


def log_to_standard_error() -> None:
    """Log our own events, and of the server's only what went wrong."""
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("uvicorn", "httpx", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
