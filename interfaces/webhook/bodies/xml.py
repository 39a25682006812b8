"""Reads a notification from XML as the original's serializer writes it."""

import re
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

from application.ports import ReadBody
from domain.document import JsonValue, encode
from domain.errors import MalformedBodyError
from domain.gist import gist
from interfaces.webhook.bodies.depth import DEEPEST, too_deep
from interfaces.webhook.bodies.elements import TreeBuilder
from interfaces.webhook.bodies.media import utf8

MOST_ELEMENTS = 100_000
FEWEST_ELEMENT_BYTES = 32
"""A larger body may have one more element for so many bytes, as notifications have."""
LONGEST_NAMESPACE = 1_000
"""Characters of a namespace's name: it is handed over with every element that is in it."""
MOST_ATTRIBUTES = 10_000
"""Of one element: the parser makes them all, at forty times their size, before it shows one."""

_long_tag = re.compile(rb"<[^<]{50000,}")
_attribute = re.compile(rb"=[ \t\r\n]*[\"']")


def read(body: bytes, charset: str) -> ReadBody:
    """Read an XML body; its document is always a rendering.

    Another root than the notification's is well-formed, but says nothing, as an empty one.
    A nil root counts as null. Texts need no bound of their own: without a document type nothing
    expands, so they are no longer than the body. Raises `MalformedBodyError`.
    """
    text = utf8(body, charset)
    if not text:
        return ReadBody(None, None)
    _check_attributes(text)
    tree = _Reading(max(MOST_ELEMENTS, len(text) // FEWEST_ELEMENT_BYTES)).of(text)
    return ReadBody(None, None) if tree is None else ReadBody(gist(tree), encode(tree))


def _check_attributes(text: bytes) -> None:
    # No value of an attribute holds a `<` (XML 1.0, section 2.4), and each has an `=` and a quote.
    for tag in _long_tag.finditer(text):
        if sum(1 for _ in _attribute.finditer(text, *tag.span())) > MOST_ATTRIBUTES:
            problem = f"an element has more than {MOST_ATTRIBUTES} attributes"
            raise MalformedBodyError(f"byte {tag.start() + 1}", problem)


class _Reading:
    """Reads one document, within bounds."""

    def __init__(self, most_elements: int) -> None:
        self._most_elements = most_elements
        self._builder = TreeBuilder()
        self._elements = self._depth = 0
        # The charset is known by now: what the XML declaration says of it is not asked.
        self._parser = parser = expat.ParserCreate("utf-8", " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartNamespaceDeclHandler = self._check_namespace
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._builder.text
        parser.EndElementHandler = self._end

    def of(self, text: bytes) -> dict[str, JsonValue] | None:
        try:
            self._parser.Parse(text, True)
        except expat.ExpatError as error:
            problem = expat.ErrorString(error.code) or "this is not XML"
            raise MalformedBodyError(_place(error.lineno, error.offset), problem) from None
        return self._builder.tree()

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise too_deep(self._here())
        self._elements += 1
        if self._elements > self._most_elements:
            self._refuse(f"there are more than {self._most_elements} elements")
        self._builder.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(name)

    def _refuse_doctype(self, *_declaration: object) -> None:
        self._refuse("a DOCTYPE is not taken")

    def _check_namespace(self, _prefix: str | None, name: str | None) -> None:
        if name and len(name) > LONGEST_NAMESPACE:
            self._refuse(f"a namespace's name is longer than {LONGEST_NAMESPACE} characters")

    def _refuse(self, problem: str) -> NoReturn:
        raise MalformedBodyError(self._here(), problem)

    def _here(self) -> str:
        return _place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)


def _place(line: int, columns_before: int) -> str:
    return f"line {line}, column {columns_before + 1}"
