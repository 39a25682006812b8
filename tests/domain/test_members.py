"""Members in any letter case come to stand under the contract's names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.document import JsonValue, decode
from domain.members import BEYOND, ENVELOPE, NOTE, STATUS, WORK_ORDER, in_contract_names

SAMPLE = (Path(__file__).parents[1] / "samples" / "notification.json").read_bytes()

EVERY_MEMBER: dict[str, JsonValue] = {
    **dict.fromkeys(ENVELOPE),
    "Object": {
        **dict.fromkeys(WORK_ORDER | BEYOND),
        "Status": dict.fromkeys(STATUS),
        "WorkorderStatus": dict.fromkeys(STATUS),
        "Notes": [dict.fromkeys(NOTE), dict.fromkeys(NOTE)],
    },
}


def spelled(spell: Callable[[str], str], value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {spell(name): spelled(spell, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [spelled(spell, inner) for inner in value]
    return value


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.swapcase])
def test_every_member_is_known_in_any_case(spell: Callable[[str], str]) -> None:
    given = spelled(spell, EVERY_MEMBER)
    assert isinstance(given, dict)

    assert in_contract_names(given) == EVERY_MEMBER


def test_the_published_page_s_names_are_the_contract_s() -> None:
    published = decode(SAMPLE)
    assert isinstance(published, dict)

    renamed = in_contract_names(published)

    assert renamed is published
    assert set(WORK_ORDER) == set(the_object(renamed))
    assert in_contract_names({name.lower(): value for name, value in published.items()}) == renamed


def the_object(tree: dict[str, JsonValue]) -> dict[str, JsonValue]:
    told = tree["Object"]
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize(
    ("given", "known"),
    [
        pytest.param({"id": 1, "Id": 2}, {"Id": 2}, id="the contract's name last"),
        pytest.param({"Id": 2, "ID": 1}, {"Id": 1}, id="another case last"),
        pytest.param({"nte": 1, "NTE": None}, {"Nte": None}, id="even a null"),
    ],
)
def test_of_a_member_given_twice_the_last_counts(
    given: dict[str, JsonValue], known: dict[str, JsonValue]
) -> None:
    assert in_contract_names({"object": given}) == {"Object": known}


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"technician": {"id": 5, "status": {"primary": 1}}}, id="beyond the page"),
        pytest.param({"object": {"id": 5}}, id="an object in the object"),
        pytest.param({"Status": ["primary"]}, id="a status that is none"),
        pytest.param({"Status": {"code": {"primary": 1}}}, id="beyond the page in the status"),
        pytest.param({"Notes": {"id": 5}}, id="notes that are no list"),
        pytest.param({"Notes": [None, "id", [{"id": 5}]]}, id="notes that are none"),
        pytest.param({"Notes": [{"createdbyuser": {"id": 5}}]}, id="beyond the page in a note"),
        pytest.param({"Description": {"id": 5}}, id="a text that is none"),
    ],
)
def test_names_that_the_contract_does_not_have_stay_as_they_are(told: JsonValue) -> None:
    tree: dict[str, JsonValue] = {"Object": told, "extra": {"object": {"id": 5}}}

    assert in_contract_names(tree) is tree


def test_what_has_to_be_renamed_is_not_changed_itself() -> None:
    note: dict[str, JsonValue] = {"id": 5}
    given: dict[str, JsonValue] = {"Object": {"Notes": [note]}}

    assert in_contract_names(given) == {"Object": {"Notes": [{"Id": 5}]}}
    assert note == {"id": 5}
