import json
from datetime import UTC, datetime
from decimal import Decimal
from time import monotonic
from uuid import uuid4

import pytest

from domain.notification import Subject, read
from infrastructure.activity_search import ACTIVITY_SEARCH
from tests.bench import arithmetic, webhook
from tests.bench.answers import Answer, AnswerReader
from tests.bench.endings import Ending, ending_of
from tests.bench.figures import GROUPS
from tests.bench.found_rows import client_rows
from tests.bench.layers import microseconds
from tests.bench.phases import Phase, Tally
from tests.bench.plan import FIGURES, plan
from tests.bench.read_side import READ_GROUPS
from tests.bench.targets import AT_LEAST, AT_MOST, missed
from tests.bench.wrk import Failures, Round, read_round
from tests.running import ROOT


def a_round(rate: float, p99_ms: float = 10.0, failed: int = 0) -> Round:
    return Round(rate, 5.0, p99_ms, 20.0, int(rate * 10), Failures(failed))


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([7.0], 99, 7.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.0),
        ([float(n) for n in range(1, 101)], 99, 99.0),
        ([float(n) for n in range(1, 1_001)], 99, 990.0),
        ([1.0, 2.0, 3.0], 100, 3.0),
        ([1.0, 2.0, 3.0], 0, 1.0),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(
    values: list[float], share: float, found: float
) -> None:
    assert arithmetic.percentile(values, share) == found


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        arithmetic.percentile([], 50)


def test_a_ratio_compares_what_was_measured_side_by_side() -> None:
    slow_machine_in_the_second_round = ([900.0, 450.0, 800.0], [1_000.0, 500.0, 1_000.0])
    assert arithmetic.ratio(*slow_machine_in_the_second_round) == 0.9


def test_a_ratio_of_rounds_without_partners_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        arithmetic.ratio([1.0], [1.0, 2.0])


def test_rates_and_latencies_have_ratios_of_their_own() -> None:
    ours, theirs = [a_round(5_000, 20.0)], [a_round(500, 200.0)]
    assert arithmetic.rate_ratio(ours, theirs) == 10.0
    assert arithmetic.p99_ratio(ours, theirs) == 0.1


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.0, 0.0), (0.51234, 0.512), (12_345.6, 12_300.0), (-1.2345, -1.23)]
)
def test_figures_have_three_digits(value: float, rounded: float) -> None:
    assert arithmetic.significant(value) == rounded


def test_a_summary_holds_medians_and_every_rate() -> None:
    told = arithmetic.summary([a_round(90), a_round(100), a_round(120, 30.0, failed=2)])
    assert (told["rate"], told["p99_ms"], told["failed"]) == (100.0, 10.0, 2)
    assert (told["rates"], told["spread"]) == ([90.0, 100.0, 120.0], 0.3)


def test_repeats_that_agree_are_not_remarked_on() -> None:
    assert arithmetic.remarks("durable", [a_round(100), a_round(105), a_round(95)]) == []


def test_repeats_that_disagree_and_failures_are_remarked_on() -> None:
    assert arithmetic.remarks("durable", [a_round(100), a_round(89, failed=3)]) == [
        "durable: the rates of its rounds differ by 12%",
        "durable: 3 requests failed or were refused",
    ]


def test_the_rate_of_a_round_is_of_accepted_requests_alone() -> None:
    failures = {"refused": 100, "connect": 0, "read": 2, "write": 0, "timeout": 1}
    printed = {"microseconds": 2_000_000, "answers": 1_000, "failures": failures}
    line = json.dumps(printed | {"p50": 5_500, "p99": 9_000, "longest": 12_000})
    played = read_round(line)
    assert played == Round(450.0, 5.5, 9.0, 12.0, 900, Failures(100, read=2, timeout=1))
    assert played.failed == 103


def test_a_body_is_a_report_of_its_work_order_with_a_reported_time() -> None:
    body = webhook.Bodies(webhook.new_run()).body(2_999_999, 4)
    told = read(json.loads(body, parse_float=Decimal))
    assert (told.subject, told.work_order_id, told.warnings) == (Subject.WORK_ORDER, 2_999_999, ())
    assert told.reported_at == datetime(2025, 12, 19, 15, 1, 54, tzinfo=UTC)


def test_bodies_differ_and_are_as_long_as_their_template() -> None:
    first, other = webhook.Bodies("0123456789ab"), webhook.Bodies("0123456789ac")
    numbers = (1, 2, 10_000_001)
    bodies = {run.body(1_000_000, number) for run in (first, other) for number in numbers}
    assert len(bodies) == 6
    assert {len(body) for body in bodies} == {len(webhook.template())} == {1_500}


