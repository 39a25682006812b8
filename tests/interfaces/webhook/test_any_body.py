"""What holds for every body, whatever its bytes and whatever its media type."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports import ReadBody
from domain.document import JsonValue, decode
from domain.errors import MalformedBodyError
from domain.members import BEYOND, NOTE, STATUS, WORK_ORDER, Kind, Members
from interfaces.webhook.bodies import read_body
from interfaces.webhook.bodies.media import UnsupportedMediaTypeError
from tests.interfaces.webhook.encoders import as_form, as_json, as_xml

SAMPLES = Path(__file__).parents[2] / "samples"
JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"

fragments = st.sampled_from(
    [
        b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"NaN", b"1e999999999999", b"9" * 5000,
        b"\\ud800", b"\\u0000", b"<", b">", b"</", b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"&#0;",
        b"&", b"=", b"%", b"%FF", b"+", b".", b"[0]", b"[]", b"[99999999]", b"\xff\xfe",
        b"\xef\xbb", b"\xbf", b"\x00", b"\xd8", b"Object", b"Notes", b"Id", b"[" * 70,
        b'i:nil="true"',
    ]
)  # fmt: skip
samples = st.sampled_from(
    [
        (SAMPLES / "notification.json").read_bytes(),
        (SAMPLES / "notification.xml").read_bytes(),
        b"Object.Id=1&Object[Status][Primary]=a+b&Object.Notes[0].Id=%31&Type=c",
    ]
)


@st.composite
def broken_samples(draw: st.DrawFn) -> bytes:
    sample = draw(samples)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(sample)))
        end = start + draw(st.integers(0, 5))
        sample = sample[:start] + draw(fragments) + sample[end:]
    return sample


bodies = st.one_of(
    st.binary(), st.text().map(str.encode), st.lists(fragments).map(b"".join), broken_samples()
)
media_types = st.one_of(
    st.builds(
        str.__add__,
        st.sampled_from([JSON, "text/json", XML, "text/xml", FORM]),
        st.sampled_from(["", "; charset=utf-16", "; charset=utf-16be", "; charset=x", ";"]),
    ),
    st.text(),
)


@given(media_types, bodies)
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_or_refused(media_type: str, body: bytes) -> None:
    try:
        told = read_body(media_type, body)
    except (MalformedBodyError, UnsupportedMediaTypeError) as refused:
        assert str(refused)  # noqa: PT017 - either outcome is right, any other exception is not
        return

    assert isinstance(told, ReadBody)
    if told.document is not None:
        assert decode(told.document) == told.tree
    elif told.tree:
        assert decode(body) == told.tree


# What XML can hold and a form can say: no empty text, no object without members.
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    min_size=1,
    max_size=8,
)
Values: TypeAlias = st.SearchStrategy[Any]
values: dict[Kind, Values] = {
    Kind.TEXT: texts,
    Kind.DATE: texts,
    Kind.INTEGER: st.integers(-(10**18) + 1, 10**18 - 1),
    Kind.DECIMAL: st.decimals(-(10**9), 10**9, places=2),
    Kind.BOOLEAN: st.booleans(),
}


def objects(members: Members, **structured: Values) -> Values:
    known = {
        name: st.none() | (structured[name] if name in structured else values[kind])
        for name, kind in members.items()
        if name in structured or kind in values
    }
    return st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=6, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: known[name] for name in names})
    )


statuses = objects(STATUS)
work_orders = objects(
    WORK_ORDER | BEYOND | {"LocationName": Kind.TEXT, "UpdatedBy": Kind.OBJECT},
    Status=statuses,
    WorkorderStatus=statuses,
    Notes=st.lists(st.none() | objects(NOTE), max_size=3),
    UpdatedBy=objects({"UserName": Kind.TEXT, "FullName": Kind.TEXT}),
)
notifications = objects(
    {"Type": Kind.TEXT, "Action": Kind.TEXT, "Version": Kind.INTEGER, "Object": Kind.OBJECT},
    Object=work_orders,
)


Writer: TypeAlias = Callable[[dict[str, JsonValue]], bytes]
WRITTEN = [(JSON, as_json), (XML, as_xml), (FORM, as_form)]


@pytest.mark.parametrize(("media_type", "written"), WRITTEN)
@given(tree=notifications)
@settings(max_examples=150, deadline=None)
def test_a_notification_says_the_same_in_every_media_type(
    media_type: str, written: Writer, tree: dict[str, JsonValue]
) -> None:
    told = read_body(media_type, written(tree))

    assert told.tree == tree
    assert decode(told.document or written(tree)) == tree


@pytest.mark.parametrize(("media_type", "written"), WRITTEN)
def test_every_media_type_keeps_the_digits(media_type: str, written: Writer) -> None:
    tree: Any = read_body(media_type, written({"Object": {"Nte": Decimal("1000.50")}})).tree

    assert str(tree["Object"]["Nte"]) == "1000.50"
