"""How the API's document describes what is refused."""

from http import HTTPStatus
from typing import Final

from litestar.openapi import ResponseSpec
from msgspec import Struct

BEARER: Final = "BearerToken"
"""Under this name the document holds the API's security scheme."""


class Refusal(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """Why a request is refused; `model_state` says what is wrong with which part of it."""

    message: str
    model_state: dict[str, list[str]] = {}


_SENTENCES: Final = {
    HTTPStatus.NOT_MODIFIED: "It is still of the version that If-None-Match names.",
    HTTPStatus.BAD_REQUEST: "The request is invalid.",
    HTTPStatus.UNAUTHORIZED: "No living token was presented.",
    HTTPStatus.FORBIDDEN: "The token's role does not reach that far.",
    HTTPStatus.NOT_FOUND: "The token reaches no such client, or there is no such thing.",
    HTTPStatus.CONFLICT: "An id is taken, none is left, or a position is not reached.",
    HTTPStatus.GONE: "The position is of what the log lost before it was restored: load again.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.TOO_MANY_REQUESTS: "Wrong tokens have come too often from this address.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The fault is the service's own.",
    HTTPStatus.SERVICE_UNAVAILABLE: "It could not be done in time: send it again.",
}


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Describe the refusals with these status codes."""
    return {status: _described(_SENTENCES[HTTPStatus(status)]) for status in statuses}


def not_modified() -> dict[int, ResponseSpec]:
    """Describe the answer to whoever has it already."""
    sentence = _SENTENCES[HTTPStatus.NOT_MODIFIED]
    return {304: ResponseSpec(None, generate_examples=False, description=sentence)}


def _described(sentence: str) -> ResponseSpec:
    return ResponseSpec(Refusal, generate_examples=False, description=sentence)
