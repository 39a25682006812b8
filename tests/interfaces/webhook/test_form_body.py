import codecs
from decimal import Decimal
from typing import Any

import pytest

from domain.document import JsonValue
from domain.errors import MalformedBodyError
from interfaces.webhook.bodies.form import MOST_KEYS
from interfaces.webhook.bodies.form_keys import DEEPEST_KEY, HIGHEST_INDEX, LONGEST_KEY
from tests.interfaces.webhook.reading import read_body

FORM = "application/x-www-form-urlencoded"


def tree(body: str) -> Any:
    return read_body(FORM, body.encode()).tree


def test_the_document_is_the_rendering() -> None:
    told = read_body(FORM, b"object.id=7&object.nte=1000.50&type=a")

    assert told.tree == {"Object": {"Id": 7, "Nte": Decimal("1000.50")}, "Type": "a"}
    assert told.document == b'{"Object":{"Id":7,"Nte":1000.50},"Type":"a"}'


@pytest.mark.parametrize(
    "key",
    [
        "Object.Status.Primary",
        "Object[Status][Primary]",
        "Object[Status].Primary",
        "Object.Status[Primary]",
        "[Object][Status][Primary]",
        "Object[Status.Primary]",
        "object.STATUS[primary]",
        "Object%5BStatus%5D%5bPrimary%5d",
        "Object%2EStatus.Primary",
    ],
)
def test_dots_brackets_mixes_and_cases_of_a_key_are_equal(key: str) -> None:
    assert tree(f"{key}=OPEN") == {"Object": {"Status": {"Primary": "OPEN"}}}


def test_keys_in_different_cases_meet_in_one_member() -> None:
    body = "object.status.primary=OPEN&OBJECT[Status][Extended]=ON+SITE&Object.Labels.x=1"

    assert tree(body) == {
        "Object": {"Status": {"Primary": "OPEN", "Extended": "ON SITE"}, "Labels": {"x": "1"}}
    }


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        pytest.param(
            "Object.Notes[0].Id=1&Object.Notes[1].Id=2", [{"Id": 1}, {"Id": 2}], id="dots"
        ),
        pytest.param("Object[Notes][0][Id]=1", [{"Id": 1}], id="brackets"),
        pytest.param(
            "Object.Notes[1].Id=2&Object.Notes[0].Id=1", [{"Id": 1}, {"Id": 2}], id="order"
        ),
        pytest.param("Object.Notes[0].Id=1&Object.Notes[2].Id=3", [{"Id": 1}], id="gap"),
        pytest.param("Object.Notes[1].Id=1", [], id="from 1"),
        pytest.param("Object.Notes[].Id=1", [], id="no index"),
        pytest.param("Object[Notes][]=1", [], id="no index, no member"),
        pytest.param("Object.Notes[0]=", [None], id="null"),
        pytest.param("Object.Notes[0].Id=1&Object.Notes.index=0", [{"Id": 1}], id="beside members"),
        pytest.param(
            "Object.Notes[0].Id=1&object.notes[0].noteData=a",
            [{"Id": 1, "NoteData": "a"}],
            id="one",
        ),
        pytest.param("Object.Notes=", None, id="empty"),
    ],
)
def test_a_list_goes_from_0_to_its_first_gap(body: str, notes: JsonValue) -> None:
    assert tree(body) == {"Object": {"Notes": notes}}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param("Type=", None, id="empty is null"),
        pytest.param("Type", None, id="no value is null"),
        pytest.param("Type=a&Type=b", "a", id="the first of two"),
        pytest.param("Type=a&type=b", "a", id="the first of two cases"),
        pytest.param("Type=&Type=b", None, id="the first, though empty"),
        pytest.param("Type=a+b%20c", "a b c", id="spaces"),
        pytest.param("Type=%2B%26%3D%25", "+&=%", id="escapes"),
        pytest.param("Type=a=b", "a=b", id="equals sign"),
        pytest.param("Type=%C3%A9%F0%9F%98%80", "é😀", id="utf-8 escapes"),
        pytest.param("Type=é", "é", id="bare utf-8"),
        pytest.param("Type=%zz%", "%zz%", id="no escape"),
        pytest.param("Type=a%FFb", "a\ufffdb", id="escape of no utf-8"),
        pytest.param("&&Type=a&", "a", id="empty pairs"),
    ],
)
def test_a_value_is_read(body: str, value: JsonValue) -> None:
    assert tree(body)["Type"] == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param("Object.Id=+7+", 7, id="integer"),
        pytest.param("Object.Id=abc", "abc", id="no integer"),
        pytest.param("Object.Nte=12.50", Decimal("12.50"), id="decimal"),
        pytest.param("Object.Number=007", "007", id="text"),
        pytest.param("Object.WorkorderStatus.Primary=1", {"Primary": "1"}, id="status beyond"),
        pytest.param("Object.WorkOrderId=7", 7, id="integer beyond the page"),
        pytest.param("Object.UpdatedBy.Id=1", {"Id": "1"}, id="object beyond the page"),
        pytest.param("Object.Labels[0].Id=1", [{"Id": "1"}], id="list beyond the page"),
    ],
)
def test_text_is_converted_where_it_plainly_is_of_the_members_kind(
    body: str, value: JsonValue
) -> None:
    (read_value,) = tree(body)["Object"].values()

    assert read_value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("FALSE", False), ("True", True), ("1", "1"), ("on", "on"), ("0", "0")],
)
def test_booleans_are_true_and_false_in_any_case(text: str, value: JsonValue) -> None:
    (note,) = tree(f"Object.Notes[0].ActionRequired={text}")["Object"]["Notes"]

    assert note["ActionRequired"] == value
    assert isinstance(note["ActionRequired"], type(value))


