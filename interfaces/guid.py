"""Client ids in paths, in every form that the original took."""

import re
from functools import lru_cache
from uuid import UUID

from domain.errors import WorktrailError

_GUID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE | re.ASCII
)
_BRACKETS = {"{": "}", "(": ")"}


class NotAGuidError(WorktrailError):
    """The client id in the path is no GUID."""

    def __init__(self) -> None:
        super().__init__("The request is invalid.")


# The same few clients call again and again.
@lru_cache(maxsize=1_024)
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
