"""Peer *bare*: what Litestar itself costs, with nothing kept."""

from typing import Any

import msgspec
from litestar import Controller, Litestar, Request, post


class BareController(Controller):
    """Decodes the body and answers the work order's id."""

    @post("/v1/Clients/{clientId:str}/ServiceChannelWorkOrders", status_code=200)
    async def receive(self, request: Request[Any, Any, Any]) -> int:
        notification = msgspec.json.decode(await request.body())
        work_order_id: int = notification["Object"]["Id"]
        return work_order_id


def create_app() -> Litestar:
    """Return the peer's application."""
    return Litestar([BareController], logging_config=None)
