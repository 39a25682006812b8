"""What can be asked in a query, read as strictly as the API's document describes it."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeAlias

from litestar import Request
from litestar.exceptions import ValidationException
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, QueryParameter

from domain.dates import instant
from interfaces.api.bounds import ASKED_IN_DIGITS

MOST_CHARACTERS: Final = 200

NOT_IN_FORM: Final = "This is not in the form that is asked for."

Flag: TypeAlias = Literal["true", "false"]

_DIGITS: Final = re.compile(r"0|-?[1-9][0-9]*")
_UNESCAPED_PLUS: Final = re.compile(r"(.*T.*) (\d\d:?\d\d)")

ClientId = Annotated[
    str,
    PathParameter(
        name="clientId", description="The client's GUID.", schema_extra={"format": "uuid"}
    ),
]


def id_in_path(name: str, description: str, lowest: int, highest: int) -> Any:
    """Return an id in a path, in digits alone."""
    # Not `int`: Litestar reads with the interpreter's own, which takes a sign, blanks, underscores.
    return PathParameter(
        name=name,
        description=description,
        pattern=rf"\A[1-9][0-9]{{0,{len(str(highest)) - 1}}}\Z",
        schema_extra={
            "type": OpenAPIType.INTEGER,
            "pattern": None,
            "minimum": lowest,
            "maximum": highest,
        },
    )


def asked_text(query: str, description: str) -> Any:
    """Return a text in a query, compared as it is."""
    return QueryParameter(
        name=query, description=description, min_length=1, max_length=MOST_CHARACTERS
    )


def asked_time(query: str, description: str) -> Any:
    """Return a point in time in a query, with an offset or Z."""
    return QueryParameter(name=query, description=description, schema_extra={"format": "date-time"})


def read_time(name: str, text: str | None) -> datetime | None:
    """Read a point in time of a query. Raises `ValidationException`."""
    if text is None:
        return None
    # An unescaped + arrives as a space.
    slipped = _UNESCAPED_PLUS.fullmatch(text)
    moment = instant(f"{slipped[1]}+{slipped[2]}" if slipped else text)
    if moment is None:
        raise refused(name, "This is no time with an offset or Z, such as 2026-07-08T09:12:44Z.")
    return moment


def read_flag(flag: Flag | None) -> bool | None:
    """Read a flag of a query."""
    return None if flag is None else flag == "true"


def refuse_unknown(request: Request[Any, Any, Any], known: Collection[str]) -> None:
    """Refuse a query that asks what is not answered, or for a number otherwise than in digits.

    Raises `ValidationException`.
    """
    # A filter that is misspelt and passed over would answer with everything.
    for name in request.query_params:
        if name not in known:
            raise refused(name, f"This is not asked here; there are {', '.join(sorted(known))}.")
        if len(request.query_params.getall(name)) > 1:
            raise refused(name, "This is asked more than once.")
        # Litestar takes 1.0 and 1e2 for integers, too.
        if name in ASKED_IN_DIGITS and not _DIGITS.fullmatch(request.query_params[name]):
            raise refused(name, NOT_IN_FORM)


def refused(name: str, problem: str) -> ValidationException:
    """Return what is wrong with one part of a query, to be raised."""
    return ValidationException(extra=[{"key": name, "message": problem}])
