"""Headers of answers, as the API's document describes them."""

from typing import Final

from litestar.openapi.spec import OpenAPIHeader, Schema
from litestar.openapi.spec.enums import OpenAPIType

RETRY_AFTER: Final = {
    "Retry-After": OpenAPIHeader(
        schema=Schema(type=OpenAPIType.INTEGER, minimum=1),
        description="After how many seconds to send it again.",
        required=True,
    )
}
"""When what was refused may be taken."""

WWW_AUTHENTICATE: Final = {
    "WWW-Authenticate": OpenAPIHeader(
        schema=Schema(type=OpenAPIType.STRING, const="Bearer"),
        description="How to authenticate.",
        required=True,
    )
}
"""What a token is presented as."""

ACCEPT_ENCODING: Final = {
    "Accept-Encoding": OpenAPIHeader(
        schema=Schema(type=OpenAPIType.STRING, const="identity"),
        description="How to encode the body; present where its encoding was refused.",
    )
}
"""How a body is taken."""

POSITION: Final = {
    "Worktrail-Position": OpenAPIHeader(
        schema=Schema(type=OpenAPIType.INTEGER, minimum=0),
        description="From here on the change feed tells what the answer does not know yet.",
        required=True,
    )
}
"""Where to follow on."""

ETAG: Final = {
    "ETag": OpenAPIHeader(
        schema=Schema(type=OpenAPIType.STRING),
        description="The version, to be sent as If-None-Match.",
        required=True,
    )
}
"""Which version an answer is."""
