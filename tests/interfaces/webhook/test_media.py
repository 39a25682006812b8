import codecs
from collections.abc import Callable

import pytest

from domain.errors import MalformedBodyError
from interfaces.webhook.bodies.media import MediaType, UnsupportedMediaTypeError, parse, utf8
from tests.interfaces.webhook.reading import read_body


@pytest.mark.parametrize(
    "essence",
    [
        "application/json",
        "text/json",
        "application/xml",
        "text/xml",
        "application/x-www-form-urlencoded",
    ],
)
@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title])
def test_the_five_media_types_are_taken_in_any_case(
    essence: str, spelled: Callable[[str], str]
) -> None:
    assert parse(spelled(essence)) == MediaType(essence, "utf-8")


@pytest.mark.parametrize(
    ("parameters", "charset"),
    [
        pytest.param("", "utf-8", id="none"),
        pytest.param("; charset=utf-8", "utf-8", id="utf-8"),
        pytest.param("; CHARSET=UTF-8", "utf-8", id="any case"),
        pytest.param(';charset="utf-8"', "utf-8", id="quoted"),
        pytest.param("; charset=utf-16", "utf-16-le", id="utf-16"),
        pytest.param('; charset="UTF-16"', "utf-16-le", id="utf-16 quoted, any case"),
        pytest.param("; charset=utf-16le", "utf-16-le", id="little-endian"),
        pytest.param("; charset=utf-16BE", "utf-16-be", id="big-endian"),
        pytest.param("; charset=klingon", "utf-8", id="unknown counts as utf-8"),
        pytest.param("; charset=iso-8859-1", "utf-8", id="latin-1 is not honoured"),
        pytest.param("; charset", "utf-8", id="no value"),
        pytest.param("; odata=verbose ; charset = utf-16", "utf-16-le", id="after another, spaced"),
        pytest.param("; charset=utf-16; charset=utf-8", "utf-16-le", id="the first counts"),
        pytest.param('; a="x;charset=utf-16"', "utf-8", id="not inside another's quotes"),
    ],
)
def test_the_charset_is_read_from_the_parameters(parameters: str, charset: str) -> None:
    assert parse("application/json" + parameters).charset == charset


@pytest.mark.parametrize(
    ("content_type", "named"),
    [
        pytest.param("text/plain", "text/plain", id="another"),
        pytest.param("text/plain; charset=utf-8", "text/plain", id="named without parameters"),
        pytest.param("application/vnd.api+json", "application/vnd.api+json", id="+json"),
        pytest.param("application/soap+xml", "application/soap+xml", id="+xml"),
        pytest.param("multipart/form-data; boundary=x", "multipart/form-data", id="multipart"),
        pytest.param("application/json;", "application/json;", id="trailing semicolon"),
        pytest.param("text/xml; charset=utf-8;", "text/xml; charset=utf-8;", id="trailing, later"),
        pytest.param("application/json charset=utf-8", None, id="no semicolon"),
        pytest.param("application/json, application/json", None, id="two"),
        pytest.param("application/json; charset=", None, id="empty value"),
        pytest.param('application/json; charset="utf-8', None, id="open quote"),
        pytest.param("json", "json", id="no slash"),
        pytest.param("*/*", "*/*", id="a range"),
        pytest.param("", "application/octet-stream", id="none"),
        pytest.param("  ", "application/octet-stream", id="blank"),
    ],
)
def test_any_other_content_type_is_unsupported_and_named(
    content_type: str, named: str | None
) -> None:
    with pytest.raises(UnsupportedMediaTypeError) as refused:
        read_body(content_type, b"{}")

    assert refused.value.media_type == (named or content_type)
    assert str(refused.value) == (
        f"The request entity's media type '{named or content_type}'"
        " is not supported for this resource."
    )


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json", "text/xml"])
def test_an_empty_body_says_nothing_in_any_or_no_media_type(content_type: str) -> None:
    read = read_body(content_type, b"")

    assert (read.tree, read.document) == (None, None)


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        pytest.param(codecs.BOM_UTF8, "utf-8", id="utf-8"),
        pytest.param(codecs.BOM_UTF16_LE, "utf-16-le", id="utf-16-le"),
        pytest.param(codecs.BOM_UTF16_BE, "utf-16-be", id="utf-16-be"),
    ],
)
def test_a_byte_order_mark_outweighs_the_charset(mark: bytes, codec: str, charset: str) -> None:
    assert utf8(mark + "Grün 😀".encode(codec), charset) == "Grün 😀".encode()


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_body_without_a_mark_is_read_by_its_charset(charset: str) -> None:
    assert utf8("Grün 😀".encode(charset), charset) == "Grün 😀".encode()


def test_plain_utf_8_is_not_copied() -> None:
    body = "Grün".encode()

    assert utf8(body, "utf-8") is body


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(b"a\x00b", "byte 3", id="half a unit"),
        pytest.param(b"a\x00\x00\xd8", "byte 3", id="half a pair"),
        pytest.param(codecs.BOM_UTF16_LE + b"a\x00b", "byte 5", id="half a unit after a mark"),
    ],
)
def test_broken_utf_16_is_malformed_and_says_where(body: bytes, place: str) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        utf8(body, "utf-16-le")

    assert refused.value.place == place
