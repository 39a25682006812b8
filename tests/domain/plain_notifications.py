"""Notifications as the contract's page has them, member by member, but for what is odd in them."""

from hypothesis import strategies as st

from domain.document import JsonValue
from domain.members import BEYOND, ENVELOPE, NOTE, STATUS, WORK_ORDER, Kind, Members
from tests.domain.strategies import json_values

DATES = (
    "2025-07-08T09:12:44.1234567Z", "2025-07-08T09:12:44-04:00", "2025-07-08", "7/8/2025",
    "2025-07-08t09:12:44z", "2025-02-30T00:00:00Z", "2025-07-08T24:00:00Z", "", " ",
)  # fmt: skip
VALUES: dict[Kind, st.SearchStrategy[JsonValue]] = {
    Kind.TEXT: st.sampled_from(["", "a", "WebhookTest", "NEW", "WorkOrderCheckIn", "InvoicePaid"]),
    Kind.INTEGER: st.sampled_from([-(2**63), -1, 0, 7, 2**63 - 1, 2**63]),
    Kind.DECIMAL: st.sampled_from([0, 7, 10**30]),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.sampled_from(DATES),
}


def some_of(members: Members, odd: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    drawn = {name: st.none() | VALUES[kind] | odd for name, kind in members.items()}
    return st.fixed_dictionaries({}, optional=drawn | {"Technician": json_values})


def plain(odd: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[dict[str, JsonValue]]:
    """Draw one, its odd members from these."""
    VALUES[Kind.STATUS] = some_of(STATUS, odd)
    VALUES[Kind.NOTES] = st.lists(st.none() | some_of(NOTE, odd), max_size=2)
    VALUES[Kind.OBJECT] = some_of(WORK_ORDER | BEYOND, odd)
    drawn = {name: VALUES[kind] | odd for name, kind in ENVELOPE.items()}
    return st.fixed_dictionaries({"Object": drawn.pop("Object")}, optional=drawn)
