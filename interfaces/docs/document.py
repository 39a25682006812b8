"""What the API's document says of the whole, and under which paths it is served."""

import tomllib
from pathlib import Path
from typing import Final

from litestar import MediaType, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag

from interfaces.api.refusals import BEARER
from interfaces.docs.page import PagePlugin
from interfaces.docs.style import SECURITY_POLICY

_PROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"

_BESIDE_THE_OPERATIONS: Final = """\
Before any path is looked at, a request whose head is no HTTP is refused with 400, one whose path \
and query are too long with 414, and one whose headers are too large with 431. An unknown path is \
answered 404; a method that a path does not take, 405, with those that it takes in Allow."""

_TAGS: Final = {
    "Webhook": "What ServiceChannel calls.",
    "Activities": "Which activity follows which work order, and what is known of them.",
    "Events": "What changed: load a state or a list, then follow from its Worktrail-Position.",
    "Health": "For load balancers and operators.",
}


def openapi_config() -> OpenAPIConfig:
    """Return the document's configuration, with the version of the project's metadata."""
    project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    return OpenAPIConfig(
        title="Worktrail",
        version=project["version"],
        description=f"{project['description']}\n\n{_BESIDE_THE_OPERATIONS}",
        components=Components(
            security_schemes={
                BEARER: SecurityScheme(
                    type="http", scheme="bearer", description="A token of `worktrail tokens issue`."
                )
            }
        ),
        tags=[Tag(name, description) for name, description in _TAGS.items()],
        use_handler_docstrings=True,
        render_plugins=[PagePlugin(), JsonRenderPlugin(media_type=MediaType.JSON)],
        openapi_router=Router(
            "/docs",
            route_handlers=[],
            include_in_schema=False,
            response_headers={"Content-Security-Policy": SECURITY_POLICY},
        ),
    )
