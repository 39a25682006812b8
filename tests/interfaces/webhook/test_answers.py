import json
from xml.etree import ElementTree

import pytest

from interfaces.webhook.answers import CHARSET, activity_answer, error_answer

JSON = ["application/json", "text/json"]
XML = ["application/xml", "text/xml"]


def test_every_answer_is_utf_8() -> None:
    assert CHARSET == "; charset=utf-8"


@pytest.mark.parametrize("media_type", JSON)
@pytest.mark.parametrize(("activity_id", "body"), [(42, b"42"), (2147483647, b"2147483647")])
def test_an_id_in_json(media_type: str, activity_id: int, body: bytes) -> None:
    assert activity_answer(media_type, activity_id) == body


@pytest.mark.parametrize("media_type", JSON)
def test_no_activity_in_json(media_type: str) -> None:
    assert activity_answer(media_type, None) == b"null"


@pytest.mark.parametrize("media_type", XML)
def test_an_id_in_xml(media_type: str) -> None:
    assert activity_answer(media_type, 42) == (
        b'<int xmlns="http://schemas.microsoft.com/2003/10/Serialization/">42</int>'
    )


@pytest.mark.parametrize("media_type", XML)
def test_no_activity_in_xml(media_type: str) -> None:
    assert activity_answer(media_type, None) == (
        b'<int i:nil="true" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
        b' xmlns="http://schemas.microsoft.com/2003/10/Serialization/" />'
    )


@pytest.mark.parametrize("media_type", JSON)
def test_an_error_in_json(media_type: str) -> None:
    assert error_answer(media_type, "No “such” key", None) == (
        '{"Message":"No “such” key"}'.encode()
    )


@pytest.mark.parametrize("media_type", XML)
def test_an_error_in_xml(media_type: str) -> None:
    assert error_answer(media_type, "No “such” key", None) == (
        "<Error><Message>No “such” key</Message></Error>".encode()
    )


@pytest.mark.parametrize("media_type", JSON)
def test_what_is_wrong_in_json(media_type: str) -> None:
    answer = error_answer(media_type, "The request is invalid.", {"workOrder": ["a", "b"]})

    assert answer == (b'{"Message":"The request is invalid.","ModelState":{"workOrder":["a","b"]}}')


@pytest.mark.parametrize("media_type", XML)
def test_what_is_wrong_in_xml(media_type: str) -> None:
    answer = error_answer(media_type, "The request is invalid.", {"workOrder": ["a", "b"]})

    assert answer == (
        b"<Error><Message>The request is invalid.</Message>"
        b"<ModelState><workOrder>a b</workOrder></ModelState></Error>"
    )


HARD = "<&>]]>\"'\r\n\t\x00\x1b\ud800\uffff😀"


def test_json_holds_whatever_the_message_does() -> None:
    answer = error_answer("application/json", HARD, {"workOrder": [HARD]})

    held = HARD.replace("\ud800", "\ufffd")
    assert json.loads(answer) == {"Message": held, "ModelState": {"workOrder": [held]}}


def test_xml_holds_the_message_but_for_the_characters_it_has_not() -> None:
    answer = error_answer("application/xml", HARD, {"workOrder": [HARD]})

    root = ElementTree.fromstring(answer)
    held = "<&>]]>\"'\r\n\t\ufffd\ufffd\ufffd\ufffd😀"
    assert [element.text for element in root.iter() if not len(element)] == [held, held]
