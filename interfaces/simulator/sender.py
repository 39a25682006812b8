"""Delivering as ServiceChannel does.

Source: ServiceChannel, Receive events and respond: any 2xx in time acknowledges; anything else is
re-delivered three times, five minutes apart, and then forgotten.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from time import monotonic

import httpx
from msgspec import Struct

from interfaces.simulator.accounts import Account
from interfaces.simulator.address import Address
from interfaces.simulator.outcome import Acknowledgement, Outcome, Result
from interfaces.simulator.pace import Pace
from interfaces.simulator.post import (
    ANSWER_SECONDS,
    Answer,
    keep_keys_out_of_logs,
    post,
    trusted_certificates,
)
from interfaces.simulator.schedule import Delivery
from interfaces.simulator.signing import SigningKeys

REDELIVERIES = 3
IN_FLIGHT = 32

_MOST_WAITING = 1024
_WATCH_SECONDS = 0.1
_IDLE_CONNECTION_SECONDS = 2.0


class Beside(Struct, frozen=True):
    """Where the provider's account delivers, and how it signs."""

    address: Address
    signing_keys: SigningKeys


class Terms(Struct, frozen=True):
    """Where and how to deliver; `beside` is the provider's account, if that reports too.

    `rate` is the most first attempts per second (null: as fast as answered) and
    `redelivery_after` the seconds between attempts.
    """

    address: Address
    signing_keys: SigningKeys
    rate: float | None
    redelivery_after: float
    beside: Beside | None = None


async def send(
    deliveries: Iterator[Delivery],
    terms: Terms,
    report: Callable[[Outcome], None],
    interrupted: Callable[[], bool],
) -> None:
    """Deliver all, at most `IN_FLIGHT` at a time and those of one life one after the other.

    A delivery that waits to be re-delivered holds up its own life only. Once `interrupted` says so
    nothing more is begun, and what is in flight is waited for.
    """
    keep_keys_out_of_logs()
    sender = _Sender(terms, report)
    watch = asyncio.create_task(sender.stop_when(interrupted))
    try:
        await sender.send_all(deliveries)
    finally:
        watch.cancel()
        await sender.close()


class _Sender:
    def __init__(self, terms: Terms, report: Callable[[Outcome], None]) -> None:
        self._terms = terms
        self._lines = {Account.SUBSCRIBER: (httpx.URL(terms.address.url), terms.signing_keys)}
        if terms.beside is not None:
            url = httpx.URL(terms.beside.address.url)
            self._lines[Account.PROVIDER] = url, terms.beside.signing_keys
        self._report = report
        self._stopped = asyncio.Event()
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)
        self._waiting = asyncio.Semaphore(_MOST_WAITING)
        self._idle_clients: list[httpx.AsyncClient] = []
        self._newest: dict[int, asyncio.Task[None]] = {}
        self._never_acknowledged: set[tuple[int, int]] = set()

    async def close(self) -> None:
        for client in self._idle_clients:
            await client.aclose()

    async def stop_when(self, interrupted: Callable[[], bool]) -> None:
        while not interrupted():
            await self._rest(_WATCH_SECONDS)
        self._stopped.set()

    async def send_all(self, deliveries: Iterator[Delivery]) -> None:
        pace = Pace(self._terms.rate)
        async with asyncio.TaskGroup() as group:
            for delivery in deliveries:
                await self._waiting.acquire()
                await self._rest(pace.seconds_to_next())
                if self._stopped.is_set():
                    break
                before = self._newest.get(delivery.life)
                task = group.create_task(self._send_after(before, delivery))
                self._newest[delivery.life] = task

    async def _send_after(self, before: asyncio.Task[None] | None, delivery: Delivery) -> None:
        if before is not None:
            await asyncio.wait({before})
        if not self._stopped.is_set() and not self._needless(delivery):
            self._report(await self._outcome(delivery))
        self._waiting.release()
        if self._newest[delivery.life] is asyncio.current_task():
            del self._newest[delivery.life]

    def _needless(self, delivery: Delivery) -> bool:
        """Tell a second sending that has no acknowledgement to have got lost."""
        return delivery.duplicate and (delivery.life, delivery.number) in self._never_acknowledged

    async def _outcome(self, delivery: Delivery) -> Outcome:
        began = monotonic()
        answer: Answer | None = None
        for attempt in range(1 + REDELIVERIES):
            if attempt > 0:
                await self._rest(self._terms.redelivery_after)
                if self._stopped.is_set():
                    return Outcome(Result.INTERRUPTED, delivery.at, began, monotonic())
            answer = await self._attempt(delivery)
            if answer is not None and answer.acknowledges:
                return Outcome(
                    Result.ACKNOWLEDGED,
                    delivery.at,
                    began,
                    monotonic(),
                    answer.seconds,
                    _acknowledgement(delivery, answer),
                )
        self._never_acknowledged.add((delivery.life, delivery.number))
        refused = answer is not None and answer.refuses
        return Outcome(
            Result.REFUSED if refused else Result.FAILED, delivery.at, began, monotonic()
        )

    async def _attempt(self, delivery: Delivery) -> Answer | None:
        async with self._in_flight:
            client = self._idle_clients.pop() if self._idle_clients else _client()
            url, signing_keys = self._lines[delivery.moment.account]
            answer = None
            try:
                answer = await post(client, url, signing_keys.at(delivery.at), delivery.moment.body)
            finally:
                if answer is None:
                    # Cut off at the wrong moment, a request occupies the client's only connection
                    # for good: https://github.com/encode/httpcore/issues/1093 (1.0.9).
                    await client.aclose()
                else:
                    self._idle_clients.append(client)
            return answer

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until the play is stopped."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), seconds)


def _client() -> httpx.AsyncClient:
    """Return a client that keeps one connection, for one delivery at a time.

    One client for all takes two and a half times the processor time per delivery (measured with 32
    in flight): it looks through all its connections at every turn.
    """
    limits = httpx.Limits(max_connections=1, keepalive_expiry=_IDLE_CONNECTION_SECONDS)
    return httpx.AsyncClient(
        timeout=ANSWER_SECONDS, limits=limits, verify=trusted_certificates(), trust_env=False
    )


def _acknowledgement(delivery: Delivery, answer: Answer) -> Acknowledgement:
    return Acknowledgement(
        work_order_id=delivery.moment.work_order_id,
        event_type=delivery.moment.event_type,
        digest=sha256(delivery.moment.body).hexdigest(),
        duplicate=delivery.duplicate,
        late=delivery.late,
        status=answer.status,
        activity_id=answer.activity_id,
        verdict=answer.verdict,
        account=delivery.moment.account.value,
    )
