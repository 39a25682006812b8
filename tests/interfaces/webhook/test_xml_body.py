import codecs
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.document import JsonValue, decode
from tests.interfaces.webhook.reading import Told, read_body

SAMPLES = Path(__file__).parents[2] / "samples"
NAMESPACE = "http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel"
START = (
    "<ServiceChannelWorkOrderEventResponse"
    f' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="{NAMESPACE}">'
)
END = "</ServiceChannelWorkOrderEventResponse>"


def read(members: str) -> Told:
    return read_body("application/xml", f"{START}{members}{END}".encode())


def of_object(members: str) -> Any:
    tree: Any = read(f"<Object>{members}</Object>").tree
    return tree["Object"]


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml; charset=utf-8"])
def test_the_published_samples_say_the_same_in_xml_and_json(media_type: str) -> None:
    told = read_body(media_type, (SAMPLES / "notification.xml").read_bytes())

    same = decode((SAMPLES / "notification.json").read_bytes())
    assert told.tree == same
    assert decode(told.document or b"") == same


@pytest.mark.parametrize("prefix", ["a", "ServiceChannel"])
def test_any_prefix_is_taken(prefix: str) -> None:
    body = (
        f'<{prefix}:ServiceChannelWorkOrderEventResponse xmlns:{prefix}="{NAMESPACE}">'
        f"<{prefix}:Type>t</{prefix}:Type></{prefix}:ServiceChannelWorkOrderEventResponse>"
    )

    assert read_body("text/xml", body.encode()).tree == {"Type": "t"}


def test_members_come_in_any_order() -> None:
    told = read("<Type>t</Type><Object><Number>7</Number><Id>1</Id></Object><Action>a</Action>")

    assert told.tree == {"Type": "t", "Object": {"Number": "7", "Id": 1}, "Action": "a"}


def test_members_beyond_the_page_are_kept() -> None:
    given = of_object(
        "<LocationName>L</LocationName><UpdatedBy><Id>7</Id><UserName>u</UserName></UpdatedBy>"
        "<Labels><Label><Text>a</Text></Label><Label><Text>b</Text></Label><Label/></Labels>"
        "<id>other</id>"
    )

    assert given == {
        "LocationName": "L",
        "UpdatedBy": {"Id": "7", "UserName": "u"},
        "Labels": {"Label": [{"Text": "a"}, {"Text": "b"}, ""]},
        "id": "other",
    }


def test_of_a_known_member_given_twice_the_first_counts() -> None:
    assert of_object("<Id>1</Id><Id>2</Id>") == {"Id": 1}


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param('<Id xmlns="urn:other">2</Id>', id="another namespace"),
        pytest.param('<Id xmlns="">2</Id>', id="no namespace"),
        pytest.param(
            f'<x xmlns="urn:other"><Id xmlns="{NAMESPACE}">2</Id></x>', id="inside a foreign one"
        ),
    ],
)
def test_elements_outside_the_namespace_are_ignored(foreign: str) -> None:
    assert of_object(f"{foreign}<Trade>T</Trade>{foreign}") == {"Trade": "T"}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param('<AssetId i:nil="true"/>', None, id="integer"),
        pytest.param('<AssetId i:nil="1"/>', None, id="nil as 1"),
        pytest.param('<AssetId i:nil=" true " />', None, id="spaces"),
        pytest.param('<AssetId i:nil="false">5</AssetId>', 5, id="not nil"),
        pytest.param('<AssetId nil="true">5</AssetId>', 5, id="nil of no namespace"),
        pytest.param('<Caller i:nil="true"></Caller>', None, id="text"),
        pytest.param('<Status i:nil="true"/>', None, id="status"),
        pytest.param('<Notes i:nil="true"/>', None, id="notes"),
    ],
)
def test_nil_is_null(member: str, value: JsonValue) -> None:
    (read_value,) = of_object(member).values()

    assert read_value == value


def test_a_nil_root_is_null() -> None:
    told = read_body("text/xml", START.replace(">", ' i:nil="true"/>').encode())

    assert (told.tree, told.document) == (None, None)


