"""Peer *stock*: the event-sourcing library as its documentation shows it, one save a request.

The settings of its recorder are in the environment, as that documentation has them.
"""

from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from litestar import Litestar, post


class WorkOrder(Aggregate):
    """A work order and what was last said of it."""

    @event("Created")
    def __init__(self, work_order_id: int, body: str) -> None:
        self.work_order_id = work_order_id
        self.body = body

    @staticmethod
    def create_id(work_order_id: int, **_: object) -> UUID:
        return uuid5(NAMESPACE_URL, f"/work-orders/{work_order_id}")

    @event("Reported")
    def report(self, body: str) -> None:
        self.body = body


class WorkOrders(Application[UUID]):
    """Keeps reports of work orders."""

    def report(self, work_order_id: int, body: str) -> None:
        try:
            work_order: WorkOrder = self.repository.get(WorkOrder.create_id(work_order_id))
            work_order.report(body)
        except AggregateNotFoundError:
            work_order = WorkOrder(work_order_id, body)
        self.save(work_order)


def create_app() -> Litestar:
    """Return the peer's application."""
    work_orders = WorkOrders()

    @post(
        "/v1/Clients/{clientId:str}/ServiceChannelWorkOrders",
        status_code=200,
        sync_to_thread=True,
    )
    def receive(body: bytes) -> int:
        work_order_id: int = msgspec.json.decode(body)["Object"]["Id"]
        work_orders.report(work_order_id, body.decode())
        return work_order_id

    async def close() -> None:
        work_orders.close()

    return Litestar([receive], on_shutdown=[close], logging_config=None)
