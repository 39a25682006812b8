"""What the use cases need from outside."""

from typing import Protocol

from msgspec import Struct

from domain.document import JsonValue


class ReadBody(Struct, frozen=True):
    """A well-formed body.

    `tree` is the notification as a JSON object, `None` for an empty body or a null.
    `document` is `tree` rendered as UTF-8 JSON in the contract's member names,
    `None` when the body's own bytes already are that.
    """

    tree: dict[str, JsonValue] | None
    document: bytes | None


class BodyReader(Protocol):
    """Reads a webhook's body by its media type."""

    def __call__(self, media_type: str, body: bytes) -> ReadBody:
        """Read a body; `media_type` is the whole Content-Type value as it arrived.

        Raises `MalformedBodyError` where the body is not well-formed.
        """
