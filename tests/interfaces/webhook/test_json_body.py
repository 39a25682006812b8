import codecs
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.document import JsonValue, decode
from domain.errors import MalformedBodyError
from interfaces.webhook.bodies.depth import DEEPEST
from interfaces.webhook.bodies.json import MOST_VALUES
from tests.interfaces.webhook.reading import Told, read_body

SAMPLE = Path(__file__).parents[2] / "samples" / "notification.json"


def read(body: bytes) -> Told:
    return read_body("application/json; charset=utf-8", body)


def tree_of(body: bytes) -> Any:
    return read(body).tree


def nested(levels: int) -> bytes:
    return b'{"Type":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def test_the_published_sample_is_its_own_document() -> None:
    body = SAMPLE.read_bytes()

    told = read(body)

    assert told.document is None
    assert told.tree == decode(body)
    assert tree_of(body)["Object"]["Status"]["Extended"] == "sample string 2"


@pytest.mark.parametrize("media_type", ["application/json", "text/json", "Text/JSON"])
def test_both_json_media_types_are_read(media_type: str) -> None:
    assert read_body(media_type, b'{"Type":"a"}').tree == {"Type": "a"}


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        pytest.param(b'{"type":"a"}', {"Type": "a"}, id="envelope"),
        pytest.param(
            b'{"OBJECT":{"STATUS":{"primary":"OPEN"}}}',
            {"Object": {"Status": {"Primary": "OPEN"}}},
            id="status",
        ),
        pytest.param(
            b'{"object":{"notes":[{"id":1,"NOTEDATA":"x"},null]}}',
            {"Object": {"Notes": [{"Id": 1, "NoteData": "x"}, None]}},
            id="notes",
        ),
        pytest.param(b'{"Type":"a","TYPE":"b"}', {"Type": "b"}, id="twice, the last counts"),
    ],
)
def test_names_in_any_case_become_the_contracts_in_tree_and_document(
    body: bytes, tree: dict[str, JsonValue]
) -> None:
    told = read(body)

    assert told.tree == tree
    assert decode(told.document or b"") == tree


def test_of_a_member_given_twice_the_last_counts() -> None:
    told = read(b'{"Type":"a","Type":"b"}')

    assert (told.tree, told.document) == ({"Type": "b"}, None)


def test_what_is_beyond_the_page_or_of_another_kind_is_kept() -> None:
    body = (
        b'{"Object":{"Id":" 8 ","Nte":"1.50","Number":7,"Status":"OPEN","Labels":[{"id":1}],'
        b'"AssetId":null},"Version":1,"later":{"type":true}}'
    )

    told = read(body)

    assert told.tree == decode(body)
    assert told.document is None


def test_every_digit_is_kept_where_the_document_is_a_rendering() -> None:
    told = read(b'{"object":{"Nte":1000.50,"Id":9007199254740993}}')

    assert told.document == b'{"Object":{"Nte":1000.50,"Id":9007199254740993}}'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param("text/json", codecs.BOM_UTF8 + b"{}", id="utf-8 with a mark"),
        pytest.param("text/json", "\ufeff{}".encode("utf-16-le"), id="utf-16 by mark"),
        pytest.param("text/json", "\ufeff{}".encode("utf-16-be"), id="big-endian by mark"),
        pytest.param("text/json; charset=utf-16", "{}".encode("utf-16-le"), id="utf-16 declared"),
    ],
)
def test_bytes_that_are_not_plain_utf_8_are_rendered(content_type: str, body: bytes) -> None:
    told = read_body(content_type, body)

    assert (told.tree, told.document) == ({}, b"{}")


@pytest.mark.parametrize("body", [b"null", b" null\r\n", b" ", b"\t\r\n ", codecs.BOM_UTF8])
def test_null_and_nothing_are_nothing(body: bytes) -> None:
    told = read(body)

    assert (told.tree, told.document) == (None, None)


