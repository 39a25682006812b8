"""A worker without a place stands by: it takes the connections that nobody else takes."""

import asyncio
import logging
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from uvicorn.config import Config

from interfaces.places import Places

_log = logging.getLogger("worktrail")

LEFT_LYING_SECONDS: Final = 0.2
"""Whoever should take connections takes one sooner, unless stopped or much too busy.

uvloop takes one each time its loop comes round; with 64 senders and a slow processor that is 20 ms.
"""

_LOOKS: Final = 10
"""How often it is looked whether something still lies there: what came last may be quite new."""

_AGAIN_SECONDS: Final = 1.0


class StandbyConfig(Config):
    """Lets uvicorn's workers take connections at once only where they have one of the places."""

    places: Places | None = None
    """None: there is room for all."""

    def get_loop_factory(self) -> Callable[[], asyncio.AbstractEventLoop]:
        """Return what makes the loop of a worker."""
        new_loop = super().get_loop_factory() or asyncio.new_event_loop
        return new_loop if self.places is None else partial(_new_loop, new_loop, self.places)


class Standby:
    """Accepts connections where nobody takes any; at once when it has a place by then.

    Like asyncio's servers, as far as uvicorn needs it: it takes connections until it is closed.
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
        # A descriptor of its own: uvicorn closes the other one as soon as it has called `close`.
        self._task = self._loop.create_task(self._stand_by(listening.dup()))

    def close(self) -> None:
        """Take no more connections; those that were taken go on."""
        self._task.cancel()

    async def wait_closed(self) -> None:
        """Wait until none is taken any more."""
        await asyncio.wait([self._task])

    async def _stand_by(self, listening: socket.socket) -> None:
        with listening:
            listening.setblocking(False)
            while True:
                await self._readable(listening)
                try:
                    if self._places.take() or await self._is_left_lying(listening):
                        await self._accept(listening)
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

    async def _accept(self, listening: socket.socket) -> None:
        with suppress(BlockingIOError, ConnectionAbortedError):  # others were faster, or it is gone
            while True:
                accepted, _ = listening.accept()
                await self._serve(accepted)

    async def _serve(self, accepted: socket.socket) -> None:
        # Cancelled half way, uvloop would forget a connection of which the protocol already knows,
        # and uvicorn would wait for its end in vain.
        taking = self._loop.create_task(
            self._loop.connect_accepted_socket(self._protocol_factory, accepted)
        )
        try:
            await asyncio.shield(taking)
        except asyncio.CancelledError:
            transport, _ = await taking
            transport.close()
            raise
        except Exception:
            accepted.close()
            raise


def _new_loop(
    new_loop: Callable[[], asyncio.AbstractEventLoop], places: Places
) -> asyncio.AbstractEventLoop:
    loop = new_loop()
    serve = loop.create_server

    async def create_server(
        protocol_factory: Callable[[], asyncio.BaseProtocol], *, sock: socket.socket, **options: Any
    ) -> asyncio.Server | Standby:
        def taken() -> asyncio.BaseProtocol:
            places.count_taken()
            return protocol_factory()

        if places.take():
            return await serve(taken, sock=sock, **options)
        return Standby(taken, sock, places)

    # The one thing of uvicorn's supervisor that can be handed to the workers that it starts.
    loop.create_server = create_server  # type: ignore[assignment,method-assign]
    return loop
