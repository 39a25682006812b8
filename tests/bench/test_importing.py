import re
from pathlib import Path
from time import monotonic

import pytest

from application.link_check import WantedLink
from interfaces.cli.link_file import read_links
from tests.bench import webhook
from tests.bench.__main__ import end
from tests.bench.endings import Ending
from tests.bench.importing import broken, links_of, write_links
from tests.bench.phases import Outcome, Phase, Tally


def test_the_file_is_read_as_the_links_it_was_written_from(tmp_path: Path) -> None:
    links = links_of(3)
    file = tmp_path / "links.csv"
    write_links(file, links)
    with file.open(encoding="utf-8") as opened:
        wanted, unreadable = read_links(opened)
    assert unreadable == []
    assert wanted == [
        WantedLink(line, "WorkOrderId", str(work_order_id), activity_id)
        for line, (work_order_id, activity_id) in enumerate(links, 2)
    ]


def test_links_are_distinct_and_on_work_orders_of_the_load() -> None:
    work_orders, activities = zip(*links_of(1_000), strict=True)
    assert len(set(work_orders)) == len(set(activities)) == 1_000
    assert set(work_orders) <= set(range(webhook.LOWEST_WORK_ORDER, webhook.BEYOND_THE_LOAD))


def outcome_of(*endings: tuple[float, Ending]) -> Outcome:
    """Sum up webhooks that were due so many milliseconds ago, and ended so."""
    tally = Tally(Phase(len(endings), 1), 1_000.0)
    for ago_ms, ending in endings:
        tally.lateness_ms.append(0.0)
        tally.count(monotonic() - ago_ms / 1_000, ending)
    return tally.outcome()


def test_webhooks_that_are_taken_soon_enough_break_no_promise() -> None:
    assert broken("file", outcome_of((0, Ending.ACKNOWLEDGED), (500, Ending.ACKNOWLEDGED))) == []


def test_a_webhook_that_is_refused_or_waits_breaks_the_promise() -> None:
    outcome = outcome_of(
        (0, Ending.ACKNOWLEDGED), (1_500, Ending.ACKNOWLEDGED),
        (0, Ending.UNAVAILABLE), (0, Ending.UNAVAILABLE), (0, Ending.CUT),
    )  # fmt: skip
    refused, slow = broken("file", outcome)
    assert refused == (
        "Beside the import by file 3 of 5 webhooks were not taken"
        " (2× 503 with Retry-After, 1× connection cut)."
    )
    assert re.fullmatch(r"Beside .* a webhook took \d{4} ms of at most 1000 ms\.", slow)


def test_a_run_that_broke_a_promise_ends_with_a_code_and_a_sentence() -> None:
    with pytest.raises(SystemExit, match="Not kept: Beside the import") as ended:
        end(broken("list", outcome_of((0, Ending.REFUSED))))
    assert isinstance(ended.value.code, str)  # which the interpreter prints, and ends with 1
    end([])
