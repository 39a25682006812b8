"""Operations of the API, with what of them Litestar cannot describe."""

from dataclasses import dataclass
from typing import Final

from litestar.openapi.spec import OpenAPIResponse, Operation, RequestBody, Schema

from interfaces.docs.headers import RETRY_AFTER, WWW_AUTHENTICATE

MOST_OPENINGS: Final = 500
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
