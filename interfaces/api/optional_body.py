"""Operations whose body may be left out."""

from dataclasses import dataclass

from litestar.openapi.spec import Operation, RequestBody


@dataclass
class BodyIsOptional(Operation):
    """An operation that needs no body; Litestar describes every body as required."""

    def __post_init__(self) -> None:
        """Say so."""
        if isinstance(self.request_body, RequestBody):
            self.request_body.required = False
