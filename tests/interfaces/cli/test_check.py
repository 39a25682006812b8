"""`worktrail clients check`: the list, and how it is followed."""

import json

import pytest

from domain.set_up import Step
from interfaces.cli.check import changes
from interfaces.cli.reach import reach
from tests.callers import Caller
from tests.interfaces.cli.commands import CommandLine
from tests.running import Service
from tests.waiting import until

STEPS = ["address", "ping", "test", "signature", "report", "old keys"]
TEST_BUTTON = '{"Object": {"Id": 1, "Source": "WebhookTest"}}'


def checked(service: Service, client_id: object) -> dict[str, str]:
    completed = service.command("clients", "check", str(client_id), "--json")
    assert completed.returncode == 1, completed.stderr
    return {step["Step"]: step["State"] for step in json.loads(completed.stdout)}


def test_the_list_fills_while_the_sender_calls(service: Service, waiting_caller: Caller) -> None:
    client_id = waiting_caller.keys.client_id
    before = checked(service, client_id)
    assert [name for name in before if name != "read models"] == STEPS
    assert (before["test"], before["report"]) == ("waiting", "waiting")
    waiting_caller.post(TEST_BUTTON)
    waiting_caller.post('{"Object": {"Id": 2}}')

    def is_seen() -> bool:
        after = checked(service, client_id)
        return (after["test"], after["report"]) == ("done", "done")

    until(is_seen, seconds=60)


@pytest.mark.parametrize("method", ["POST", "GET", "HEAD"])
def test_an_empty_body_or_a_probe_is_seen_as_a_ping_at_once(
    service: Service, waiting_caller: Caller, method: str
) -> None:
    def is_seen() -> bool:
        return checked(service, waiting_caller.keys.client_id)["ping"] == "done"

    assert not is_seen()
    waiting_caller.post(TEST_BUTTON)  # from now on the service knows the keys
    waiting_caller.call(method)
    until(is_seen, seconds=30)


def test_an_old_key_that_was_just_used_for_the_first_time_is_not_called_safe_to_retire(
    service: Service, waiting_caller: Caller
) -> None:
    client_id, old = waiting_caller.keys.client_id, waiting_caller.query
    added = service.json("clients", "keys", "add", str(client_id))
    new = {"accessKey": added["AccessKey"], "signingKey": added["SigningKey"]}

    def is_safe() -> bool:
        return checked(service, client_id)["old keys"] == "done"

    assert not is_safe()
    waiting_caller.call("POST", params=new)
    until(is_safe, seconds=30)
    waiting_caller.call("HEAD", params=old)
    until(lambda: not is_safe(), seconds=30)


def test_people_see_a_sentence_for_each_step(service: Service, waiting_caller: Caller) -> None:
    shown = service.command("clients", "check", str(waiting_caller.keys.client_id)).stdout
    assert f"… address     Only this machine reaches {service.url}" in shown
    assert (
        "… ping        No ping was seen: no empty body, and no GET or HEAD with the keys." in shown
    )
    assert "✓ old keys    There are none." in shown


def test_of_several_senders_each_has_a_list_of_its_own(command_line: CommandLine) -> None:
    command_line.json("clients", "add", "Acme")
    command_line.json("clients", "keys", "add", "Acme", "--sender", "provider")
    shown = command_line.run("clients", "check", "Acme").stdout.splitlines()
    assert [line.split()[-1] for line in shown if " " not in line] == ["default", "provider"]
    told = json.loads(command_line.run("clients", "check", "Acme", "--json").stdout)
    assert [(it["Sender"], it["Step"]) for it in told if it["Step"] != "read models"] == [
        (None, "address"),
        *((sender, name) for sender in ("default", "provider") for name in STEPS[1:]),
    ]


def test_an_address_where_nobody_or_somebody_else_answers_is_wrong(
    service: Service, waiting_caller: Caller
) -> None:
    client_id = waiting_caller.keys.client_id
    assert reach("http://127.0.0.1:1", client_id, is_named=True).state == "wrong"
    elsewhere = reach(f"{service.url}/health/live?", client_id, is_named=True)
    assert elsewhere.state == "wrong"
    assert "it is not this service" in elsewhere.sentence
    for_posts = reach(f"{service.url}/v1/Clients/{client_id}/Activities/1/Release?", client_id,
                      is_named=True)  # fmt: skip
    assert (for_posts.state, "answers 405, but" in for_posts.sentence) == ("wrong", True)
    assert reach("no address", client_id, is_named=True).state == "wrong"


def test_asking_for_the_address_leaves_no_trace(service: Service, waiting_caller: Caller) -> None:
    before = waiting_caller.names()
    client_id = waiting_caller.keys.client_id
    assert reach(service.url, client_id, is_named=False).state == "waiting"
    assert reach(service.url, client_id, is_named=True).state == "done"
    assert waiting_caller.names() == before


def test_it_is_followed_from_change_to_change_until_all_is_done() -> None:
    waiting, done = Step("ping", "waiting", "Not yet."), Step("ping", "done", "Seen.")
    looks = iter([[waiting], [waiting], [waiting, done], [done, done], [waiting]])
    rests: list[None] = []
    found = list(changes(lambda: next(looks), lambda: rests.append(None)))
    assert found == [[waiting], [waiting, done], [done, done]]
    assert len(rests) == 3


def test_a_client_that_nobody_knows_is_refused(command_line: CommandLine) -> None:
    refused = command_line.refused("clients", "check", "Nobody")
    assert refused == "worktrail: There is no client Nobody."


@pytest.mark.parametrize("public_url", ["http://127.0.0.1:1", "http://[::1"])
def test_an_address_that_cannot_be_reached_is_told_in_the_list(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, public_url: str
) -> None:
    monkeypatch.setenv("WORKTRAIL_PUBLIC_URL", public_url)
    command_line.json("clients", "add", "Acme")
    result = command_line.run("clients", "check", "Acme")
    assert result.exit_code == 1
    assert f"✗ address     {public_url} cannot be reached" in result.stdout
