"""The webhooks of the benchmark: distinct bodies of one length that carry a reported time."""

import json
import time
from pathlib import Path
from typing import Final

WORK_ORDERS: Final = 2_000_000
LOWEST_WORK_ORDER: Final = 1_000_000
"""Seven digits for every work order, so that all bodies have the same length."""

BEYOND_THE_LOAD: Final = LOWEST_WORK_ORDER + WORK_ORDERS
"""From here on, work orders that the load never draws."""

_RUN_DIGITS: Final = 12


def template() -> bytes:
    """Return the body with a work order, and places for what makes it distinct.

    Those are in order: the work order (`1000000`), `{what makes it distinct}` and `{ticks}`, each
    as wide as what takes its place.
    """
    readable = (Path(__file__).parent / "webhook.json").read_text(encoding="utf-8")
    return json.dumps(json.loads(readable), separators=(",", ":")).encode()


def new_run() -> str:
    """Return what no other run has, so that no two runs ever send the same body."""
    return format(time.time_ns() // 1_000, f"0{_RUN_DIGITS}x")[-_RUN_DIGITS:]


class Bodies:
    """The bodies of one run."""

    def __init__(self, run: str) -> None:
        before, rest = template().split(b"1000000")
        between, rest = rest.split(b"{what makes it distinct}")
        middle, after = rest.split(b"{ticks}")
        before, between, middle, after = (
            part.replace(b"%", b"%%") for part in (before, between, middle, after)
        )
        self._form = (
            before + b"%07d" + between + run.encode() + b"-L-%09d" + middle + b"%07d" + after
        )

    def body(self, work_order_id: int, number: int) -> bytes:
        """Return the body that reports this work order for the `number`-th time."""
        return self._form % (work_order_id, number, number % 10_000_000)
