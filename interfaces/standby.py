"""How workers take connections: at once where they have a place, else what nobody else takes."""

import asyncio
import logging
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from interfaces.connection import most_connections
from interfaces.forwarded import ForwardedRequests
from interfaces.places import Places

_log = logging.getLogger("worktrail")

LEFT_LYING_SECONDS: Final = 0.2
"""Whoever should take connections takes all that lie there sooner, unless stopped or very busy."""

_SHARED_AT_ONCE: Final = 8
"""Of all that lie there, where several take at once: else whoever looks first had all of them."""

_LOOKS: Final = 10
"""How often it is looked whether something still lies there: what came last may be quite new."""

_AGAIN_SECONDS: Final = 1.0


class StandbyConfig(Config):
    """Lets uvicorn's workers take connections at once only where they have one of the places."""

    places: Places

    def load(self) -> None:
        """Load the application, with what proxies say in front of it."""
        self.proxy_headers = False
        super().load()
        self.loaded_app = ForwardedRequests(self.loaded_app, self.forwarded_allow_ips)

    def get_loop_factory(self) -> Callable[[], asyncio.AbstractEventLoop]:
        """Return what makes the loop of a worker."""
        new_loop = super().get_loop_factory() or asyncio.new_event_loop
        return partial(_new_loop, new_loop, self.places)


class Acceptor:
    """Accepts connections: at once where it has a place by then, else where nobody takes any.

    Like asyncio's servers, as far as uvicorn needs it: it takes connections until it is closed.
    It takes all that lie there, or some where others do too. uvloop's own servers take one each
    time the loop comes round, so that new senders wait for seconds while others keep it busy.
    """

    def __init__(
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        listening: socket.socket,
        places: Places,
    ) -> None:
        self._protocol_factory = protocol_factory
        self._places = places
        self._loop = asyncio.get_running_loop()
        self._is_closed = False
        self._share = most_connections() if places.number == 1 else _SHARED_AT_ONCE
        self._beginning: set[asyncio.Task[None]] = set()
        # A descriptor of its own: uvicorn closes the other one as soon as it has called `close`.
        self._task = self._loop.create_task(self._take(listening.dup()))

    def close(self) -> None:
        """Take no more connections; those that were taken go on."""
        self._is_closed = True
        self._task.cancel()

    async def wait_closed(self) -> None:
        """Wait until none is taken any more."""
        await asyncio.wait([self._task, *self._beginning])

    async def _take(self, listening: socket.socket) -> None:
        with listening:
            listening.setblocking(False)
            while True:
                try:
                    await self._readable(listening)
                    if self._places.take():
                        await self._accept(listening, self._share)
                    elif await self._is_left_lying(listening):
                        await self._accept(listening, most_connections())
                except Exception:  # noqa: BLE001 - it is told, and what lies there is taken later
                    # Such as that no more files may be open, which passes.
                    _log.exception("A connection cannot be taken, which is tried again")
                    await asyncio.sleep(_AGAIN_SECONDS)

    async def _readable(self, listening: socket.socket) -> None:
        noticed = asyncio.Event()
        self._loop.add_reader(listening, noticed.set)
        try:
            await noticed.wait()
        finally:
            self._loop.remove_reader(listening)

    async def _is_left_lying(self, listening: socket.socket) -> bool:
        queue = select.poll()
        queue.register(listening, select.POLLIN)
        last_taken = self._places.last_taken
        for _ in range(_LOOKS):
            await asyncio.sleep(LEFT_LYING_SECONDS / _LOOKS)
            # Of many that come at once the last may lie there long, though they are being taken.
            if not queue.poll(0) or self._places.last_taken != last_taken:
                return False
        return True

    async def _accept(self, listening: socket.socket, most: int) -> None:
        with suppress(BlockingIOError, ConnectionAbortedError):  # others were faster, or it is gone
            for _ in range(most):
                accepted, _ = listening.accept()
                self._places.count_taken()
                beginning = self._loop.create_task(self._begin(accepted))
                self._beginning.add(beginning)
                beginning.add_done_callback(self._beginning.discard)
        if self._beginning:
            # Those that have waited longest are closed for them before there are more.
            await asyncio.wait(self._beginning)

    async def _begin(self, accepted: socket.socket) -> None:
        try:
            _, protocol = await self._loop.connect_accepted_socket(self._protocol_factory, accepted)
        except Exception:  # noqa: BLE001 - it is told, and the others go on
            _log.exception("A connection that was taken cannot be served")
            accepted.close()
            return
        if self._is_closed:
            # It began when uvicorn had told all that it knows of to end, and nobody would end it.
            cast("HttpToolsProtocol", protocol).shutdown()


def _new_loop(
    new_loop: Callable[[], asyncio.AbstractEventLoop], places: Places
) -> asyncio.AbstractEventLoop:
    loop = new_loop()

    async def create_server(
        protocol_factory: Callable[[], asyncio.BaseProtocol], *, sock: socket.socket, **_: Any
    ) -> Acceptor:
        return Acceptor(protocol_factory, sock, places)

    # The one thing of uvicorn's supervisor that can be handed to the workers that it starts.
    loop.create_server = create_server  # type: ignore[assignment,method-assign]
    return loop
