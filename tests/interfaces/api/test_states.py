"""One activity or work order over HTTP: always current, with its version and its history."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.callers import Caller
from tests.interfaces.api.asking import Asking


@pytest.fixture
def asking(caller: Caller) -> Asking:
    return Asking(caller)


def test_what_was_just_reported_is_told_at_once(asking: Asking) -> None:
    for number in range(20):
        asking.report(7, Trade=f"TRADE {number}")
        told = asking.get("/WorkOrders/7").json()
        assert told["State"]["Trade"] == f"TRADE {number}"
        assert told["Version"] == number + 2
        assert told["ActivityId"] == 1


def test_a_state_says_which_report_set_what(asking: Asking) -> None:
    asking.report(7, Trade="DOORS", Nte=100.50)
    asking.report(7, Priority="P1")
    told = asking.get("/Activities/1").json()
    assert list(told) == ["ClientId", "WorkOrderId", "ActivityId", "Version", "State"]
    assert told["WorkOrderId"] == 7
    assert told["State"]["Nte"] == 100.5
    assert told["State"]["Provenance"]["Priority"]["Version"] == 3


def test_an_activity_and_its_work_order_are_told_alike(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    assert asking.get("/Activities/1").json() == asking.get("/WorkOrders/7").json()


def test_whoever_has_the_version_is_not_told_again(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    first = asking.get("/WorkOrders/7")
    etag = first.headers["etag"]
    for held in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = asking.get("/WorkOrders/7", headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    asking.report(7, Trade="LOCKS")
    changed = asking.get("/WorkOrders/7", headers={"If-None-Match": etag})
    assert (changed.status_code, changed.json()["State"]["Trade"]) == (200, "LOCKS")


def test_an_activity_that_moved_to_another_work_order_has_another_version(
    asking: Asking,
) -> None:
    asking.report(7, Trade="DOORS")
    etag = asking.get("/Activities/1").headers["etag"]
    asking.post("/Activities/1/Release")
    opened = asking.post("/Activities", {"WorkOrderId": 8, "ActivityId": 1})
    assert opened.status_code == 200
    moved = asking.get("/Activities/1", headers={"If-None-Match": etag})
    assert (moved.status_code, moved.json()["WorkOrderId"]) == (200, 8)


def test_a_work_order_that_was_opened_before_any_report_is_told(asking: Asking) -> None:
    body = {"WorkOrderId": 9, "ActivityId": 5}
    asking.post("/Activities", body)
    told = asking.get("/Activities/5").json()
    assert (told["WorkOrderId"], told["ActivityId"], told["Version"]) == (9, 5, 1)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/WorkOrders/77", "Nothing was ever recorded of work order 77."),
        ("/WorkOrders/77/History", "Nothing was ever recorded of work order 77."),
        ("/Activities/77", "No activity was ever opened under id 77."),
        ("/Activities/77/History", "No activity was ever opened under id 77."),
    ],
)
def test_what_never_was_is_not_found(asking: Asking, path: str, sentence: str) -> None:
    answer = asking.get(path)
    assert (answer.status_code, answer.json()) == (404, {"Message": sentence})


def test_a_history_is_what_the_command_line_prints(asking: Asking) -> None:
    asking.report(7, Trade="DOORS", Nte=100.50)
    asking.report(7, Trade="LOCKS")
    client_id = str(asking.caller.keys.client_id)
    printed = asking.caller.service.json("history", client_id, "--work-order", "7")
    assert asking.get("/WorkOrders/7/History").json() == printed
    assert asking.get("/Activities/1/History").json() == printed


def test_a_history_as_of_an_earlier_time_knows_only_what_was_on_record(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    events = asking.get("/WorkOrders/7/History").json()["Events"]
    asking.report(7, Trade="LOCKS")
    then = asking.get("/WorkOrders/7/History", params={"asOf": events[-1]["RecordedAt"]})
    assert then.json()["State"]["Trade"] == "DOORS"
    assert then.headers["worktrail-position"] == str(events[-1]["Position"])
    nothing = asking.get("/WorkOrders/7/History", params={"asOf": "2020-01-01T00:00:00Z"})
    assert nothing.status_code == 404


def test_a_history_effective_at_a_time_folds_only_what_was_reported_then(asking: Asking) -> None:
    for day, trade in (("01", "DOORS"), ("02", "LOCKS")):
        asking.report(7, Trade=trade, UpdatedDate_DTO=f"2026-03-{day}T00:00:00Z")
    # Unescaped, as programs forget to: the plus arrives as a space.
    told = asking.get("/WorkOrders/7/History?effectiveAt=2026-03-01T12:00:00+02:00").json()
    assert (told["State"]["Trade"], len(told["Events"])) == ("DOORS", 3)


@pytest.mark.parametrize("written", ["yesterday", "2026-03-01", "2026-03-01T12:00:00", ""])
def test_a_time_without_an_offset_is_refused(asking: Asking, written: str) -> None:
    answer = asking.get("/WorkOrders/7/History", params={"asOf": written})
    assert (answer.status_code, list(answer.json()["ModelState"])) == (400, ["asOf"])


def test_an_unknown_question_is_refused(asking: Asking) -> None:
    answer = asking.get("/WorkOrders/7/History?asof=2026-03-01T12:00:00Z")
    assert (answer.status_code, list(answer.json()["ModelState"])) == (400, ["asof"])


def test_another_clients_work_order_is_not_found(asking: Asking, waiting_caller: Caller) -> None:
    asking.report(7, Trade="DOORS")
    other = Asking(waiting_caller)
    assert other.get("/WorkOrders/7").status_code == 404
    strange = other.caller.call(
        "GET", f"{asking.root}/WorkOrders/7", headers=other.headers, params={}
    )
    assert strange.status_code == 404


@pytest.fixture
def crowd() -> Generator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def test_many_ask_at_once(asking: Asking, crowd: ThreadPoolExecutor) -> None:
    asking.report(7, Trade="DOORS")
    answers = list(crowd.map(lambda _: asking.get("/WorkOrders/7").status_code, range(100)))
    assert answers == [200] * 100
