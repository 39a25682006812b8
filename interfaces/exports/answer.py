"""A work order of the sender's REST answers, told as its webhooks tell it.

Source: answers captured in 2024. They name most things as webhooks do, but nest parties and place,
have counts where webhooks have lists, and say 0 where an id is not told.
"""

from typing import Final

from domain.document import JsonValue
from domain.members import in_contract_names

_NESTED: Final = {
    "SubscriberId": ("Subscriber", "Id"),
    "ProviderId": ("Provider", "Id"),
    "ProviderName": ("Provider", "Name"),
    "LocationId": ("Location", "Id"),
    "LocationName": ("Location", "Name"),
    "LocationStoreId": ("Location", "StoreId"),
    "CurrencyAlphabeticalCode": ("Currency", "AlphabeticalCode"),
}
"""Members of webhooks, each with where answers have it, if not in its own place."""

_IDS: Final = frozenset({"SubscriberId", "ProviderId", "LocationId", "AssetId", "RecallWorkOrder"})
_LISTS: Final = frozenset({"Attachments", "Labels", "Assets"})


def as_webhooks_tell(answer: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the work order under the contract's names; the very same where it is so told."""
    named = in_contract_names({"Object": answer})["Object"]
    work_order = named if isinstance(named, dict) else answer
    told = {
        name: kept
        for name, value in work_order.items()
        if (kept := _told(name, value)) is not None or value is None
    }
    for name, (outer, inner) in _NESTED.items():
        party = work_order.get(outer)
        if told.get(name) is None and isinstance(party, dict) and party.get(inner):
            told[name] = party[inner]
    return answer if work_order is answer and told == answer else told


def _told(name: str, value: JsonValue) -> JsonValue:
    """Return what a member says as webhooks would, `None` where it says nothing."""
    if name.startswith("@odata.") or (name in _IDS and value == 0):
        return None
    if name == "Notes" and isinstance(value, dict):
        last = value.get("Last")
        return [last] if isinstance(last, dict) and last.get("Id") else None
    if name in _LISTS:
        return _listed(value)
    return value


def _listed(value: JsonValue) -> JsonValue:
    if not isinstance(value, list):
        return None
    real = [item for item in value if not isinstance(item, dict) or item.get("Id") != 0]
    return real if real or not value else None
