"""Bodies of the API, read as strictly as its document describes them."""

import re
from functools import cache
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException

_place: Final = re.compile(r"(.*) - at `\$\.?(.*)`")


class StrictRequest(Request[Any, Any, Any]):
    """A request whose body must be what its handler's `data` is typed as.

    Litestar itself takes a number with an exponent, or a text, where an integer is due.
    """

    async def json(self) -> Any:
        """Return the body as the type of `data`. Raises `ValidationException`."""
        field = self.route_handler.parsed_data_field
        if field is None:
            return await super().json()
        try:
            return _decoder(field.raw).decode((await self.body()).decode())
        except msgspec.ValidationError as error:
            raise _fault(str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _fault("This is not JSON.") from None


@cache
def _decoder(annotation: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(annotation)


def _fault(problem: str) -> ValidationException:
    placed = _place.fullmatch(problem)
    message, place = placed.groups() if placed else (problem, "")
    return ValidationException(extra=[{"key": place or "body", "message": message}])
