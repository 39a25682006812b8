"""Whatever can go wrong is in the API's document, with the headers that come with it."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from application.journal import JournalFullError
from application.journal_ports import AnswerLostError
from application.journal_writer import JournalStoppedError
from application.link_check import LineProblem
from application.ports import StorageUnavailableError, UnreadableEventError
from application.query_ports import LostPositionError, OutdatedReadModelError
from application.refused_attempts import TooManyAttemptsError
from application.wakings import TooManyReadersError
from domain import errors
from interfaces.api.authorization import ForbiddenError, UnauthenticatedError
from interfaces.api.cursors import BadCursorError
from interfaces.api.lists import ListUnfinishedError, TooManyItemsHeldError, WrongItemsError
from interfaces.api.reading import ReadUnavailableError
from interfaces.guid import NotAGuidError
from interfaces.problems import problem_of
from interfaces.webhook import refusals
from interfaces.webhook.bodies.media import UnsupportedMediaTypeError
from interfaces.webhook.keys import MissingKeyError, RepeatedKeyError
from interfaces.webhook.request import SenderLeftError
from tests.running import Service

CLIENT = "/v1/Clients/{clientId}"
OF_BOTH = [
    TooManyAttemptsError(),
    NotAGuidError(),
    JournalFullError(),
    JournalStoppedError(),
    AnswerLostError(),
    StorageUnavailableError(),
    UnreadableEventError(7, UUID(int=2), "It is damaged."),
    TimeoutError(),
    RuntimeError("a fault"),
]
OF_THE_WEBHOOK = [
    MissingKeyError("accessKey"),
    RepeatedKeyError("accessKey"),
    UnsupportedMediaTypeError("text/plain"),
    refusals.UnsupportedEncodingError("gzip"),
    refusals.DeniedError(),
    refusals.TooManyBytesHeldError(),
    refusals.BodyTooLargeError(1),
    errors.MalformedBodyError("the body", "this is not JSON"),
    SenderLeftError(),
]
OF_READING = [
    ReadUnavailableError(),
    OutdatedReadModelError("timeline"),
    BadCursorError(),
    TooManyReadersError(),
    errors.UnknownActivityError(1),
    errors.UnknownWorkOrderError(1),
]
OF_EVERY_OPERATION = [
    UnauthenticatedError(),
    ForbiddenError("auditor"),
    errors.UnknownClientError("x"),
]
OF_ACTIVITIES = [
    errors.UnknownActivityError(1),
    errors.ActivityIdRangeError(0),
    errors.ActivityIdTakenError(1, 1),
    errors.ActivityIdsExhaustedError(),
    errors.ActivityAlreadyOpenError(1, 1),
    errors.ActivityNotOpenError(1, 1),
    WrongItemsError([LineProblem(1, "It is wrong.")]),
    ListUnfinishedError(1, 2),
    TooManyItemsHeldError(),
]
CASES = {
    ("post", f"{CLIENT}/ServiceChannelWorkOrders"): [*OF_BOTH, *OF_THE_WEBHOOK],
    **{
        ("get", f"{CLIENT}{path}"): [*OF_BOTH, *OF_EVERY_OPERATION, *OF_READING]
        for path in (
            "/Activities",
            "/Activities/{activityId}",
            "/Activities/{activityId}/History",
            "/WorkOrders",
            "/WorkOrders/{workOrderId}",
            "/WorkOrders/{workOrderId}/History",
        )
    },
    **{
        ("get", f"{CLIENT}{path}/Events"): [
            *(*OF_BOTH, *OF_EVERY_OPERATION, *OF_READING),
            LostPositionError(2, 1, 3),
        ]
        for path in ("", "/Activities/{activityId}")
    },
    ("post", f"{CLIENT}/Activities"): [*OF_BOTH, *OF_EVERY_OPERATION, *OF_ACTIVITIES],
    ("post", f"{CLIENT}/Activities/{{activityId}}/Release"): [
        *OF_BOTH,
        *OF_EVERY_OPERATION,
        *OF_ACTIVITIES,
    ],
}


@pytest.fixture(scope="module")
def paths(service: Service) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(f"{service.url}/docs/openapi.json").json()["paths"]
    return told


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [(*operation, error) for operation, errors_ in CASES.items() for error in errors_],
    ids=lambda it: type(it).__name__ if isinstance(it, Exception) else it.rsplit("/", 1)[-1],
)
def test_a_problem_is_documented_with_its_headers(
    paths: dict[str, Any], method: str, path: str, error: Exception
) -> None:
    problem = problem_of(error)
    answer = paths[path][method]["responses"][str(problem.status)]
    documented = {
        name.lower(): header["schema"] for name, header in answer.get("headers", {}).items()
    }
    for name, value in problem.headers:
        assert documented[name].get("const", value) == value
        assert (documented[name]["type"] == "integer") == value.isdecimal()


def test_all_problems_but_another_method_are_tried() -> None:
    tried = {type(error) for errors_ in CASES.values() for error in errors_}
    named = {
        known
        for module in (errors, refusals)
        for known in vars(module).values()
        if isinstance(known, type) and issubclass(known, Exception)
    }
    answered = {known for known in named if not problem_of(known.__new__(known)).is_fault}
    assert answered - tried == {refusals.MethodNotSupportedError}
