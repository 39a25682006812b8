"""A connection of the open loop: it stays open, and carries one request at a time."""

import asyncio
from typing import Protocol

from msgspec import Struct

from tests.bench.answers import AnswerReader
from tests.bench.endings import Ending, ending_of


class Sending(Struct, frozen=True, eq=False):
    """One webhook: its bytes, its body's digest, when it is due and in which phase of the load."""

    request: bytes
    digest: bytes
    due: float
    phase: int


class Owner(Protocol):
    """Who hands out the requests."""

    def free(self, connection: "Connection") -> None:
        """Take note that the connection can send."""

    def ended(self, sending: Sending, ending: Ending) -> None:
        """Take note of the end of a request."""

    def lost(self, connection: "Connection") -> None:
        """Take note that the connection is gone."""


class Connection(asyncio.Protocol):
    """One connection that stays open: one request at a time, given up at its deadline."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._reader = AnswerReader()
        self._sending: Sending | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self, sending: Sending, deadline: float) -> None:
        assert self._transport is not None
        self._sending = sending
        loop = asyncio.get_running_loop()
        self._patience = loop.call_at(deadline, self._give_up)
        self._transport.write(sending.request)

    def data_received(self, data: bytes) -> None:
        answer = self._reader.feed(data)
        if answer is not None and self._sending is not None:
            self._end(ending_of(answer))
            self._owner.free(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._end(Ending.CUT)
        self._owner.lost(self)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.abort()

    def _give_up(self) -> None:
        self._end(Ending.UNANSWERED)
        self.close()

    def _end(self, ending: Ending) -> None:
        if self._patience is not None:
            self._patience.cancel()
        if self._sending is not None:
            sending, self._sending = self._sending, None
            self._owner.ended(sending, ending)
