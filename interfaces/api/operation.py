"""Operations of the API, with what of them Litestar cannot describe."""

from dataclasses import dataclass
from typing import Final

from litestar.openapi.spec import (
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIType

from interfaces.docs.headers import ETAG, POSITION, RETRY_AFTER, WWW_AUTHENTICATE

MOST_OPENINGS: Final = 100_000
"""Activities that can be opened in one request."""

_HEADERS: Final = {"401": WWW_AUTHENTICATE, "429": RETRY_AFTER, "503": RETRY_AFTER}


@dataclass
class ApiOperation(Operation):
    """An operation whose refusals carry headers."""

    def __post_init__(self) -> None:
        """Describe them."""
        for status, headers in _HEADERS.items():
            answer = (self.responses or {}).get(status)
            if isinstance(answer, OpenAPIResponse):
                answer.headers = dict(headers)


@dataclass
class BodyIsOptional(ApiOperation):
    """An operation that needs no body; Litestar describes every body as required."""

    def __post_init__(self) -> None:
        """Say so."""
        super().__post_init__()
        if isinstance(self.request_body, RequestBody):
            self.request_body.required = False


@dataclass
class ListIsBounded(ApiOperation):
    """An operation whose body is one thing or a list; Litestar leaves out how long it may be."""

    def __post_init__(self) -> None:
        """Say so."""
        super().__post_init__()
        if isinstance(self.request_body, RequestBody):
            for content in self.request_body.content.values():
                if isinstance(content.schema, Schema):
                    for choice in content.schema.one_of or ():
                        if isinstance(choice, Schema) and choice.items is not None:
                            choice.max_items = MOST_OPENINGS


@dataclass
class PositionedOperation(ApiOperation):
    """An operation whose answer says from where on to follow the change feed."""

    def __post_init__(self) -> None:
        """Describe the header."""
        super().__post_init__()
        _describe(self, "200", POSITION)


@dataclass
class VersionedOperation(ApiOperation):
    """An operation whose answer has a version, and is not repeated to whoever has it."""

    def __post_init__(self) -> None:
        """Describe the headers."""
        super().__post_init__()
        for status in ("200", "304"):
            _describe(self, status, {**POSITION, **ETAG})
        not_modified = (self.responses or {}).get("304")
        if isinstance(not_modified, OpenAPIResponse):
            not_modified.content = None


@dataclass
class StreamedOperation(PositionedOperation):
    """An operation that answers by pages, or without an end."""

    def __post_init__(self) -> None:
        """Describe the stream, and which request asks for it."""
        super().__post_init__()
        answer = (self.responses or {}).get("200")
        if isinstance(answer, OpenAPIResponse) and answer.content is not None:
            answer.content["text/event-stream"] = OpenAPIMediaType(
                schema=Schema(
                    type=OpenAPIType.STRING,
                    description="Server-sent events, for `Accept: text/event-stream`: the data of "
                    "each is an item of Events, its id the position.",
                )
            )


def _describe(operation: Operation, status: str, headers: dict[str, OpenAPIHeader]) -> None:
    answer = (operation.responses or {}).get(status)
    if isinstance(answer, OpenAPIResponse):
        answer.headers = {**(answer.headers or {}), **headers}
