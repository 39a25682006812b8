"""Reading only some of a notification says the same of it as reading everything."""

from hypothesis import given as whatever
from hypothesis import strategies as st

from domain.document import JsonValue
from domain.members import NOTE, WORK_ORDER
from domain.notification import Path, read
from domain.some_facts import Wanted, some_facts, work_order_id_of
from tests.domain.strategies import bounded, notifications

PLAIN = sorted(set(WORK_ORDER) - {"Id", "Notes"})

wanteds = st.builds(
    Wanted,
    members=st.frozensets(st.sampled_from(PLAIN)),
    beyond=st.frozensets(st.sampled_from(["Technician", "Label"])),
    notes=st.frozensets(st.sampled_from(sorted(set(NOTE) - {"Id"}))),
)


@whatever(notifications, wanteds)
@bounded
def test_some_facts_are_those_of_all_facts_that_are_wanted(
    notification: dict[str, JsonValue], wanted: Wanted
) -> None:
    everything = read(notification).facts

    assert some_facts(notification, wanted) == {
        path: value for path, value in everything.items() if is_wanted(path, wanted)
    }


@whatever(notifications)
@bounded
def test_the_work_order_alone_is_the_same_as_with_everything_else(
    notification: dict[str, JsonValue],
) -> None:
    assert work_order_id_of(notification) == read(notification).work_order_id


def is_wanted(path: Path, wanted: Wanted) -> bool:
    match path:
        case ("Notes", int(), str(name)):
            return name in wanted.notes
        case ("Beyond", str(name)):
            return name in wanted.beyond
        case _:
            return path[0] in wanted.members


def test_of_nothing_nothing_is_wanted() -> None:
    assert Wanted().is_nothing
    assert not Wanted(notes=frozenset({"NoteData"})).is_nothing
    assert Wanted(members=frozenset({"Trade"})) | Wanted(beyond=frozenset({"Label"})) == Wanted(
        frozenset({"Trade"}), frozenset({"Label"})
    )
