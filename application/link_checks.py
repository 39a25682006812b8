"""Checking wanted links against what is on record; nothing is changed."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import structs

from application.link_check import Checked, OpenActivities, WantedLink, check, work_order_of
from application.ports import Links
from application.work_order_ports import Naming, WorkOrderNames
from domain.client import Client
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID

_NAMINGS: Final[tuple[Naming, ...]] = ("Number", "PurchaseNumber")


class LinkChecks:
    """Looks up what wanted links name, and what stands against them."""

    def __init__(self, names: WorkOrderNames, links: Links) -> None:
        self._names = names
        self._links = links

    def check(self, client: Client, wanted: Sequence[WantedLink], place: str = "line") -> Checked:
        """Say what wanted links amount to, and what is wrong with which.

        `place` is what a sentence calls the place of another. Raises `StorageUnavailableError`.
        """
        named: dict[Naming, Mapping[str, Sequence[int]]] = {}
        lag = 0
        for naming in _NAMINGS:
            names = {link.name for link in wanted if link.named_by == naming}
            if names:
                found = self._names.bearing(client.id, naming, names)
                named[naming] = found.ids
                lag = max(lag, found.lag_events)
        activities = {
            link.activity_id
            for link in wanted
            if link.activity_id is not None
            and LOWEST_ACTIVITY_ID <= link.activity_id <= HIGHEST_ACTIVITY_ID
        }
        work_orders = {work_order_of(link, named) for link in wanted}
        links = self._links.open_among(
            client.id,
            list(activities),
            [work_order for work_order in work_orders if isinstance(work_order, int)],
        )
        are_open = OpenActivities((link.activity_id, link.work_order_id) for link in links)
        return structs.replace(check(wanted, named, are_open, place), lag_events=lag)
