"""Handlers that answer at once: what Litestar and uvicorn cost with nothing behind them."""

from litestar import Controller, asgi, post
from litestar.types import ASGIApp, Receive, Scope, Send

from interfaces.exchange import carried
from tests.bench.in_process import PATH


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as the webhook is answered; an application by itself, too."""
    exchange = carried(scope)
    if exchange is None or exchange.take_body() is None:
        await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"4")]
    if exchange is None or not exchange.answer(200, headers, b"null"):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"null", "more_body": False})


class LeanPost(Controller):
    """As the webhook's own: `@post` without parameters."""

    @post("/v1/Clients/{clientId:str}/ServiceChannelWorkOrders", status_code=200)
    async def receive(self) -> ASGIApp:
        return answer


class RouteAlone(Controller):
    """The least that Litestar does for a route, which may have no parameters in its path then."""

    @asgi(PATH, copy_scope=False)
    async def receive(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(scope, receive, send)