@pytest.mark.parametrize(
    ("members", "tree"),
    [
        pytest.param("<Action/>", {"Action": ""}, id="text"),
        pytest.param("<Action> </Action>", {"Action": " "}, id="spaces"),
        pytest.param("<Object/>", {"Object": {}}, id="object"),
        pytest.param("<Object><Status/></Object>", {"Object": {"Status": {}}}, id="status"),
        pytest.param("<Object><Notes/></Object>", {"Object": {"Notes": []}}, id="notes"),
        pytest.param("<Object><Id/></Object>", {"Object": {"Id": ""}}, id="integer"),
        pytest.param("", {}, id="root"),
    ],
)
def test_an_empty_element_is_empty_in_its_kind(members: str, tree: JsonValue) -> None:
    assert read(members).tree == tree


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param("<Id> 2147483999\n</Id>", 2147483999, id="integer"),
        pytest.param("<Id>-7</Id>", -7, id="negative integer"),
        pytest.param("<WorkOrderId>7</WorkOrderId>", 7, id="integer beyond the page"),
        pytest.param("<Nte>1000.50</Nte>", Decimal("1000.50"), id="decimal"),
        pytest.param("<Nte>7</Nte>", 7, id="whole decimal"),
        pytest.param("<Number>007</Number>", "007", id="text of digits"),
        pytest.param("<CallDate>2025-07-08T09:12:44</CallDate>", "2025-07-08T09:12:44", id="date"),
        pytest.param("<Id>abc</Id>", "abc", id="no integer"),
        pytest.param("<Id>7.0</Id>", "7.0", id="a decimal for an integer"),
        pytest.param("<Id>1_000</Id>", "1_000", id="underscore"),
        pytest.param("<Id>٣</Id>", "٣", id="digit of another script"),
        pytest.param(f"<Id>{'9' * 5000}</Id>", "9" * 5000, id="endless integer"),
        pytest.param("<Nte>NaN</Nte>", "NaN", id="no decimal"),
        pytest.param("<Nte>1,000.50</Nte>", "1,000.50", id="grouped decimal"),
        pytest.param("<Status>OPEN</Status>", "OPEN", id="status as text"),
        pytest.param("<Caller><Name>N</Name></Caller>", {"Name": "N"}, id="text as object"),
    ],
)
def test_text_is_converted_where_it_plainly_is_of_the_members_kind(
    member: str, value: JsonValue
) -> None:
    (read_value,) = of_object(member).values()

    assert (type(read_value), read_value) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("1", True), (" 0 ", False), ("True", "True"), ("on", "on")],
)
def test_booleans_are_true_false_1_and_0(text: str, value: JsonValue) -> None:
    given = of_object(
        "<Notes><ServiceChannelWorkOrderNote>"
        f"<ActionRequired>{text}</ActionRequired></ServiceChannelWorkOrderNote></Notes>"
    )

    assert given["Notes"][0]["ActionRequired"] is value or (
        given["Notes"][0]["ActionRequired"] == value == text
    )


def test_only_items_of_the_notes_own_name_are_notes() -> None:
    given = of_object(
        "<Notes>\n<ServiceChannelWorkOrderNote><Id>1</Id></ServiceChannelWorkOrderNote>"
        "<Note><Id>2</Id></Note><ServiceChannelWorkOrderNote/>"
        '<ServiceChannelWorkOrderNote i:nil="true"/></Notes>'
    )

    assert given == {"Notes": [{"Id": 1}, {}, None]}


def test_cdata_references_comments_and_instructions_are_read_as_xml_says() -> None:
    given = of_object(
        "<Caller>a<![CDATA[<&>]]>&lt;&#233;&#x1F600;<!-- no -->b<?no no?>&amp;c</Caller>"
    )

    assert given == {"Caller": "a<&><é😀b&c"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<int xmlns='urn:x'>1</int>", id="another root"),
        pytest.param(f"<Wrong xmlns='{NAMESPACE}'><Type>t</Type></Wrong>", id="another name"),
        pytest.param(
            START.replace(NAMESPACE, "urn:x") + f"<Type xmlns='{NAMESPACE}'>t</Type>{END}",
            id="another namespace",
        ),
        pytest.param(f"{START}text{END}", id="text alone"),
    ],
)
def test_another_root_is_well_formed_but_says_nothing(body: str) -> None:
    told = read_body("text/xml", body.encode())

    assert (told.tree, told.document) == ({}, b"{}")


DECLARED = '<?xml version="1.0" encoding="utf-16"?>'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param("text/xml", lambda text: text.encode(), id="utf-8"),
        pytest.param("text/xml", lambda text: codecs.BOM_UTF8 + text.encode(), id="utf-8 mark"),
        pytest.param("text/xml", lambda text: f"\ufeff{text}".encode("utf-16-le"), id="utf-16"),
        pytest.param("text/xml", lambda text: f"\ufeff{text}".encode("utf-16-be"), id="big-endian"),
        pytest.param(
            "text/xml; charset=utf-16", lambda text: text.encode("utf-16-le"), id="declared"
        ),
        pytest.param(
            "text/xml",
            lambda text: (DECLARED + text).encode(),
            id="utf-8 under a wrong declaration",
        ),
        pytest.param(
            "text/xml", lambda text: f"\ufeff{DECLARED}{text}".encode("utf-16-le"), id="both"
        ),
    ],
)
def test_utf_8_and_utf_16_are_read(content_type: str, body: Callable[[str], bytes]) -> None:
    assert read_body(content_type, body(f"{START}<Type>é😀</Type>{END}")).tree == {"Type": "é😀"}


def test_a_byte_order_mark_alone_is_an_empty_body() -> None:
    assert read_body("text/xml", codecs.BOM_UTF8).tree is None
