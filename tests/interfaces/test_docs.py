"""The API's document, and the page that shows it."""

import re
import tomllib
from typing import Any

import httpx
import pytest

from interfaces.docs.page import page
from tests.running import ROOT, Service

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
    assert set(answers) == {"200", "400", "401", "413", "415", "503"}
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
    assert "Retry-After" in answers["503"]["headers"]


def test_all_but_the_webhook_and_health_needs_a_token(document: dict[str, Any]) -> None:
    guarded = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if operation.get("security") == [{"BearerToken": []}]
    }
    assert guarded == {"openActivities", "listActivities", "releaseActivity"}


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
