"""Searches over HTTP among a million activities: every filter, words, several at once, deep."""

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from random import Random
from typing import Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from msgspec.structs import replace

from interfaces.api.cursors import unwritten, written
from tests.bench import arithmetic
from tests.bench.contestants import Contestant
from tests.bench.found_rows import YEARS, fill_search
from tests.bench.progress import say
from tests.bench.search_kinds import KINDS, Asked, Draw
from tests.bench.site import Figures, Site
from tests.bench.webhook import LOWEST_WORK_ORDER

_WALKS_OF_A_KIND: Final = 40
_PAGES_OF_A_WALK: Final = 3
_WARM_UPS: Final = 3


def search(site: Site) -> Figures:
    """How long a page of a search takes, by kind of search and over all of them."""
    rows = site.plan.searched_activities
    with ExitStack() as stack:
        service = site.durable(stack, "search")
        client_id = service.client_id
        say(f"search: filling activity search with {rows} activities")
        fill_search(service.database_url or "", client_id, rows)
        say(f"search: asking {len(KINDS)} kinds of searches")
        asking = _Asking(service, client_id, rows)
        taken = {name: asking.taken(kind) for name, kind in KINDS.items()}
    every = sorted(chain.from_iterable(taken.values()))
    return {
        "search_page_p99_ms": arithmetic.significant(arithmetic.percentile(every, 99)),
        "search": {
            "activities": rows,
            "pages": len(every),
            **_described(every),
            "kinds": {name: _described(sorted(of_kind)) for name, of_kind in taken.items()},
        },
    }


class _Asking:
    """Asks one page after the other, on a connection that stays open."""

    def __init__(self, service: Contestant, client_id: UUID, rows: int) -> None:
        issued = service.command("tokens", "issue", "auditor", "--json")
        self._headers = {"Authorization": f"Bearer {json.loads(issued.stdout)['Token']}"}
        self._path = f"/v1/Clients/{client_id}/WorkOrders"
        self._connection = http.client.HTTPConnection(urlsplit(service.url).netloc)
        self._rows = rows
        self._draw = Random(11)

    def taken(self, kind: Draw) -> list[float]:
        """Return the milliseconds of every page of some walks, every other begun somewhere deep."""
        for _ in range(_WARM_UPS):
            list(self._walk(kind(self._draw, self._rows), None))
        taken: list[float] = []
        for number in range(_WALKS_OF_A_KIND):
            asked = kind(self._draw, self._rows)
            taken += self._walk(asked, self._somewhere(asked) if number % 2 else None)
        return taken

    def _somewhere(self, asked: Asked) -> str | None:
        """Return a cursor from somewhere deep, made of one that was given, if any is."""
        given = _next(self._page({**asked, "limit": "1"}))
        if given is None:
            return None
        cursor = unwritten(given)
        at = None if cursor.at is None else datetime.now(UTC) - YEARS * self._draw.random()
        place = LOWEST_WORK_ORDER + self._draw.randrange(self._rows)
        return written(replace(cursor, at=at, work_order_id=place, position=0))

    def _walk(self, asked: Asked, cursor: str | None) -> Iterator[float]:
        for _ in range(_PAGES_OF_A_WALK):
            began = time.perf_counter()
            page = self._page(asked if cursor is None else {**asked, "cursor": cursor})
            yield (time.perf_counter() - began) * 1_000
            cursor = _next(page)
            if cursor is None:
                return

    def _page(self, asked: Asked) -> bytes:
        query = urlencode(asked)
        self._connection.request("GET", f"{self._path}?{query}", headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{query} was answered {answer.status}: {body.decode()}")
        return body


def _next(page: bytes) -> str | None:
    cursor: str | None = json.loads(page)["Next"]
    return cursor


def _described(ordered: list[float]) -> Figures:
    return {
        "p50_ms": arithmetic.significant(arithmetic.percentile(ordered, 50)),
        "p99_ms": arithmetic.significant(arithmetic.percentile(ordered, 99)),
    }
