"""The webhook's notification in the API's document: what is read of it, never what it must be."""

from typing import Final

from litestar.openapi.spec import XML, Example, OpenAPIMediaType, Schema

from domain.members import ENVELOPE, NOTE, STATUS, WORK_ORDER, Kind, Members
from interfaces.webhook.bodies.elements import NAMESPACE, NOTE_ITEM, ROOT
from interfaces.webhook.bodies.media import (
    APPLICATION_JSON,
    APPLICATION_XML,
    FORM,
    TEXT_JSON,
    TEXT_XML,
)

_DESCRIPTION: Final = """\
A work order as the sender reports it. Members are taken in any letter case and order, and none is
required. Members beyond these are kept. One that cannot be read costs that member alone."""

_READ_AS: Final = {
    Kind.TEXT: "Text.",
    Kind.INTEGER: "An integer of 64 bits, or one as text.",
    Kind.DECIMAL: "A decimal, or one as text; its digits are kept.",
    Kind.BOOLEAN: "A boolean.",
    Kind.DATE: "A date and time, with or without an offset; kept as sent.",
}

_JSON_EXAMPLE: Final = {
    "Object": {
        "Id": 1,
        "Number": "sample string 2",
        "Status": {"Primary": "sample string 1", "Extended": "sample string 2"},
        "CallDate": "2025-12-19T15:01:54.4393284+00:00",
        "Nte": 1.0,
        "Notes": [{"Id": 1, "Number": 2, "NoteData": "sample string 3", "ActionRequired": True}],
    },
    "Type": "sample string 1",
    "Action": "sample string 2",
    "EventType": "sample string 3",
}

_XML_EXAMPLE: Final = """\
<ServiceChannelWorkOrderEventResponse \
xmlns="http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel">
  <Action>sample string 2</Action>
  <EventType>sample string 3</EventType>
  <Object>
    <CallDate>2025-12-19T15:01:54.4393284+00:00</CallDate>
    <Id>1</Id>
    <Notes>
      <ServiceChannelWorkOrderNote>
        <ActionRequired>true</ActionRequired>
        <Id>1</Id>
        <NoteData>sample string 3</NoteData>
        <Number>2</Number>
      </ServiceChannelWorkOrderNote>
    </Notes>
    <Nte>1.0</Nte>
    <Number>sample string 2</Number>
    <Status>
      <Extended>sample string 2</Extended>
      <Primary>sample string 1</Primary>
    </Status>
  </Object>
  <Type>sample string 1</Type>
</ServiceChannelWorkOrderEventResponse>"""

_FORM_EXAMPLE: Final = {
    "Object.Id": "1",
    "Object.Number": "sample string 2",
    "Object.Status.Primary": "sample string 1",
    "Object[Notes][0][Id]": "1",
    "Type": "sample string 1",
    "Action": "sample string 2",
    "EventType": "sample string 3",
}


def _described(members: Members, description: str, xml: XML | None = None) -> Schema:
    # No member has a type: a schema is what a body must follow, and the endpoint takes any.
    return Schema(
        description=description,
        properties={name: _member(kind) for name, kind in members.items()},
        xml=xml,
    )


def _member(kind: Kind) -> Schema:
    if kind is Kind.OBJECT:
        return _described(WORK_ORDER, "The work order.")
    if kind is Kind.STATUS:
        return _described(STATUS, "The status: both parts count as one value.")
    if kind is Kind.NOTES:
        notes = "A list of notes, each known by its id."
        note = _described(NOTE, "A note.", XML(name=NOTE_ITEM))
        return Schema(description=notes, items=note, xml=XML(wrapped=True))
    return Schema(description=_READ_AS[kind])


_SCHEMA: Final = _described(ENVELOPE, _DESCRIPTION, XML(name=ROOT, namespace=NAMESPACE))


def _shown(example: object) -> OpenAPIMediaType:
    return OpenAPIMediaType(
        schema=_SCHEMA, examples={"a published sample, shortened": Example(value=example)}
    )


NOTIFICATION: Final = {
    APPLICATION_JSON: _shown(_JSON_EXAMPLE),
    TEXT_JSON: _shown(_JSON_EXAMPLE),
    APPLICATION_XML: _shown(_XML_EXAMPLE),
    TEXT_XML: _shown(_XML_EXAMPLE),
    FORM: _shown(_FORM_EXAMPLE),
}
"""The request body by media type."""
