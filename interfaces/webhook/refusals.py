"""What the endpoint refuses before it reads a body, in the contract's words."""

import re
from uuid import UUID

from domain.errors import WorktrailError

_GUID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE | re.ASCII
)
_BRACKETS = {"{": "}", "(": ")"}


class MethodNotSupportedError(WorktrailError):
    """The endpoint takes POST alone."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The requested resource does not support http method '{method}'.")


class NotAGuidError(WorktrailError):
    """The client id in the path is no GUID."""

    def __init__(self) -> None:
        super().__init__("The request is invalid.")


class DeniedError(WorktrailError):
    """Unknown client, or a wrong or retired key: nobody learns which."""

    def __init__(self) -> None:
        super().__init__("Authorization has been denied for this request.")


class UnsupportedEncodingError(WorktrailError):
    """The body is compressed, or encoded in another way; nothing is decompressed."""

    def __init__(self, encoding: str) -> None:
        super().__init__(
            f"The request entity's content encoding '{encoding}' is not supported for this "
            "resource."
        )


class TooManyBytesHeldError(Exception):
    """The bodies of the requests under way are as large together as the process can hold."""


class BodyTooLargeError(WorktrailError):
    """The body is larger than the service takes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"The request entity is larger than {most_bytes} bytes.")


def read_guid(text: str) -> UUID:
    """Read a GUID as 8-4-4-4-12 or 32 hex digits, the former also in braces or parentheses.

    Raises `NotAGuidError`.
    """
    closing = _BRACKETS.get(text[:1])
    if closing is not None:
        if text[-1:] != closing or "-" not in text:
            raise NotAGuidError
        text = text[1:-1]
    if not _GUID.fullmatch(text):
        raise NotAGuidError
    return UUID(text)
