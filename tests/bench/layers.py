"""Where the time goes: what each layer takes of one webhook, alone and warm, the best of rounds."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Final

import uvloop
from litestar import Litestar
from msgspec import json
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from infrastructure.interpreter import collect_for_serving, switch_often
from interfaces.connection import BoundedConnection
from tests.bench import arithmetic, in_process, webhook
from tests.bench.apart import printed_by
from tests.bench.peers.lean import LeanPost, RouteAlone, answer
from tests.bench.site import Figures, Site
from tests.bench.webhook_steps import journal_steps, reception_steps
from tests.bench.without_kernel import through_connections, through_litestar

_WEBHOOKS: Final = 4_096
_ROUNDS: Final = 12


def layers(_: Site) -> Figures:
    """Microseconds of one webhook, layer by layer; no server takes part."""
    return {"layers_us": microseconds(_WEBHOOKS, _ROUNDS)}


def microseconds(webhooks: int, rounds: int) -> dict[str, float]:
    """Return the least that each layer took of one of so many webhooks, in time of its thread."""
    # In a process of its own, which is set up as one that serves.
    printed = printed_by("tests.bench.layers", str(webhooks), str(rounds))
    seconds = json.decode(printed, type=dict[str, float])
    return {
        name: arithmetic.significant(took / webhooks * 1_000_000) for name, took in seconds.items()
    }


def main(webhooks: int, rounds: int) -> None:
    """Print the seconds that each layer took of all the webhooks."""
    switch_often()
    collect_for_serving()
    run = webhook.Bodies(webhook.new_run())
    bodies = [run.body(webhook.LOWEST_WORK_ORDER + n, n) for n in range(webhooks)]
    seconds = uvloop.run(_http_side(bodies, rounds))
    seconds |= reception_steps(bodies, rounds) | journal_steps(bodies, rounds)
    sys.stdout.write(json.encode(seconds).decode())


async def _http_side(bodies: Sequence[bytes], rounds: int) -> dict[str, float]:
    lean, route = (Litestar([one], logging_config=None) for one in (LeanPost, RouteAlone))
    async with in_process.http_application() as application:
        ways = {
            "http_side": partial(through_connections, application, BoundedConnection, bodies),
            "uvicorn": partial(through_connections, answer, BoundedConnection, bodies),
            "uvicorn_floor": partial(through_connections, answer, HttpToolsProtocol, bodies),
            "litestar": partial(through_litestar, lean, len(bodies)),
            "litestar_floor": partial(through_litestar, route, len(bodies)),
        }
        return {name: min([await way() for _ in range(rounds)]) for name, way in ways.items()}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
