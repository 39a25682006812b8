"""The states that a running service shows of all work orders, beside what they have to be."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import httpx

from domain.document import JsonValue, decode, encode
from domain.members import WORK_ORDER
from domain.work_order import moment_text
from interfaces.simulator.accounts import Account
from tests.interfaces.account_words import (
    Away,
    Heard,
    Words,
    absences,
    disputes,
    is_shown,
    unharmed,
)
from tests.interfaces.api.asking import Asking
from tests.interfaces.simulator.truth import State, told_of
from tests.interfaces.told_play import OURS, SENDERS, links, true_states
from tests.waiting import until

ACTIVITIES: Final = links()
_SECONDS = 120
_OTHER_CHOICE_SECONDS = 10


def assert_shown(asking: Asking, known: Mapping[int, Words]) -> None:
    """Assert that every work order is shown with its last words, and with what is disputed."""
    shown = dict(_shown(asking))
    assert shown.keys() == known.keys()
    wrong = [
        (number, path, state.get(path), by_sender)
        for number, (state, _) in shown.items()
        for path, by_sender in known[number].items()
        if path not in state or not is_shown(state[path], by_sender)
    ]
    assert not wrong, wrong[:3]
    for number, (state, disputed) in shown.items():
        assert state.keys() == known[number].keys(), number
        assert disputed == disputes(known[number]), (number, disputed, disputes(known[number]))
    assert any(disputed for _, disputed in shown.values())


def assert_preferred(asking: Asking, account: Account) -> None:
    """Assert that where this account is preferred every work order is as it says when asked."""
    true = true_states(account)
    client_id = str(asking.caller.keys.client_id)
    asking.caller.service.json("clients", "prefer", client_id, SENDERS[account])

    def is_as_it_says() -> bool:
        shown = dict(_shown(asking))
        return all(shown[number][0] == state for number, state in true.items())

    until(is_as_it_says, _OTHER_CHOICE_SECONDS)


def assert_absences(asking: Asking, heard: Heard) -> None:
    """Assert that what went to another provider is told, and when it came back.

    Of a work order of which something was lost it may be unknown that it ever was ours, but never
    with whom it is now.
    """
    whole = unharmed(heard)
    true, over, lasting = true_states(Account.SUBSCRIBER), 0, 0
    for number, told in _histories(asking, absences()):
        times = absences()[number]
        present = told["State"]["AssignedElsewhere"]
        if number in whole:
            assert [_times(it) for it in told["AssignedElsewhere"]] == [_told(it) for it in times]
            over += times[-1].until is not None
            lasting += times[-1].until is None
        provider = true[number]["ProviderId",]
        assert present is None or present["ProviderId"] == provider != OURS, number
    assert over
    assert lasting


def _histories(asking: Asking, numbers: Iterable[int]) -> Iterator[tuple[int, Any]]:
    # Each client anew reads the certificates that it trusts, which takes longer than the answer.
    with httpx.Client(headers=asking.headers, timeout=20) as client:
        for number in numbers:
            yield number, client.get(f"{asking.root}/WorkOrders/{number}/History").json()


def _shown(asking: Asking) -> Iterator[tuple[int, tuple[State, dict[str, dict[str, JsonValue]]]]]:
    """Return what is shown of the contract's page: each state, and each sender's disputed values.

    What was never reported, an activity that waits for its work order, is left out.
    """
    asking.catch_up(_SECONDS)
    asked = {"include": "state"}
    while True:
        page: Any = decode(asking.get("/WorkOrders", params=asked).content)
        for row in page["WorkOrders"]:
            number, state = row["WorkOrderId"], row["State"]
            assert row["ActivityId"] == ACTIVITIES.get(number)
            _, facts = told_of(encode({**state, "Id": number}))
            if state["Provenance"]:
                yield number, (facts, _disputed(state))
        if not page["Next"]:
            return
        asked |= {"cursor": page["Next"]}


def _disputed(state: Any) -> dict[str, dict[str, JsonValue]]:
    return {
        it["Field"]: {word["Sender"]: word["Value"] for word in it["Values"]}
        for it in state["Disagreements"]
        if it["Field"].partition("[")[0].partition(".")[0] in WORK_ORDER
    }


def _times(told: Any) -> tuple[int, int, str, str | None]:
    return told["LeftProviderId"], told["ProviderId"], told["Since"], told["Until"]


def _told(away: Away) -> tuple[int, int, str, str | None]:
    until = None if away.until is None else moment_text(away.until)
    return OURS, away.provider, moment_text(away.since), until
