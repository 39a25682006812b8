"""Handlers that answer at once: what Litestar and uvicorn cost with nothing behind them."""

from typing import Final

from litestar import Controller, asgi, post
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from tests.bench.in_process import PATH


class LeanAnswer(ASGIResponse):
    """An answer that is ready, in two messages as the webhook's own."""

    def __init__(self) -> None:
        """Have nothing to encode."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await receive()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"null", "more_body": False})


ANSWER: Final = LeanAnswer()
"""Also an application by itself."""


class LeanPost(Controller):
    """As the webhook's own: `@post` without parameters."""

    @post("/v1/Clients/{clientId:str}/ServiceChannelWorkOrders", status_code=200)
    async def receive(self) -> ASGIResponse:
        return ANSWER


class RouteAlone(Controller):
    """The least that Litestar does for a route, which may have no parameters in its path then."""

    @asgi(PATH, copy_scope=False)
    async def receive(self, scope: Scope, receive: Receive, send: Send) -> None:
        await ANSWER(scope, receive, send)
