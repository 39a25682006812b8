"""Hooks for schemathesis: what settings cannot say of the requests that it draws."""

import os
import re
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID
from xml.etree import ElementTree

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import RejectedPositiveData

from interfaces.api.cursors import LONGEST_CURSOR

CLIENT_ID = "OWN_CLIENT_ID"
ACCESS_KEY = "OWN_ACCESS_KEY"
SIGNING_KEY = "OWN_SIGNING_KEY"

_balanced = re.compile(r"[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*")


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext,  # noqa: ARG001
    case: schemathesis.Case[Any],
    kwargs: dict[str, Any],  # noqa: ARG001
) -> None:
    """Put the test's own client and its keys in wherever any were drawn as documented.

    What is no GUID, empty or left out stays so: settings would replace that as well.
    """
    if _is_guid(case.path_parameters.get("clientId")):
        case.path_parameters["clientId"] = os.environ[CLIENT_ID]
    for name, own in (("accessKey", ACCESS_KEY), ("signingKey", SIGNING_KEY)):
        drawn = case.query.get(name)
        if drawn and isinstance(drawn, str):
            case.query[name] = os.environ[own]
    # A cursor is only ever handed out; of those drawn, the ones that are too long stay.
    cursor = case.query.get("cursor")
    if isinstance(cursor, str) and 1 <= len(cursor) <= LONGEST_CURSOR:
        del case.query["cursor"]


def _is_guid(drawn: object) -> bool:
    try:
        UUID(str(drawn))
    except ValueError:
        return False
    return True


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: object) -> object:
    """Write integers in digits alone, as the API takes them; to a schema, 1.0 is one too."""
    operation = context.operation
    is_of_the_api = operation is not None and operation.path.endswith("/Activities")
    return _in_digits(body) if is_of_the_api else body


def _in_digits(drawn: object) -> object:
    if isinstance(drawn, float) and drawn.is_integer():
        return int(drawn)
    if isinstance(drawn, list):
        return [_in_digits(inner) for inner in drawn]
    if isinstance(drawn, dict):
        return {name: _in_digits(inner) for name, inner in drawn.items()}
    return drawn


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext,  # noqa: ARG001
    failure: Failure,
    case: schemathesis.Case[Any],
    response: schemathesis.Response,
) -> bool:
    """Drop what is rightly refused with 400: a list is drawn for XML, and any text for a key."""
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    body = _bytes(response.request.body)
    if case.media_type in {"application/xml", "text/xml"}:
        return _is_one_document(body)
    if case.media_type == "application/x-www-form-urlencoded":
        keys = (key for key, _ in parse_qsl(body.decode(), keep_blank_values=True))
        return all(_balanced.fullmatch(key) for key in keys)
    return True


def _bytes(sent: object) -> bytes:
    return sent if isinstance(sent, bytes) else str(sent or "").encode()


def _is_one_document(body: bytes) -> bool:
    try:
        ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return False
    return True
