"""How the webhook is described in the API's document; the handler itself takes a bare request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from litestar.openapi.spec import (
    XML,
    Example,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    Reference,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.docs.headers import ACCEPT_ENCODING, RETRY_AFTER
from interfaces.docs.notification import NOTIFICATION
from interfaces.webhook.answers import INT_NAMESPACE, activity_answer, error_answer
from interfaces.webhook.bodies.media import APPLICATION_JSON, APPLICATION_XML, TEXT_JSON, TEXT_XML
from interfaces.webhook.keys import ACCESS_KEY, SIGNING_KEY

_DESCRIPTION: Final = """\
Records one webhook and answers the id of the activity that follows its work order, or null where
none does. What is answered with 200 is on disk. Any well-formed body is taken: one that is about
something else, or in which no work order can be read, is kept and answered null. The answer is in
JSON or XML, as the Accept header asks, otherwise like the request. Path and query names count in
any letter case. Every other method is answered 405 with the header Allow: POST."""

_ANSWER_MEDIA_TYPES: Final = (APPLICATION_JSON, TEXT_JSON, APPLICATION_XML, TEXT_XML)

_TEXT: Final = Schema(type=OpenAPIType.STRING)
_NUMBERED: Final = Schema(
    title="Activity id",
    type=[OpenAPIType.INTEGER, OpenAPIType.NULL],
    minimum=LOWEST_ACTIVITY_ID,
    maximum=HIGHEST_ACTIVITY_ID,
)
_NUMBERED_IN_XML: Final = replace(
    _NUMBERED,
    description="One element `int`, with the id as its text, or nil.",
    xml=XML(name="int", namespace=INT_NAMESPACE),
)


def _refused(model_state: Schema, xml: XML | None = None) -> Schema:
    return Schema(
        title="Refusal",
        type=OpenAPIType.OBJECT,
        required=["Message"],
        properties={
            "Message": _TEXT,
            "ModelState": Schema(type=OpenAPIType.OBJECT, additional_properties=model_state),
        },
        xml=xml,
    )


_REFUSAL: Final = _refused(Schema(type=OpenAPIType.ARRAY, items=_TEXT))
_REFUSAL_IN_XML: Final = _refused(_TEXT, XML(name="Error"))

_DELIVERY: Final = {
    "Worktrail-Delivery": OpenAPIHeader(
        schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID),
        description="The id of this delivery.",
        required=True,
    )
}
_VERDICT: Final = {
    "Worktrail-Verdict": OpenAPIHeader(
        schema=Schema(
            type=OpenAPIType.STRING,
            enum=["recorded", "repeated", "test", "unrelated", "quarantined"],
        ),
        description="What became of the delivery; absent where nothing of it is kept.",
    )
}


@dataclass
class WebhookOperation(Operation):
    """The webhook's operation, with what cannot be read off a handler that takes a request."""

    def __post_init__(self) -> None:
        """Describe keys, bodies and answers."""
        self.operation_id = "receiveServiceChannelWorkOrder"
        self.summary = "Receive a ServiceChannel webhook"
        self.description = _DESCRIPTION
        self.parameters = [
            Parameter(
                name="clientId",
                param_in="path",
                required=True,
                description="The client's GUID.",
                schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID),
            ),
            _key(ACCESS_KEY, "The client's access key."),
            _key(SIGNING_KEY, "The client's signing key."),
        ]
        self.request_body = RequestBody(
            content=dict(NOTIFICATION),
            description="A notification in UTF-8 or UTF-16, or an empty body.",
        )
        self.responses = _answers()


def _key(name: str, description: str) -> Parameter:
    return Parameter(
        name=name,
        param_in="query",
        required=True,
        description=description,
        schema=Schema(type=OpenAPIType.STRING, min_length=1),
    )


def _answers() -> dict[str, OpenAPIResponse | Reference]:
    recorded = {
        media_type: OpenAPIMediaType(schema=_NUMBERED, example=42)
        for media_type in (APPLICATION_JSON, TEXT_JSON)
    }
    for media_type in (APPLICATION_XML, TEXT_XML):
        examples: dict[str, Example | Reference] = {
            "an activity": Example(value=activity_answer(media_type, 42).decode()),
            "none": Example(value=activity_answer(media_type, None).decode()),
        }
        recorded[media_type] = OpenAPIMediaType(schema=_NUMBERED_IN_XML, examples=examples)
    return {
        "200": OpenAPIResponse(
            "Recorded: the id of the activity updated, or null where there is none.",
            headers={**_DELIVERY, **_VERDICT},
            content=recorded,
        ),
        "400": _refusal(
            "The body is malformed and set aside, the client id is no GUID, or a key is repeated.",
            _VERDICT,
        ),
        "401": _refusal("A key is missing, or the keys do not open this client."),
        "413": _refusal("The body is too large."),
        "415": _refusal("The body's media type or encoding is not supported.", ACCEPT_ENCODING),
        "429": _refusal("Wrong keys have come too often from this address.", RETRY_AFTER),
        "500": _refusal("The fault is the service's own."),
        "503": _refusal("It could not be recorded in time.", RETRY_AFTER),
    }


def _refusal(sentence: str, headers: Mapping[str, OpenAPIHeader] | None = None) -> OpenAPIResponse:
    content = {}
    for media_type in _ANSWER_MEDIA_TYPES:
        if media_type in (APPLICATION_XML, TEXT_XML):
            example = error_answer(media_type, sentence, None).decode()
            content[media_type] = OpenAPIMediaType(schema=_REFUSAL_IN_XML, example=example)
        else:
            content[media_type] = OpenAPIMediaType(schema=_REFUSAL)
    return OpenAPIResponse(sentence, headers={**_DELIVERY, **(headers or {})}, content=content)
