import json
import logging
import os
import signal
from collections import Counter
from hashlib import sha256
from multiprocessing import active_children
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from interfaces.cli.simulate import simulate
from interfaces.simulator.accounts import Account
from interfaces.simulator.company import company_signing_keys
from interfaces.simulator.schedule import span
from interfaces.simulator.signing import sending_headers
from interfaces.simulator.truth import truth
from tests.interfaces.simulator.plays import a_plan, played
from tests.interfaces.simulator.receiver import (
    SECRETS,
    Received,
    Reply,
    Script,
    always_recorded,
    receiving,
)

PLAN = a_plan(work_orders=2, duplicates=0.3)
PLAY = (
    *("--work-orders", "2", "--seed", "7", "--start", "2025-07-07"),
    *("--duplicates", "0.3", "--redelivery-after", "0"),
)


def test_a_play_ends_well_when_all_is_acknowledged() -> None:
    result, received = run(always_recorded, *PLAY)

    assert result.exit_code == 0
    assert f"{len(played(PLAN))} of {len(played(PLAN))} deliveries acknowledged" in result.stdout
    assert result.stderr == ""
    assert Counter(request.body for request in received) == Counter(
        [b"", *(delivery.moment.body for delivery in played(PLAN))]
    )


def test_the_summary_is_one_json_document() -> None:
    seen: set[bytes] = set()

    def like_worktrail(request: Received, number: int) -> Reply:
        del number
        verdict = "repeated" if request.body in seen else "recorded"
        seen.add(request.body)
        return Reply(verdict=verdict)

    result, _ = run(like_worktrail, *PLAY, "--json")

    summary = json.loads(result.stdout)
    assert list(summary) == [
        *("Sent", "Acknowledged", "Repeated", "Refused", "Failed", "Seconds", "Rate"),
        *("P50Ms", "P99Ms"),
    ]
    bodies = [delivery.moment.body for delivery in played(PLAN)]
    assert summary["Sent"] == summary["Acknowledged"] == len(bodies)
    # The opening ping, which is not counted, comes before all pings of the play.
    assert summary["Repeated"] == len(bodies) - len(set(bodies)) + 1
    assert summary["Refused"] == summary["Failed"] == 0
    assert summary["Seconds"] > 0
    assert 0 < summary["P50Ms"] <= summary["P99Ms"]


@pytest.mark.parametrize(("status", "member"), [(400, "Refused"), (503, "Failed")])
def test_a_play_ends_badly_when_something_is_given_up(status: int, member: str) -> None:
    result, _ = run(lambda request, _: Reply(status if request.body else 200), *PLAY, "--json")

    summary = json.loads(result.stdout)
    originals = sum(d.moment.body != b"" and not d.duplicate for d in played(PLAN))
    assert result.exit_code == 1
    assert summary[member] == originals
    assert summary["Acknowledged"] == summary["Sent"] - originals


def test_the_ledger_holds_each_acknowledged_delivery(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"

    run(lambda *_: Reply(201, b"42", "recorded"), *PLAY, "--ledger", str(ledger), "--workers", "2")

    entries = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert sorted(entries, key=str) == sorted(
        (
            {
                "WorkOrderId": delivery.moment.work_order_id,
                "EventType": delivery.moment.event_type,
                "Digest": sha256(delivery.moment.body).hexdigest(),
                "Duplicate": delivery.duplicate,
                "Late": delivery.late,
                "Status": 201,
                "ActivityId": 42,
                "Verdict": "recorded",
                "Account": "subscriber",
            }
            for delivery in played(PLAN)
        ),
        key=str,
    )


def test_the_ledger_holds_nothing_that_was_given_up(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"

    run(
        lambda request, _: Reply(500 if request.body else 200),
        *(*PLAY, "--work-orders", "1", "--ledger", str(ledger)),
    )

    assert {json.loads(line)["EventType"] for line in ledger.read_text().splitlines()} == {None}


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("share", [None, 0, 0.3])
def test_a_regenerated_key_signs_from_its_share_of_the_play_on(
    share: float | None, workers: str
) -> None:
    keys = company_signing_keys(7)
    option = () if share is None else ("--regenerate-key-at", str(share))

    _, received = run(always_recorded, *PLAY, "--workers", workers, *option)

    ends = PLAN.start + span(2) * (2 if share is None else share)
    sent_with = [(d.moment.body, keys.first if d.at < ends else keys.second) for d in played(PLAN)]
    # The opening ping, which is not counted, is signed as the play begins.
    sent_with.append((b"", keys.second if share == 0 else keys.first))
    assert Counter((request.body, request.headers["sign-data"]) for request in received) == Counter(
        (body, sending_headers(body, key)["Sign-Data"]) for body, key in sent_with
    )
    assert len({key for _, key in sent_with}) == (2 if share else 1)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_a_play_with_the_summary_so_far(workers: str) -> None:
    def press(request: Received, number: int) -> Reply:
        del request
        if number == 20:
            os.kill(os.getpid(), signal.SIGINT)
        return Reply()

    before = signal.getsignal(signal.SIGINT)
    result, received = run(
        press, "--work-orders", "20000", "--rate", "400", "--json", "--workers", workers
    )

    assert result.exit_code == 130
    assert json.loads(result.stdout)["Acknowledged"] == len(received) - 1 < 20_000
    assert result.stderr == "The play was cut short.\n"
    assert signal.getsignal(signal.SIGINT) == before


def test_a_play_says_so_when_a_worker_process_dies() -> None:
    def kill(request: Received, number: int) -> Reply:
        del request
        if number == 5:
            for worker in active_children():
                worker.kill()
        return Reply()

    result, _ = run(kill, *PLAY, "--workers", "2")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "A worker process ended before its share was sent.\n"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "does not know this client or these keys (401).\n"),
        (404, "answers a ping with 404.\n"),
    ],
)
def test_a_play_does_not_begin_where_a_ping_is_refused(status: int, sentence: str) -> None:
    result, received = run(lambda *_: Reply(status), *PLAY)

    assert (result.exit_code, result.stdout, len(received)) == (2, "", 1)
    assert result.stderr.endswith(sentence)


