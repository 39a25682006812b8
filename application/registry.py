"""All clients in memory, kept up to date from the log."""

from threading import Lock
from uuid import UUID

from application.ports import ClientEvents
from domain.client import Client, ClientEvent, evolve
from domain.credentials import Token
from domain.errors import AmbiguousClientError, UnknownClientError


class Registry:
    """The clients as of the last `reload`; reading is free of waits."""

    def __init__(self, events: ClientEvents) -> None:
        self._events = events
        self._clients: dict[UUID, Client] = {}
        self._position = 0
        self._lock = Lock()

    def reload(self) -> None:
        """Fold what has been recorded since. Raises `StorageUnavailableError`."""
        with self._lock:
            # Others read meanwhile: what they read is replaced as a whole, never changed.
            clients, position = self._clients.copy(), self._position
            for recorded in self._events.since(position):
                position = recorded.position
                event, moment = recorded.event, recorded.recorded_at
                if isinstance(event, ClientEvent) and moment is not None:
                    known = clients.get(recorded.client_id, Client())
                    clients[recorded.client_id] = evolve(known, event, moment)
            self._clients, self._position = clients, position

    def get(self, client_id: UUID) -> Client | None:
        """Return the client of this id, if it is known."""
        known = self._clients.get(client_id)
        return known if known is not None and known.client_id is not None else None

    def find(self, client: str) -> Client:
        """Return the client of this id or, in any letter case, of this name.

        Raises `UnknownClientError` and, of a name that several bear, `AmbiguousClientError`.
        """
        wanted = client.strip().lower()
        found = [
            known for known in self.all() if wanted in {str(known.client_id), known.name.lower()}
        ]
        if not found:
            raise UnknownClientError(client)
        if len(found) > 1:
            raise AmbiguousClientError(client)
        return found[0]

    def all(self) -> list[Client]:
        """Return all clients, by name."""
        registered = (known for known in self._clients.values() if known.client_id is not None)
        return sorted(registered, key=lambda client: client.name.lower())

    def tokens(self) -> list[tuple[UUID, Token]]:
        """Return all tokens with the client of each, or the installation."""
        return [
            (client_id, token)
            for client_id, client in self._clients.items()
            for token in client.tokens
        ]
