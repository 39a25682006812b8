"""Opening a list of activities over HTTP as a file is imported: all checked first, then opened.

The work is done by a few threads, a portion at a time, beside the loop that takes webhooks. How
much they are given is bounded, and how long a request may take: what is left is asked for again.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic
from typing import Any, Final, TypeVar

from litestar import Request
from msgspec import structs

from application.journal_writer import JournalStoppedError
from application.link_check import Checked, LineProblem, NamedBy, WantedLink
from application.link_import import LinkImport, OpenedLink
from domain.errors import WorktrailError
from interfaces.api.authorization import Authorized
from interfaces.api.openings import Followed, ListedOpening, WouldOpen, WrongItem

LISTS: Final = "lists"
"""Under this name the application's state holds what opens lists."""

ANSWER_SECONDS: Final = 50.0
"""After so long no further portion is begun; proxies commonly wait for a minute."""

_AT_ONCE: Final = 4
_MOST_ITEMS_HELD: Final = 200_000
_NO_SINGLE_NAME: Final = "It needs one of WorkOrderId, Number and PurchaseNumber."


_Told = TypeVar("_Told")


class WrongItemsError(WorktrailError):
    """Some items of a list cannot be done, so nothing was."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        wrong = "one item is" if len(problems) == 1 else f"{len(problems)} items are"
        super().__init__(f"Nothing was opened: {wrong} wrong.")
        self.problems = problems


class ListUnfinishedError(WorktrailError):
    """A list could not be opened in the time of one request."""

    def __init__(self, left: int, items: int) -> None:
        super().__init__(
            f"{items - left} of {items} items are done: please send the same list again."
        )


class TooManyItemsHeldError(Exception):
    """So many items of other lists wait to be opened that no more are taken."""


class Lists:
    """Opens lists of activities, for all requests of one process."""

    def __init__(
        self, link_import: LinkImport, stopping: Event, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        """Once `stopping` is set no further portion is begun."""
        self._link_import = link_import
        self._stopping = stopping
        self._answer_seconds = answer_seconds
        self._threads = ThreadPoolExecutor(_AT_ONCE, "lists")
        self._held = 0

    async def open(self, authorized: Authorized, listed: Sequence[ListedOpening]) -> list[Followed]:
        """Open activities, all of them checked first; what is open already stays as it is.

        What was taken between the check and the opening says so in its `message`. Raises
        `WrongItemsError` where one is wrong, `ListUnfinishedError` where time was up,
        `TooManyItemsHeldError`, `JournalStoppedError` and `StorageUnavailableError`.
        """
        deadline = monotonic() + self._answer_seconds
        return await self._done(len(listed), lambda: self._open(authorized, listed, deadline))

    async def dry_run(self, authorized: Authorized, listed: Sequence[ListedOpening]) -> WouldOpen:
        """Check a list alone, and say what would come of it.

        Raises `TooManyItemsHeldError` and `StorageUnavailableError`.
        """
        checked = await self._done(len(listed), lambda: self._check(authorized, listed))
        return WouldOpen(
            client_id=str(authorized.client.id),
            items=len(listed),
            dry_run=True,
            to_open=len(checked.links),
            opened=0,
            open_already=checked.open_already,
            problems=[WrongItem(it.line, it.sentence) for it in checked.problems],
            lag_events=checked.lag_events,
        )

    async def _done(self, items: int, work: Callable[[], _Told]) -> _Told:
        """Have the work on so many items done by a thread."""
        if self._held + items > _MOST_ITEMS_HELD:
            raise TooManyItemsHeldError
        working = self._threads.submit(work)
        # Whoever stops waiting does not stop the work, so it counts for as long as that goes on.
        self._held += items
        done = asyncio.wrap_future(working)
        done.add_done_callback(lambda _: self._let_go(items))
        return await asyncio.shield(done)

    def stop(self) -> None:
        """Wait for the portions that are under way."""
        self._threads.shutdown(cancel_futures=True)

    def _let_go(self, items: int) -> None:
        self._held -= items

    def _open(
        self, authorized: Authorized, listed: Sequence[ListedOpening], deadline: float
    ) -> list[Followed]:
        checked = self._check(authorized, listed)
        if checked.problems:
            raise WrongItemsError(checked.problems)
        done = [OpenedLink(link, link.activity_id) for link in checked.already]
        client, actor = authorized.client, authorized.actor
        for portion in self._link_import.open(
            client, checked.links, lambda link: listed[link.line].reason, actor
        ):
            done += portion
            if len(done) == len(listed):
                break
            if self._stopping.is_set():
                raise JournalStoppedError
            if monotonic() > deadline:
                raise ListUnfinishedError(len(listed) - len(done), len(listed))
        return [_told(str(client.id), it) for it in sorted(done, key=lambda it: it.link.line)]

    def _check(self, authorized: Authorized, listed: Sequence[ListedOpening]) -> Checked:
        read = [_wanted(place, opening) for place, opening in enumerate(listed)]
        wanted = [item for item in read if isinstance(item, WantedLink)]
        checked = self._link_import.check(authorized.client, wanted, "item")
        unnamed = [item for item in read if isinstance(item, LineProblem)]
        return structs.replace(checked, problems=sorted([*unnamed, *checked.problems]))


def lists(request: Request[Any, Any, Any]) -> Lists:
    """Return what opens lists in the request's application."""
    found: Lists = request.app.state[LISTS]
    return found


def _wanted(place: int, opening: ListedOpening) -> WantedLink | LineProblem:
    names: dict[NamedBy, str | int | None] = {
        "WorkOrderId": opening.work_order_id,
        "Number": opening.number,
        "PurchaseNumber": opening.purchase_number,
    }
    given = [(named_by, str(name)) for named_by, name in names.items() if name is not None]
    if len(given) != 1:
        return LineProblem(place, _NO_SINGLE_NAME)
    [(named_by, name)] = given
    return WantedLink(place, named_by, name, opening.activity_id)


def _told(client_id: str, opened: OpenedLink) -> Followed:
    problem = opened.problem
    return Followed(
        client_id,
        opened.link.work_order_id,
        opened.activity_id,
        None if problem is None else problem.sentence,
    )
