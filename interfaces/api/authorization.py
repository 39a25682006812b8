"""Who may do what: bearer tokens with a role, for one client or for all."""

from typing import Any, Final
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from application.front_door import FrontDoor
from application.refused_attempts import RefusedAttempts, TooManyAttemptsError
from application.registry import Registry
from application.tokens import Bearer, Tokens
from domain.client import Client
from domain.credentials import Role
from domain.errors import UnknownClientError, WorktrailError
from interfaces.guid import read_guid

AUTHORITY: Final = "authority"
"""Under this name the application's state holds the authority."""

READERS: Final[frozenset[Role]] = frozenset({"integrator", "auditor", "operator"})
WRITERS: Final[frozenset[Role]] = frozenset({"integrator", "operator"})


class UnauthenticatedError(WorktrailError):
    """No living token was presented."""

    def __init__(self) -> None:
        super().__init__("Authorization has been denied for this request.")


class ForbiddenError(WorktrailError):
    """The token's role does not reach that far."""

    def __init__(self, role: Role) -> None:
        super().__init__(f"A token of role {role} may not do this.")
        self.role = role


class Authorized(Struct, frozen=True):
    """A client that the bearer may act on, and who that is for the record."""

    client: Client
    bearer: Bearer

    @property
    def actor(self) -> str:
        """The name under which an action goes on record."""
        return f"token:{self.bearer.token_id}"


class Authority:
    """Checks tokens against the registry; what is unknown is looked up before it is refused."""

    def __init__(
        self,
        tokens: Tokens,
        registry: Registry,
        front_door: FrontDoor,
        refused_attempts: RefusedAttempts,
    ) -> None:
        self._tokens = tokens
        self._refused_attempts = refused_attempts
        self._registry = registry
        self._front_door = front_door

    async def authorize(
        self, authorization: str | None, source: str, client: str, roles: frozenset[Role]
    ) -> Authorized:
        """Return the client of this GUID, if the token reaches it in one of these roles.

        Raises what `bearer` raises, `NotAGuidError`, `ForbiddenError`, and, also for a client that
        is another's, `UnknownClientError`.
        """
        bearer = await self.bearer(authorization, source)
        client_id = read_guid(client)
        known = await self._client(client_id, bearer)
        if bearer.role not in roles:
            raise ForbiddenError(bearer.role)
        return Authorized(known, bearer)

    async def bearer(self, authorization: str | None, source: str) -> Bearer:
        """Return who presents this header, calling from this address.

        Raises `UnauthenticatedError` and, after too many wrong tokens, `TooManyAttemptsError`.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthenticatedError
        bearer = self._tokens.bearer(token.strip())
        if bearer is None:
            await self._front_door.look_again()
            bearer = self._tokens.bearer(token.strip())
        if bearer is None:
            if not self._refused_attempts.has_room_for(source):
                raise TooManyAttemptsError
            raise UnauthenticatedError
        return bearer

    async def _client(self, client_id: UUID, bearer: Bearer) -> Client:
        if bearer.client_id not in {None, client_id}:
            raise UnknownClientError(client_id)
        known = self._registry.get(client_id)
        if known is None:
            await self._front_door.look_again()
            known = self._registry.get(client_id)
        if known is None:
            raise UnknownClientError(client_id)
        return known


async def authorize(
    request: Request[Any, Any, Any], client_id: str, roles: frozenset[Role]
) -> Authorized:
    """Authorize a request for a client. Raises what `Authority.authorize` raises."""
    authority: Authority = request.app.state[AUTHORITY]
    presented = request.headers.get("authorization")
    return await authority.authorize(presented, _source(request), client_id, roles)


async def require_bearer(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Let nobody in without a living token, before a body is read. A guard of Litestar's."""
    authority: Authority = connection.app.state[AUTHORITY]
    await authority.bearer(connection.headers.get("authorization"), _source(connection))


def _source(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    return connection.client.host if connection.client else ""
