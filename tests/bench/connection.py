"""A connection of the open loop: it stays open, and carries one request at a time."""

import asyncio
from typing import Protocol

from tests.bench.answers import AnswerReader


class Owner(Protocol):
    """Who hands out the requests."""

    def free(self, connection: "Connection") -> None:
        """Take note that the connection can send."""

    def answered(self, due: float, *, accepted: bool) -> None:
        """Take note of the end of the request that was due then."""

    def lost(self, connection: "Connection") -> None:
        """Take note that the connection is gone."""


class Connection(asyncio.Protocol):
    """One connection that stays open: one request at a time."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._reader = AnswerReader()
        self._due: float | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._owner.free(self)

    def send(self, request: bytes, due: float) -> None:
        assert self._transport is not None
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        status = self._reader.feed(data)
        if status is not None and self._due is not None:
            due, self._due = self._due, None
            self._owner.answered(due, accepted=status == 200)
            self._owner.free(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._due is not None:
            self._owner.answered(self._due, accepted=False)
        self._owner.lost(self)