def test_an_answer_that_comes_in_pieces_is_read_once_it_is_whole() -> None:
    reader = AnswerReader()
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 4\r\n\r\nnull"
    following = answer.replace(b"200 OK\r\n", b"503 No\r\nRetry-After: 5\r\n")
    pieces = [answer[:30], answer[30:-2], answer[-2:] + following[:10]]
    assert [reader.feed(piece) for piece in pieces] == [None, None, Answer(200)]
    assert reader.feed(following[10:]) == Answer(503, retry_after=True)


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (Answer(200), Ending.ACKNOWLEDGED),
        (Answer(503, retry_after=True), Ending.UNAVAILABLE),
        (Answer(503), Ending.OTHER),
        (Answer(500, retry_after=True), Ending.OTHER),
    ],
)
def test_a_503_must_say_when_to_come_again(answer: Answer, ending: Ending) -> None:
    assert ending_of(answer) is ending


def test_a_phase_is_normal_again_when_one_alone_is_late_or_not_acknowledged() -> None:
    tally = Tally(Phase(10, 1), 1_000.0)
    tally.begun = monotonic()
    tally.lateness_ms.extend([0.0] * 4)
    tally.count(tally.begun, Ending.ACKNOWLEDGED)
    tally.count(tally.begun + 0.1, Ending.CUT)
    tally.count(tally.begun + 0.2, Ending.ACKNOWLEDGED)
    tally.count(tally.begun + 0.3, Ending.CUT)
    outcome = tally.outcome()
    assert (outcome.sent, outcome.failed) == (4, 2)
    assert outcome.slow_until_ms == pytest.approx(100)
    assert {ending: taken.number for ending, taken in outcome.endings.items()} == {
        Ending.ACKNOWLEDGED: 2,
        Ending.CUT: 2,
    }


def test_a_second_that_is_slow_again_later_is_told() -> None:
    tally = Tally(Phase(10, 3), 1_000.0)
    tally.begun = monotonic() - 3
    tally.lateness_ms.append(0.0)
    for due in (0.1, 0.2, 1.5, 2.1, 2.2):
        tally.count(tally.begun + due, Ending.CUT)
    outcome = tally.outcome()
    assert outcome.slow_seconds == [0, 2]
    assert outcome.slow_until_ms < 1_000


@pytest.mark.parametrize(("slow", "until_ms"), [(1, 0), (10, 0), (12, 160)])
def test_one_in_a_hundred_may_be_late_at_the_best_of_times(slow: int, until_ms: float) -> None:
    tally = Tally(Phase(1_000, 1), 1_000.0)
    tally.begun = monotonic()
    tally.lateness_ms.append(0.0)
    for number in range(slow):
        tally.count(tally.begun + 0.15 + 0.01 * number, Ending.CUT)
    assert tally.outcome().slow_until_ms == pytest.approx(until_ms)


def test_the_usual_form_is_short_and_the_long_one_has_the_issues_figures() -> None:
    short, long = (plan([], 10, 3, long=is_long) for is_long in (False, True))
    assert (short.longest_seconds, short.filled_events) == (60, 500_000)
    assert (short.imported_rows, long.imported_rows) == (100_000, 100_000)
    assert (long.longest_seconds, long.filled_events) == (600, 5_000_000)
    assert (long.webhooks_for_memory, "million" in short.figures) == (1_000_000, False)
    assert "memory" in long.figures
    assert "memory" not in short.figures


def test_the_rows_that_are_searched_have_every_column() -> None:
    [row] = client_rows(uuid4(), 1)
    assert len(row) == len(ACTIVITY_SEARCH.columns)


def test_every_figure_has_a_group_that_measures_it() -> None:
    assert GROUPS.keys() | READ_GROUPS.keys() == set(FIGURES)


def test_every_layer_of_a_webhook_takes_time_and_so_does_the_floor_of_each_that_has_one() -> None:
    took = microseconds(webhooks=128, rounds=3)
    assert min(took.values()) > 0
    parts = {"uvicorn", "litestar", "keys", "headers", "reading", "command"}
    written = {"stream_id", "decision", "stored_state", "parameters"}
    floors = {f"{part}_floor" for part in parts | written}
    assert took.keys() == {"http_side", "journal"} | parts | written | floors


def test_a_figure_that_is_not_reached_is_named() -> None:
    reached: dict[str, object] = {"durable_vs_bare": 0.4, "longest_ms_at_1000": 250.0}
    assert list(missed(reached)) == []
    assert list(missed({"durable_vs_bare": 0.39, "longest_ms_at_1000": 251.0})) == [
        "durable_vs_bare is 0.39, and must be at least 0.4",
        "longest_ms_at_1000 is 251.0, and must be at most 250.0",
    ]


def test_every_figure_that_must_reach_something_is_measured() -> None:
    recorded = json.loads((ROOT / "docs" / "bench.json").read_text())
    assert {*AT_LEAST, *AT_MOST} <= set(recorded["ingest"])
    assert recorded["missed"] == list(missed(recorded["ingest"]))
