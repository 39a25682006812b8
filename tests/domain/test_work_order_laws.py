"""What holds for every history of reports: the fold's laws."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from hypothesis import given as whatever
from hypothesis import strategies as st

from domain.document import JsonValue
from domain.work_order import Change, Report, WorkOrder, as_document, changes, fold, is_late
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
