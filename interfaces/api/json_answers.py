"""Answers in JSON that say up to which position of the log they know, and their version."""

from hashlib import sha256
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.datastructures import Headers

POSITION: Final = "Worktrail-Position"
"""The header that says from where on the change feed tells what an answer does not know yet."""

_DIGITS: Final = 16

_encoder: Final = msgspec.json.Encoder(decimal_format="number")


def encoded(document: object) -> bytes:
    """Return a document as JSON, with every digit of every number."""
    return _encoder.encode(document)


def answer(body: bytes, position: int) -> Response[Any]:
    """Return an answer with this JSON, known up to a position."""
    headers = {POSITION: str(position), "Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


def versioned_answer(
    request: Request[Any, Any, Any], body: bytes, position: int, version: str
) -> Response[Any]:
    """Return the same with its version as ETag, or 304 without a body to whoever has it already."""
    # Whose word is shown, what its activities follow and what recalls it change without a version,
    # and those that a restored log lost are given out again, to other events.
    etag = f'"{version}-{sha256(body).hexdigest()[:_DIGITS]}"'
    headers = {POSITION: str(position), "ETag": etag, "Cache-Control": "private, no-cache"}
    if _has(request.headers, etag):
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _has(headers: Headers, etag: str) -> bool:
    named = [name.strip() for name in ",".join(headers.getall("if-none-match", [])).split(",")]
    return "*" in named or etag in {name.removeprefix("W/") for name in named}
