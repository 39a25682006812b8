"""Notifications that JSON, XML and a form can all say.

XML holds no control characters but tab and line ends; neither it nor a form tells of what type a
value is, so members that are folded as they come hold what is due there, and unknown ones text;
and a form knows no object without members.
"""

from decimal import Decimal
from typing import Any, TypeAlias

from hypothesis import strategies as st

from domain.members import BEYOND, ENVELOPE, NOTE, STATUS, WORK_ORDER, Kind, Members
from domain.notification import read

Values: TypeAlias = st.SearchStrategy[Any]

_CONTROLS = "".join(map(chr, range(32)))
_legal = st.characters(exclude_categories=["Cs"], exclude_characters=_CONTROLS + "\ufffe\uffff")
_awkward = st.sampled_from("\t\n\r \u00a0\u2028<&>\"'%+=;.[]🔧")
texts = st.text(_legal | _awkward, min_size=1, max_size=8) | st.sampled_from([" ", "👩‍🔧", "]]>"])

_days = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
_fractions = st.just("") | st.text("0123456789", min_size=1, max_size=9).map(".{}".format)
_offsets = st.sampled_from(["", "Z", "-04:00", "+05:30", "+1400"])
dates = st.builds("{}{}{}".format, _days, _fractions, _offsets) | st.sampled_from(
    ["2025-07-08", "07/08/2025 09:12 PM", "/Date(1751965964000-0400)/"]
)
integers = st.integers(0, 9) | st.integers(-(2**63), 2**63 - 1)
# Only JSON has a notation with exponents.
decimals = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**28) + 1, 10**28 - 1),
    st.integers(0, 28),
).filter(lambda amount: "E" not in str(amount))

PLAIN: dict[Kind, Values] = {
    Kind.TEXT: texts,
    Kind.DATE: dates,
    Kind.INTEGER: integers,
    Kind.DECIMAL: decimals,
    Kind.BOOLEAN: st.booleans(),
}
"""What each kind of member holds where the sender writes as the contract says."""

_numbers = integers | decimals
_spelled = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", " ", "\n", "+", "00"]),
    _numbers | st.sampled_from(["true", "False", "TRUE", "1E+5", "1.", ".5"]) | dates,
    st.sampled_from(["", " ", "\t"]),
)
LENIENT: dict[Kind, Values] = {
    Kind.TEXT: texts | _numbers | st.just(""),
    Kind.STATUS: st.just("OPEN"),
    **{
        kind: PLAIN[kind] | _spelled | _numbers | texts | st.just("")
        for kind in (Kind.DATE, Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN)
    },
}
"""The same, and values of other types, spelled in other ways or not to be read at all."""


def notifications(values: dict[Kind, Values]) -> Values:
    """Return notifications about a work order, with some of their members, in any order."""
    statuses = _objects(_of(STATUS, values)) | values.get(Kind.STATUS, st.nothing())
    ids = st.integers(1, 9)
    notes = st.none() | _objects(_of(NOTE, values) | {"Visibility": texts}, Id=ids)
    work_order = (
        _of(WORK_ORDER, values)
        | _of(BEYOND, PLAIN)
        | {
            "Id": PLAIN[Kind.INTEGER],
            "Status": statuses,
            "WorkorderStatus": statuses,
            "Source": values[Kind.TEXT] | st.just("WebhookTest"),
            "LocationName": texts,
            "UpdatedBy": _objects({"UserName": texts, "FullName": texts}),
        }
    )
    envelope = _of(ENVELOPE, values) | {
        "Action": values[Kind.TEXT] | st.just("NEW"),
        "EventType": values[Kind.TEXT] | st.just("WorkOrderCheckIn"),
    }
    work_orders = _objects(work_order, Id=ids, Notes=st.lists(notes, max_size=3))
    told = _objects(envelope, Object=work_orders)
    return told.filter(lambda tree: read(tree).work_order_id is not None)


def _of(members: Members, values: dict[Kind, Values]) -> dict[str, Values]:
    return {name: values[kind] for name, kind in members.items() if kind in values}


def _objects(members: dict[str, Values], **unless_drawn: Values) -> Values:
    """Return objects with some of the members, any of which can be null."""
    fewest = min(len(members), 3)
    names = st.lists(st.sampled_from(sorted(members)), min_size=fewest, max_size=12, unique=True)
    return names.flatmap(
        lambda drawn: st.fixed_dictionaries(
            {name: st.none() | members[name] for name in drawn}
            | {name: given for name, given in unless_drawn.items() if name not in drawn}
        )
    )