def test_no_key_leads_with_the_parameters_name() -> None:
    assert tree("workOrder.Type=a") == {"workOrder": {"Type": "a"}}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        pytest.param(FORM, codecs.BOM_UTF8 + b"Type=%C3%A9", id="utf-8 mark"),
        pytest.param(f"{FORM}; charset=utf-16", "Type=é".encode("utf-16-le"), id="utf-16 declared"),
        pytest.param(FORM, "\ufeffType=é".encode("utf-16-be"), id="utf-16 mark"),
    ],
)
def test_the_charset_counts_for_forms_too(content_type: str, body: bytes) -> None:
    assert read_body(content_type, body).tree == {"Type": "é"}


def test_a_byte_order_mark_alone_is_an_empty_body() -> None:
    assert read_body(FORM, codecs.BOM_UTF8).tree is None


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param("Type=a&Object[Id=1", "key 2, 'Object[Id'", id="open"),
        pytest.param("Object]Id=1", "key 1, 'Object]Id'", id="closed before"),
        pytest.param("Object[Id]]=1", "key 1, 'Object[Id]]'", id="closed twice"),
        pytest.param("Object[Notes[0]]=1", "key 1, 'Object[Notes[0]]'", id="inside each other"),
        pytest.param("Object%0A[=1", "key 1, 'Object\\n['", id="open at the end"),
        pytest.param("&".join(["a=1"] * (MOST_KEYS + 1)), "the form", id="too many keys"),
        pytest.param("a" * (LONGEST_KEY + 1), "key 1", id="too long a key"),
        pytest.param(".".join(["a"] * (DEEPEST_KEY + 1)), "key 1", id="too deep a key"),
        pytest.param("a" + "[0]" * DEEPEST_KEY, "key 1", id="too deep in brackets"),
        pytest.param(f"Object.Notes[{HIGHEST_INDEX + 1}]=1", "key 1", id="too high an index"),
        pytest.param(f"Object.Notes[{'9' * 400}]=1", "key 1", id="endless index"),
    ],
)
def test_broken_brackets_and_broken_bounds_are_malformed_and_say_where(
    body: str, place: str
) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        tree(body)

    assert refused.value.place.startswith(place)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("&".join(["Type=1"] * MOST_KEYS), id="keys"),
        pytest.param("a" * LONGEST_KEY + "=1", id="length"),
        pytest.param(".".join(["a"] * DEEPEST_KEY) + "=1", id="depth"),
        pytest.param(f"Object.Notes[{HIGHEST_INDEX}]=1", id="index"),
    ],
)
def test_a_form_at_a_bound_is_read(body: str) -> None:
    assert tree(body)