def test_a_play_does_not_begin_where_nothing_listens() -> None:
    with receiving(always_recorded) as receiver:
        url = receiver.url

    result = CliRunner().invoke(simulate, [url])

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "cannot be reached" in result.stderr


def test_a_url_without_keys_is_refused_in_one_sentence() -> None:
    result = CliRunner().invoke(simulate, ["http://127.0.0.1:9/v1/Clients/x"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "The webhook's URL lacks accessKey and signingKey in its query; give it whole, in quotes.\n"
    )


@pytest.mark.parametrize("status", [200, 401, 500])
def test_keys_are_neither_printed_nor_logged(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    result, _ = run(lambda *_: Reply(status), *PLAY, "--work-orders", "1")

    assert not [key for key in SECRETS if key in result.output + caplog.text]


def test_a_second_account_reports_to_an_address_of_its_own() -> None:
    plan = replace(a_plan(work_orders=20, duplicates=0.3), two_accounts=True)
    play = ("--work-orders", "20", "--seed", "7", "--start", "2025-07-07", "--duplicates", "0.3")
    told: dict[Account, list[bytes]] = {account: [b""] for account in Account}
    for delivery in played(plan):
        told[delivery.moment.account].append(delivery.moment.body)
    assert len(told[Account.PROVIDER]) > 1
    with receiving(always_recorded) as of_provider:
        result, received = run(always_recorded, *play, "--provider-url", of_provider.url, "--json")

        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout)["Acknowledged"] == len(played(plan))
        for account, requests in (
            (Account.SUBSCRIBER, received),
            (Account.PROVIDER, of_provider.received),
        ):
            assert Counter(it.body for it in requests) == Counter(told[account])
        signed = {it.headers["sign-data"] for it in received if it.body == b""}
        assert signed.isdisjoint(it.headers["sign-data"] for it in of_provider.received)


def test_each_account_has_a_truth_of_its_own(tmp_path: Path) -> None:
    plan = replace(a_plan(work_orders=20), two_accounts=True, brief=True)
    play = ("--work-orders", "20", "--seed", "7", "--start", "2025-07-07", "--brief")
    files = {account: tmp_path / account.value for account in Account}
    of_provider = ("--provider-truth", str(files[Account.PROVIDER]))

    refused, _ = run(always_recorded, *play, *of_provider)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--provider-truth goes with --provider-url." in refused.stderr

    with receiving(always_recorded) as beside:
        asked = ("--truth", str(files[Account.SUBSCRIBER]), *of_provider)
        result, _ = run(always_recorded, *play, "--provider-url", beside.url, *asked)
    assert result.exit_code == 0, result.stderr
    for account, file in files.items():
        assert file.read_bytes().splitlines() == list(truth(plan, account))


def run(script: Script, *options: str) -> tuple[Result, list[Received]]:
    with receiving(script) as receiver:
        return CliRunner().invoke(simulate, [receiver.url, *options]), receiver.received
