"""The document as one static page: no script, nothing from outside, everything escaped."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, TypeAlias

from litestar import Request, Router
from litestar.openapi.plugins import OpenAPIRenderPlugin

from interfaces.docs.markup import block, code, paragraph
from interfaces.docs.style import STYLE

_Part: TypeAlias = Mapping[str, Any]


class PagePlugin(OpenAPIRenderPlugin):
    """Renders the document for people."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        """Return the page in UTF-8."""
        return page(openapi_schema).encode()

    def receive_router(self, router: Router) -> None:
        """Take out Litestar's page for all other paths, so that they are as unknown as any."""
        router.routes = [route for route in router.routes if not route.path_parameters]


def page(document: _Part) -> str:
    """Return an OpenAPI document as an HTML page."""
    told = document["info"]
    title = escape(told["title"])
    operations = [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return "".join(
        (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
            f"<h1>{title} {escape(told['version'])}</h1>\n",
            paragraph(told.get("description", "")),
            '<p><a href="/docs/openapi.json">The OpenAPI document</a></p>\n<ul>\n',
            *(_entry(address, operation) for address, operation in operations),
            "</ul>\n",
            *(_section(address, operation) for address, operation in operations),
            *_components(document.get("components", {})),
            "</body>\n</html>\n",
        )
    )


def _entry(address: str, operation: _Part) -> str:
    anchor = escape(operation["operationId"])
    summary = escape(operation["summary"])
    return f'<li><a href="#{anchor}">{summary}</a> <code>{escape(address)}</code></li>\n'


def _section(address: str, operation: _Part) -> str:
    return "".join(
        (
            f'<section id="{escape(operation["operationId"])}">\n',
            f"<h2>{escape(operation['summary'])}</h2>\n<p><code>{escape(address)}</code></p>\n",
            paragraph(operation.get("description", "")),
            *_security(operation.get("security", [])),
            *_parameters(operation.get("parameters", [])),
            *_request(operation.get("requestBody")),
            *_answers(operation["responses"]),
            "</section>\n",
        )
    )


def _security(schemes: list[_Part]) -> Iterator[str]:
    names = ", ".join(name for scheme in schemes for name in scheme)
    if names:
        yield f"<p>Security: {code(names)}</p>\n"


def _parameters(parameters: list[_Part]) -> Iterator[str]:
    if not parameters:
        return
    yield "<h3>Parameters</h3>\n<table>\n"
    for parameter in parameters:
        place = parameter["in"] + (", required" if parameter.get("required") else "")
        said = escape(parameter.get("description", ""))
        yield (
            f"<tr><th>{code(parameter['name'])}</th><td>{escape(place)}</td><td>{said}</td>"
            f"<td>{code(json.dumps(parameter['schema'], ensure_ascii=False))}</td></tr>\n"
        )
    yield "</table>\n"


def _request(body: _Part | None) -> Iterator[str]:
    if body is not None:
        yield "<h3>Request</h3>\n" + paragraph(body.get("description", ""))
        yield from _contents(body["content"])


def _answers(answers: _Part) -> Iterator[str]:
    yield "<h3>Answers</h3>\n"
    for status, answer in answers.items():
        yield f"<h4>{escape(status)}</h4>\n" + paragraph(answer["description"])
        headers = answer.get("headers") or {}
        if headers:
            yield "<table>\n"
            for name, header in headers.items():
                said = escape(header.get("description", ""))
                yield f"<tr><th>{code(name)}</th><td>{said}</td></tr>\n"
            yield "</table>\n"
        yield from _contents(answer.get("content") or {})


def _contents(contents: _Part) -> Iterator[str]:
    for media_type, content in contents.items():
        yield f"<details><summary>{code(media_type)}</summary>\n{block(content['schema'])}"
        if "example" in content:
            yield block(content["example"])
        for name, example in content.get("examples", {}).items():
            yield paragraph(f"Example: {name}") + block(example.get("value"))
        yield "</details>\n"


def _components(components: _Part) -> Iterator[str]:
    for heading, kind in (("Security", "securitySchemes"), ("Schemas", "schemas")):
        yield f"<section>\n<h2>{heading}</h2>\n"
        for name, component in components.get(kind, {}).items():
            yield f"<h3>{code(name)}</h3>\n{block(component)}"
        yield "</section>\n"
