"""What is known of an activity, packed: nothing is lost, and nothing is added without a need."""

from functools import reduce

import msgspec
from hypothesis import given as whatever
from hypothesis import strategies as st
from msgspec.structs import replace

from application.known_states import pack, unpack
from domain.history import Known
from domain.work_order import PROVIDER, Report, WorkOrder, fold
from tests.domain.given import NOON
from tests.domain.strategies import bounded, histories


def known(history: list[Report]) -> Known:
    return Known(version=7, work_order_id=9, work_order=reduce(fold, history, WorkOrder()))


@whatever(histories, st.integers(0, 6))
@bounded
def test_a_packed_state_is_the_state(history: list[Report], cut: int) -> None:
    kept = unpack(pack(known(history[:cut])))

    assert kept == known(history[:cut])
    assert reduce(fold, history[cut:], kept.work_order) == known(history).work_order


@whatever(histories)
@bounded
def test_of_one_sender_and_one_provider_nothing_is_packed_but_facts_and_their_reports(
    history: list[Report],
) -> None:
    alone = [
        replace(
            report,
            sender="default",
            facts={path: 5 if path == PROVIDER else value for path, value in report.facts.items()},
        )
        for report in history
    ]

    assert len(msgspec.msgpack.decode(pack(known(alone)))) == 10


def test_a_value_that_two_senders_share_is_packed_once() -> None:
    report = Report(1, NOON, None, "default", {("Description",): "long" * 100})
    both = pack(known([report, replace(report, version=2, sender="north")]))

    assert both.count(b"long" * 100) == 1
