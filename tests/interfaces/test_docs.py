"""The API's document, and the page that shows it."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from interfaces.docs.page import page
from tests.running import ROOT, Service

ACTIVITIES = "/v1/Clients/{clientId}/Activities"
WEBHOOK = "/v1/Clients/{clientId}/ServiceChannelWorkOrders"


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    answer = httpx.get(f"{service.url}/docs/openapi.json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture(scope="module")
def shown(service: Service) -> httpx.Response:
    answer = httpx.get(f"{service.url}/docs")
    assert answer.status_code == 200
    return answer


def test_the_document_has_the_projects_version(document: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert document["info"]["title"] == "Worktrail"
    assert document["info"]["version"] == project["version"]


def test_the_webhook_names_its_five_media_types(document: dict[str, Any]) -> None:
    assert set(document["paths"][WEBHOOK]["post"]["requestBody"]["content"]) == {
        "application/json",
        "text/json",
        "application/xml",
        "text/xml",
        "application/x-www-form-urlencoded",
    }


def test_the_webhook_names_its_parameters(document: dict[str, Any]) -> None:
    parameters = document["paths"][WEBHOOK]["post"]["parameters"]
    assert {(told["name"], told["in"], told["required"]) for told in parameters} == {
        ("clientId", "path", True),
        ("accessKey", "query", True),
        ("signingKey", "query", True),
    }


def test_the_webhook_names_every_answer_in_json_and_xml(document: dict[str, Any]) -> None:
    answers = document["paths"][WEBHOOK]["post"]["responses"]
    assert set(answers) == {"200", "400", "401", "413", "415", "429", "500", "503"}
    for answer in answers.values():
        assert "Worktrail-Delivery" in answer["headers"]
        assert set(answer["content"]) == {
            "application/json",
            "text/json",
            "application/xml",
            "text/xml",
        }
    kept = {status for status, told in answers.items() if "Worktrail-Verdict" in told["headers"]}
    assert kept == {"200", "400"}


def test_the_webhooks_xml_has_the_originals_names(document: dict[str, Any]) -> None:
    operation = document["paths"][WEBHOOK]["post"]
    notification = operation["requestBody"]["content"]["application/xml"]["schema"]
    assert notification["xml"]["name"] == "ServiceChannelWorkOrderEventResponse"
    notes = notification["properties"]["Object"]["properties"]["Notes"]
    assert notes["xml"]["wrapped"] is True
    assert notes["items"]["xml"]["name"] == "ServiceChannelWorkOrderNote"
    answered = {
        status: operation["responses"][status]["content"]["text/xml"]["schema"]["xml"]["name"]
        for status in ("200", "400")
    }
    assert answered == {"200": "int", "400": "Error"}


def test_every_bound_is_written_as_an_integer(document: dict[str, Any]) -> None:
    assert {type(bound) for bound in bounds(document)} == {int}
    opening = document["components"]["schemas"]["Opening"]["properties"]
    assert opening["WorkOrderId"]["maximum"] == 2**63 - 1
    assert opening["ActivityId"]["maximum"] == 2**31 - 1
    asked = {told["name"]: told["schema"] for told in list_parameters(document)}
    assert (asked["limit"]["minimum"], asked["limit"]["maximum"]) == (1, 200)
    assert (asked["activityId"]["minimum"], asked["activityId"]["maximum"]) == (1, 2**31 - 1)
    assert (asked["workOrderId"]["minimum"], asked["workOrderId"]["maximum"]) == (1, 2**63 - 1)


def bounds(told: object) -> Iterator[object]:
    if isinstance(told, dict):
        yield from (told[name] for name in ("minimum", "maximum") if name in told)
    if isinstance(told, dict | list):
        for inner in told.values() if isinstance(told, dict) else told:
            yield from bounds(inner)


def list_parameters(document: dict[str, Any]) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = document["paths"][ACTIVITIES]["get"]["parameters"]
    return parameters


def test_the_openings_body_is_one_or_a_list_of_bounded_length(document: dict[str, Any]) -> None:
    body = document["paths"][ACTIVITIES]["post"]["requestBody"]
    one, many = body["content"]["application/json"]["schema"]["oneOf"]
    assert body["required"] is True
    assert one == {"$ref": "#/components/schemas/Opening"}
    assert many["items"] == {"$ref": "#/components/schemas/ListedOpening"}
    assert many["maxItems"] == 100_000


def test_a_releases_body_may_be_left_out(document: dict[str, Any]) -> None:
    release = document["paths"][f"{ACTIVITIES}/{{activityId}}/Release"]["post"]
    assert release["requestBody"]["required"] is False
    [activity_id] = [it for it in release["parameters"] if it["name"] == "activityId"]
    assert activity_id["schema"]["type"] == "integer"


def test_all_but_the_webhook_and_health_needs_a_token(document: dict[str, Any]) -> None:
    guarded = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if operation.get("security") == [{"BearerToken": []}]
    }
    assert guarded == {
        "openActivities", "listActivities", "releaseActivity", "getActivity", "getActivityHistory",
        "listWorkOrders", "getWorkOrder", "getWorkOrderHistory", "listEvents", "listActivityEvents",
    }  # fmt: skip


def test_the_page_names_every_operation(document: dict[str, Any], shown: httpx.Response) -> None:
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f"<code>{method.upper()} {path}</code>" in shown.text
            assert f'<section id="{operation["operationId"]}">' in shown.text


def test_the_page_loads_nothing_and_runs_nothing(shown: httpx.Response) -> None:
    assert "<script" not in shown.text
    assert not re.search(r"<(?:link|img|iframe|object|form)\b", shown.text)
    assert not re.search(r"""(?:src|href|action)\s*=\s*(?!"(?:#|/docs))""", plain(shown.text))
    assert "url(" not in shown.text
    assert "@import" not in shown.text


def plain(html: str) -> str:
    return "".join(re.findall(r"<[^>]+>", html))


def test_the_page_works_under_a_strict_policy(shown: httpx.Response) -> None:
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert " style=" not in shown.text


def test_what_the_document_says_is_escaped() -> None:
    planted = "<script>alert('&')</script>"
    operation = {
        "operationId": planted,
        "summary": planted,
        "description": planted,
        "parameters": [{"name": planted, "in": planted, "schema": {planted: planted}}],
        "requestBody": {"content": {planted: {"schema": {}, "example": planted}}},
        "responses": {planted: {"description": planted, "headers": {planted: {}}}},
        "security": [{planted: []}],
    }
    told = page(
        {
            "info": {"title": planted, "version": planted, "description": planted},
            "paths": {planted: {planted: operation}},
            "components": {"schemas": {planted: {planted: planted}}},
        }
    )
    assert "<script" not in told.lower()


def test_the_page_cannot_be_posted_to(service: Service) -> None:
    assert httpx.post(f"{service.url}/docs").status_code == 405


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/docs/unknown", "/docs/openapi.yaml", "/docs/a/b"])
def test_an_unknown_path_below_the_page_is_as_unknown_as_any(
    service: Service, method: str, path: str
) -> None:
    unknown = httpx.request(method, f"{service.url}/unknown")
    answer = httpx.request(method, f"{service.url}{path}")
    assert (answer.status_code, answer.content) == (404, unknown.content)
    assert answer.headers["content-type"] == unknown.headers["content-type"]
