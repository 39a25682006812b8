"""What of an HTTP request the webhook uses: a few headers, and the body within bounds."""

from typing import Final

from litestar.types import Receive
from msgspec import Struct

from interfaces.exchange import Exchange
from interfaces.webhook.held_bodies import Hold
from interfaces.webhook.refusals import BodyTooLargeError, UnsupportedEncodingError

_LONGEST_KEPT_HEADER: Final = 200


class SenderLeftError(Exception):
    """The connection ended before the body did."""


class Headers(Struct, frozen=True):
    """The headers that matter, `None` where absent."""

    content_type: str | None = None
    content_length: str | None = None
    content_encoding: str | None = None
    transfer_encoding: str | None = None
    accept: str | None = None
    sign_data: str | None = None
    user_agent: str | None = None
    traceparent: str | None = None

    @property
    def announces_body(self) -> bool:
        """Whether a body of at least one byte is announced."""
        return self.transfer_encoding is None and self.content_length not in {None, "0"}

    def check_encoding(self) -> None:
        """Raise `UnsupportedEncodingError` where the body is not sent as it is (or in chunks)."""
        if self.content_encoding is None and self.transfer_encoding is None:
            return
        for encoding in (self.content_encoding or "").split(","):
            if encoding.strip().lower() not in {"", "identity"}:
                raise UnsupportedEncodingError(encoding.strip())
        for encoding in (self.transfer_encoding or "").split(","):
            if encoding.strip().lower() not in {"", "chunked"}:
                raise UnsupportedEncodingError(encoding.strip())

    @property
    def kept(self) -> dict[str, str]:
        """The headers that go on record."""
        if self.user_agent is None:
            return {}
        return {"User-Agent": self.user_agent[:_LONGEST_KEPT_HEADER]}

    @property
    def trace_id(self) -> str | None:
        """The trace's id (W3C Trace Context, `version-traceid-parentid-flags`)."""
        if self.traceparent is None:
            return None
        parts = self.traceparent.split("-")
        return parts[1] if len(parts) == 4 and len(parts[1]) == 32 else None


_FIELDS: Final = {field.replace("_", "-").encode(): field for field in Headers.__struct_fields__}
_LISTS: Final = frozenset({"accept", "content_encoding", "transfer_encoding"})


def read_headers(headers: list[tuple[bytes, bytes]]) -> Headers:
    """Pick the headers that matter; of one that is repeated the last counts, lists are joined."""
    found: dict[str, str] = {}
    for name, value in headers:
        if field := _FIELDS.get(name):
            text = value.decode("latin-1")
            repeated = field in found and field in _LISTS and found[field]
            found[field] = f"{found[field]},{text}" if repeated else text
    return Headers(**found)


class Incoming(Struct, frozen=True):
    """A request of which the headers were read, and the body was not."""

    headers: Headers
    receive: Receive
    exchange: Exchange | None = None


async def read_bytes(incoming: Incoming, most_bytes: int, hold: Hold) -> bytes:
    """Read the whole body, within its own bound and that of all bodies together.

    Raises `BodyTooLargeError`, `TooManyBytesHeldError` and `SenderLeftError`.
    """
    announced = incoming.headers.content_length or ""
    if announced.isdecimal() and int(announced) > most_bytes:
        raise BodyTooLargeError(most_bytes)
    whole = incoming.exchange.take_body() if incoming.exchange is not None else None
    if whole is not None:
        if len(whole) > most_bytes:
            raise BodyTooLargeError(most_bytes)
        hold.add(len(whole))
        return whole
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await incoming.receive()
        if message["type"] == "http.disconnect":
            raise SenderLeftError
        if message["type"] != "http.request":
            continue
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most_bytes:
            raise BodyTooLargeError(most_bytes)
        hold.add(len(chunk))
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)
