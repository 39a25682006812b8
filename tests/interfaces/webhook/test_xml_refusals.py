import pytest

from domain.errors import MalformedBodyError
from interfaces.webhook.bodies import xml
from interfaces.webhook.bodies.depth import DEEPEST
from tests.interfaces.webhook.reading import Told, read_body

ROOT = "ServiceChannelWorkOrderEventResponse"
NAMESPACE = "http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel"


def read_members(members: str) -> Told:
    return read_body("text/xml", f'<{ROOT} xmlns="{NAMESPACE}">{members}</{ROOT}>'.encode())


@pytest.mark.parametrize(
    "declaration",
    [
        pytest.param("", id="bare"),
        pytest.param(' [<!ENTITY b "c">]', id="entity"),
        pytest.param(' SYSTEM "file:///etc/passwd"', id="file"),
    ],
)
def test_a_doctype_is_refused(declaration: str) -> None:
    with pytest.raises(MalformedBodyError, match=r"line 2, column .*DOCTYPE"):
        read_body("text/xml", f"<!-- -->\n<!DOCTYPE a{declaration}><a/>".encode())


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param("<a>&b;</a>", "line 1, column 4", id="unknown reference"),
        pytest.param("<a>\n <b></a>", "line 2, column 7", id="crossed tags"),
        pytest.param("<a>", "line 1, column 4", id="cut off"),
        pytest.param("<a/><b/>", "line 1, column 5", id="second root"),
        pytest.param("<a/>text", "line 1, column 5", id="text after the root"),
        pytest.param("  ", "line 1, column 3", id="white space"),
        pytest.param("{}", "line 1, column 1", id="JSON"),
        pytest.param("<i:a/>", "line 1, column 1", id="unknown prefix"),
        pytest.param("<a>&#0;</a>", "line 1, column 4", id="character XML has not"),
        pytest.param("<a b='1' b='2'/>", "line 1, column 10", id="attribute twice"),
        pytest.param(b"<a>\xff</a>", "line 1, column 4", id="no utf-8"),
        pytest.param(f"<a xmlns='{'u' * 2000}'/>", "line 1, column 1", id="endless namespace"),
    ],
)
def test_what_is_not_plain_xml_is_malformed_and_says_where(body: str | bytes, place: str) -> None:
    with pytest.raises(MalformedBodyError) as refused:
        read_body("text/xml", body.encode() if isinstance(body, str) else body)

    assert refused.value.place == place


def test_elements_may_be_nested_as_deeply_as_the_bound_and_no_deeper() -> None:
    inner = DEEPEST - 1

    assert read_members("<a>" * inner + "</a>" * inner).tree
    with pytest.raises(MalformedBodyError, match="levels deep"):
        read_members("<a>" * (inner + 1) + "</a>" * (inner + 1))


def test_the_number_of_elements_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MOST_ELEMENTS", 10)

    assert read_members("<a/>" * 9).tree
    with pytest.raises(MalformedBodyError, match="more than 10 elements"):
        read_members("<a/>" * 10)


def test_siblings_are_no_depth() -> None:
    assert read_members("<a/>" * (DEEPEST + 1)).tree == {"a": [""] * (DEEPEST + 1)}
