"""The one table from errors to answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from application.feed import UnknownPositionError
from application.journal import JournalFullError
from application.journal_ports import AnswerLostError
from application.journal_writer import JournalStoppedError
from application.ports import StorageUnavailableError, UnreadableEventError
from application.query_ports import LostPositionError, OutdatedReadModelError
from application.refused_attempts import TooManyAttemptsError
from application.wakings import TooManyReadersError
from domain.errors import (
    ActivityAlreadyOpenError,
    ActivityIdRangeError,
    ActivityIdsExhaustedError,
    ActivityIdTakenError,
    ActivityNotOpenError,
    MalformedBodyError,
    UnknownActivityError,
    UnknownClientError,
    UnknownWorkOrderError,
)
from interfaces.api.authorization import ForbiddenError, UnauthenticatedError
from interfaces.api.cursors import BadCursorError
from interfaces.api.lists import ListUnfinishedError, TooManyItemsHeldError, WrongItemsError
from interfaces.api.reading import ReadUnavailableError
from interfaces.guid import NotAGuidError
from interfaces.webhook.bodies.media import UnsupportedMediaTypeError
from interfaces.webhook.keys import MissingKeyError, RepeatedKeyError
from interfaces.webhook.refusals import (
    BodyTooLargeError,
    DeniedError,
    MethodNotSupportedError,
    TooManyBytesHeldError,
    UnsupportedEncodingError,
)
from interfaces.webhook.request import SenderLeftError

INVALID: Final = "The request is invalid."
UNREAD: Final = "This could not be read in time: please ask again."
UNAVAILABLE: Final = "This could not be recorded in time: please send it again."
_FAULT: Final = "An error has occurred."
_RETRY_AFTER_SECONDS: Final = "5"
_RETRY_AFTER_REFUSALS_SECONDS: Final = "60"


class Problem(Struct, frozen=True):
    """How an error is answered; `is_fault` says that it is ours and to be logged in full."""

    status: int
    message: str
    model_state: Mapping[str, Sequence[str]] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    is_fault: bool = False


def problem_of(error: Exception) -> Problem:
    """Return the answer to an error; one that is not in the table is a fault of ours."""
    for known, problem in _TABLE.items():
        if isinstance(error, known):
            return problem(error)
    return Problem(500, _FAULT, is_fault=True)


def _malformed(error: Exception) -> Problem:
    return Problem(400, INVALID, {"workOrder": [str(error)]})


def _wrong_items(error: Exception) -> Problem:
    problems = error.problems if isinstance(error, WrongItemsError) else ()
    return Problem(409, str(error), {f"[{it.line}]": [it.sentence] for it in problems})


def _unavailable(_: Exception) -> Problem:
    return Problem(503, UNAVAILABLE, headers=(("retry-after", _RETRY_AFTER_SECONDS),))


def _unread(_: Exception) -> Problem:
    return Problem(503, UNREAD, headers=(("retry-after", _RETRY_AFTER_SECONDS),))


def _cannot_be_told(error: Exception) -> Problem:
    # Whoever asks did nothing wrong, and what is on record is ours to mend.
    return Problem(503, str(error), headers=(("retry-after", _RETRY_AFTER_SECONDS),), is_fault=True)


def _said(status: int, *headers: tuple[str, str]) -> Callable[[Exception], Problem]:
    return lambda error: Problem(status, str(error), headers=headers)


_TABLE: Final[Mapping[type[Exception], Callable[[Exception], Problem]]] = {
    MethodNotSupportedError: _said(405, ("allow", "POST")),
    MissingKeyError: _said(401),
    RepeatedKeyError: _said(400),
    UnsupportedMediaTypeError: _said(415),
    UnsupportedEncodingError: _said(415, ("accept-encoding", "identity")),
    NotAGuidError: _said(400),
    DeniedError: _said(401),
    TooManyAttemptsError: _said(429, ("retry-after", _RETRY_AFTER_REFUSALS_SECONDS)),
    BodyTooLargeError: _said(413),
    MalformedBodyError: _malformed,
    UnauthenticatedError: _said(401, ("www-authenticate", "Bearer")),
    ForbiddenError: _said(403),
    UnknownClientError: _said(404),
    UnknownActivityError: _said(404),
    UnknownWorkOrderError: _said(404),
    BadCursorError: _said(400),
    UnknownPositionError: _said(409),
    ReadUnavailableError: _unread,
    LostPositionError: _said(410),
    OutdatedReadModelError: _said(503, ("retry-after", _RETRY_AFTER_SECONDS)),
    TooManyReadersError: _said(503, ("retry-after", _RETRY_AFTER_SECONDS)),
    UnreadableEventError: _cannot_be_told,
    ActivityIdRangeError: _said(400),
    ActivityIdTakenError: _said(409),
    ActivityIdsExhaustedError: _said(409),
    ActivityAlreadyOpenError: _said(409),
    ActivityNotOpenError: _said(409),
    WrongItemsError: _wrong_items,
    ListUnfinishedError: _said(503, ("retry-after", _RETRY_AFTER_SECONDS)),
    TooManyItemsHeldError: _unavailable,
    StorageUnavailableError: _unavailable,
    JournalFullError: _unavailable,
    JournalStoppedError: _unavailable,
    AnswerLostError: _unavailable,
    TooManyBytesHeldError: _unavailable,
    TimeoutError: _unavailable,
    SenderLeftError: lambda _: Problem(400, INVALID),
}