@pytest.mark.parametrize(
    "body", [b"[]", b"42", b'"text"', b"true", b'[{"Type":"a"}]', b'"\\ud800"']
)
def test_a_value_that_is_no_object_says_nothing_and_has_no_document(body: bytes) -> None:
    told = read(body)

    assert (told.tree, told.document) == ({}, None)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(b'{"Type":"a" /* why */}', "line 1, column 13", id="comment"),
        pytest.param(b"{'Type':'a'}", "line 1, column 2", id="single quotes"),
        pytest.param(b'{Type:"a"}', "line 1, column 2", id="bare name"),
        pytest.param(b'{\n"Type":"a",\n}', "line 3, column 1", id="trailing comma"),
        pytest.param(b"{} x", "line 1, column 4", id="text after the value"),
        pytest.param(b"{}{}", "line 1, column 3", id="second value"),
        pytest.param(b'{"Type":"a"', "line 1, column 12", id="cut off"),
        pytest.param(b'{"Type":"a\nb"}', "line 1, column 11", id="bare line feed in a text"),
        pytest.param(b'{"Type":"\\x"}', "line 1, column 10", id="unknown escape"),
        pytest.param(b'{"Id":01}', "line 1, column 8", id="leading zero"),
        pytest.param(b'{"Id":+1}', "line 1, column 7", id="plus"),
        pytest.param(b'{"Nte":1.}', "line 1, column 9", id="no digit after the point"),
        pytest.param(b'{"Nte":NaN}', "a number", id="NaN"),
        pytest.param(b'{"Nte":-Infinity}', "a number", id="Infinity"),
        pytest.param(b"{\xc2\xa0}", "line 1, column 2", id="space that is not JSON's"),
        pytest.param(b'{"Type":"\xff"}', "byte 10", id="no utf-8"),
        pytest.param(b'{"Type":"\xed\xa0\x80"}', "byte 10", id="surrogate in utf-8"),
    ],
)
def test_what_is_not_strict_json_is_malformed_and_says_where(body: bytes, place: str) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        read(body)

    assert refused.value.place == place


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        pytest.param(b"\\ud800", "\ufffd", id="high"),
        pytest.param(b"a\\uDC00b", "a\ufffdb", id="low"),
        pytest.param(b"\\ud800\\ud83d\\ude00", "\ufffd😀", id="beside a pair"),
    ],
)
def test_a_lone_surrogate_becomes_a_replacement_character_in_a_rendering(
    text: bytes, read_as: str
) -> None:
    told = read(b'{"Object":{"Id":1,"Notes":[{"NoteData":"' + text + b'"}]},"' + text + b'":1.50}')

    tree = {"Object": {"Id": 1, "Notes": [{"NoteData": read_as}]}, read_as: Decimal("1.50")}
    assert told.tree == tree
    assert decode(told.document or b"") == tree


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(b"1e99999999999999999999", id="exponent"),
        pytest.param(b"-1E-99999999999999999999", id="negative exponent"),
        pytest.param(b"1" * 5000, id="digits"),
    ],
)
def test_a_number_beyond_every_range_stays_text_and_costs_nothing_else(number: bytes) -> None:
    told = read(b'{"Object":{"Id":1,"Nte":' + number + b"}}")

    assert told.tree == {"Object": {"Id": 1, "Nte": number.decode()}}
    assert decode(told.document or b"") == told.tree


@pytest.mark.parametrize("levels", [DEEPEST + 1, 500, 100_000])
@pytest.mark.parametrize(
    "elsewhere", [b"", b'"\\ud800"', b"}"], ids=["plain", "read again", "malformed"]
)
def test_a_body_nested_too_deeply_is_malformed(levels: int, elsewhere: bytes) -> None:
    body = b"[" + nested(levels - 1) + b"," * bool(elsewhere) + elsewhere + b"]"

    with pytest.raises(MalformedBodyError):
        read(body)


def test_a_body_as_deep_as_the_bound_is_read() -> None:
    beside = b'{"Action":[],' + nested(DEEPEST).removeprefix(b"{")

    assert tree_of(beside)["Action"] == []


def test_brackets_that_nest_nothing_are_no_depth() -> None:
    wide = b'{"Object":{"Notes":[' + b",".join([b'{"Id":1}'] * 200) + b']},"Type":"[[[["}'

    assert len(tree_of(wide)["Object"]["Notes"]) == 200


@pytest.mark.parametrize("texts", [b"", b'",{[",'], ids=["plain", "with separators in a text"])
def test_as_many_values_as_the_bound_are_read_and_one_more_is_refused(texts: bytes) -> None:
    # The list itself is a value.
    inside = texts.count(b'"') // 2
    most = b"[" + texts + b",".join([b"1"] * (MOST_VALUES - 1 - inside)) + b"]"
    assert read(most).tree == {}
    with pytest.raises(MalformedBodyError, match=f"more than {MOST_VALUES} values"):
        read(most.replace(b"[", b"[1,", 1))
