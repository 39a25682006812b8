"""Several processes write the same streams at once."""

import multiprocessing
from collections import Counter
from itertools import pairwise
from uuid import UUID

from domain.activity import ReportContent, WorkOrderReported
from tests.application.rival import REPORTS, WORK_ORDERS, write_beside_others
from tests.application.whole_log import WholeLog


def test_processes_that_write_the_same_streams_at_once_leave_them_whole(
    schema_url: str, whole_log: WholeLog, client_id: UUID
) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    rivals = [
        context.Process(
            target=write_beside_others, args=(schema_url, client_id, name, start), daemon=True
        )
        for name in ("one", "two")
    ]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join(60)
    assert [rival.exitcode for rival in rivals] == [0, 0]

    whole_log.check()
    names = Counter(
        name for number in range(WORK_ORDERS) for name in whole_log.names(client_id, number)
    )
    assert names == {"WorkOrderReported": 2 * REPORTS, "ActivityOpened": WORK_ORDERS}
    opened = [(link.activity_id, link.work_order_id) for link in whole_log.links()]
    assert sorted(activity for activity, _ in opened) == list(range(1, WORK_ORDERS + 1))
    assert sorted(work_order for _, work_order in opened) == list(range(WORK_ORDERS))
    writers = [
        it.event.content.notification.split()[0]
        for it in whole_log.events()
        if isinstance(it.event, WorkOrderReported) and isinstance(it.event.content, ReportContent)
    ]
    assert sum(first != second for first, second in pairwise(writers)) >= 10
