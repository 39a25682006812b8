"""Who may come in: a client's two keys, checked in memory, and in constant time unless right."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Final
from uuid import UUID

from msgspec import Struct

from application.ports import KeyedHash
from application.registry import Registry
from domain.client import Client
from domain.credentials import KeyPair

_SHORTEST_RELOAD_SECONDS: Final = 0.25
_MOST_AT_HAND: Final = 1_024


class Admission(Struct, frozen=True):
    """A client whose keys were right; `signing_key` is the one presented, as it matched."""

    client: Client
    pair: KeyPair
    signing_key: str


class FrontDoor:
    """Checks keys; what is unknown is looked up in the log before it is refused."""

    def __init__(self, registry: Registry, keyed_hash: KeyedHash) -> None:
        self._registry = registry
        self._hash = keyed_hash
        self._reloading = asyncio.Lock()
        self._reloaded_at = float("-inf")
        self._at_hand: dict[tuple[tuple[str, ...], tuple[str, ...]], Admission] = {}

    def knows(self, client_id: UUID) -> bool:
        """Say whether a client of this id is registered."""
        return self._registry.get(client_id) is not None

    async def admit(
        self,
        client_id: UUID,
        access_keys: tuple[str, ...],
        signing_keys: tuple[str, ...],
        moment: datetime,
    ) -> Admission | None:
        """Return who this is, `None` where no pair that lives at this moment matches.

        Several spellings of one key may be presented. Raises `StorageUnavailableError` where the
        keys are unknown and the database is away.
        """
        admission = self.recognise(client_id, access_keys, signing_keys, moment)
        if admission is None:
            await self.look_again()
            admission = self.recognise(client_id, access_keys, signing_keys, moment)
        return admission

    def recognise(
        self,
        client_id: UUID,
        access_keys: tuple[str, ...],
        signing_keys: tuple[str, ...],
        moment: datetime,
    ) -> Admission | None:
        """Return who this is as far as is known without a look at the log."""
        client = self._registry.get(client_id) or _NOBODY
        # The right keys come with every delivery, and are told at once. A client that has changed
        # is another value.
        known = self._at_hand.get((access_keys, signing_keys))
        if known is not None and known.client is client and known.pair.lives_at(moment):
            return known
        admission = self._compared(client, access_keys, signing_keys, moment)
        if admission is not None:
            if len(self._at_hand) >= _MOST_AT_HAND:
                self._at_hand.clear()
            self._at_hand[access_keys, signing_keys] = admission
        return admission

    def _compared(
        self,
        client: Client,
        access_keys: Sequence[str],
        signing_keys: Sequence[str],
        moment: datetime,
    ) -> Admission | None:
        access = [(key, self._hash(key)) for key in access_keys]
        signing = [(key, self._hash(key)) for key in signing_keys]
        admission = None
        # Every pair is compared in full, whatever matched before, and a stranger's with nobody's.
        for pair in client.keys or _NOBODY.keys:
            opened = [key for key, known in access if compare_digest(known, pair.access_key_hash)]
            signed = [key for key, known in signing if compare_digest(known, pair.signing_key_hash)]
            if opened and signed and pair.lives_at(moment) and client is not _NOBODY:
                admission = Admission(client, pair, signed[0])
        return admission

    async def look_again(self) -> None:
        """Reload the registry after this moment, together with whoever else asks just now.

        Raises `StorageUnavailableError`.
        """
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        async with self._reloading:
            if self._reloaded_at > asked_at:
                return
            await asyncio.sleep(self._reloaded_at + _SHORTEST_RELOAD_SECONDS - loop.time())
            began = loop.time()
            await asyncio.to_thread(self._registry.reload)
            self._reloaded_at = began


_NOBODY: Final = Client(
    keys=(
        KeyPair(
            key_id=UUID(int=0),
            sender="",
            access_key_hash=bytes(32),
            signing_key_hash=bytes(32),
            own_signing_key=False,
            issued_at=datetime.min,  # noqa: DTZ901 - never compared
        ),
    )
)
