"""What holds for every history of reports: the fold's laws."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from hypothesis import given as whatever
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.document import JsonValue
from domain.notification import Path
from domain.work_order import (
    PROVIDER,
    Change,
    Fact,
    Report,
    WorkOrder,
    as_document,
    changes,
    disagreements,
    fold,
    is_late,
    shown_facts,
)
from tests.domain.strategies import bounded, histories


def folded(reports: Iterable[Report], known: WorkOrder | None = None) -> WorkOrder:
    return reduce(fold, reports, known or WorkOrder())


@whatever(histories, st.randoms(use_true_random=False))
@bounded
def test_the_order_in_which_reports_are_folded_does_not_matter(
    history: list[Report], random: Any
) -> None:
    shuffled = random.sample(history, len(history))

    assert folded(shuffled) == folded(history)


@whatever(histories)
@bounded
def test_every_fact_is_the_last_word_of_all_that_speak_of_it(history: list[Report]) -> None:
    last_words = {
        path: (report.facts[path], report.version, report.sender)
        for report in sorted(history, key=lambda report: (report.effective_at, report.version))
        for path in report.facts
    }

    assert {
        path: (fact.value, fact.version, fact.sender)
        for path, fact in folded(history).facts.items()
    } == last_words


@whatever(histories)
@bounded
def test_what_the_other_senders_said_last_is_known_beside_it(history: list[Report]) -> None:
    words: dict[Path, dict[str | None, Fact]] = {}
    for report in sorted(history, key=lambda report: report.order):
        for path, value in report.facts.items():
            words.setdefault(path, {}).pop(report.sender, None)
            words[path][report.sender] = Fact(value, report.order, report.sender)

    assert folded(history).others == {
        path: tuple(reversed(said.values()))[1:] for path, said in words.items() if len(said) > 1
    }


@whatever(histories)
@bounded
def test_of_one_sender_nothing_more_is_kept_than_its_facts(history: list[Report]) -> None:
    alone = [replace(report, sender="default") for report in history]

    assert folded(alone).others == {}
    assert folded(alone).facts.keys() == folded(history).facts.keys()


@whatever(histories)
@bounded
def test_a_work_order_has_moved_once_two_providers_were_named(history: list[Report]) -> None:
    named = {report.facts.get(PROVIDER) for report in history} - {None}

    assert folded(history).moved == (len(named) > 1)


@whatever(histories, st.sampled_from([None, "default", "north", "nobody"]))
@bounded
def test_a_preference_decides_only_what_senders_disagree_on(
    history: list[Report], preferred: str | None
) -> None:
    known = folded(history)
    disputed = {one.path: one.words for one in disagreements(known)}

    for path, fact in shown_facts(known, preferred).items():
        words = {word.sender: word for word in disputed.get(path, ())}
        assert fact == words.get(preferred, known.facts[path])
    assert all(len({repr(word.value) for word in words}) > 1 for words in disputed.values())


@whatever(histories)
@bounded
def test_folding_everything_once_more_changes_nothing(history: list[Report]) -> None:
    once = folded(history)

    assert folded(history, once) == once
    assert changes(once, folded(history, once)) == []


@whatever(histories, st.integers(0, 6))
@bounded
def test_a_state_kept_along_the_way_is_as_good_as_the_whole_history(
    history: list[Report], cut: int
) -> None:
    kept = folded(history[:cut])
    document = as_document(kept)

    assert folded(history[cut:], kept) == folded(history)
    assert as_document(kept) == document


@whatever(histories)
@bounded
def test_late_is_what_comes_behind_any_report_folded_before(history: list[Report]) -> None:
    for number, report in enumerate(history):
        behind = any(report.order < earlier.order for earlier in history[:number])

        assert is_late(folded(history[:number]), report) == behind


@whatever(histories)
@bounded
def test_the_changes_in_turn_lead_from_nothing_to_the_state(history: list[Report]) -> None:
    """Up to members that are null inside an object: to be null and to be absent is the same."""
    known, replayed = WorkOrder(), dict[str, JsonValue]()
    for report in history:
        before, known = known, fold(known, report)
        for change in changes(before, known):
            apply(change, replayed)

    state: dict[str, JsonValue] = {}
    for path, fact in known.facts.items():
        apply(Change(path, None, fact.value), state)
    assert without_nulls(replayed) == without_nulls(state)


def apply(change: Change, state: dict[str, Any]) -> None:
    *way, last = change.path
    for step in way:
        state = state.setdefault(str(step), {})
    state[str(last)] = change.after


def without_nulls(value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        return value
    return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
