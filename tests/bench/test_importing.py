from pathlib import Path

from application.link_check import WantedLink
from interfaces.cli.link_file import read_links
from tests.bench import webhook
from tests.bench.importing import links_of, write_links


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
