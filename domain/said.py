"""What one notification says of which work order, or only what is wanted of it.

Nearly every notification has all that is wanted as the contract's page has it. Then it is read
straight from its bytes, and what nobody wants is passed over: a sixth of the work.
"""

import msgspec
from msgspec import Struct

from domain.document import JsonValue, decode
from domain.notification import Path, read
from domain.plain_reading import plain_reading
from domain.some_facts import Wanted, some_facts, work_order_id_of


class Said(Struct, frozen=True, gc=False):
    """The facts that a notification tells, and the work order that it is about, if any."""

    facts: dict[Path, JsonValue]
    work_order_id: int | None


def said(notification: bytes, wanted: Wanted | None = None) -> Said:
    """Read a notification in the contract's member names: all of it, or only what is wanted.

    Raises `msgspec.DecodeError`, `UnicodeDecodeError` or `RecursionError` for what is no JSON;
    what stands where nobody looks is not proved to be any.
    """
    if wanted is not None:
        try:
            return Said(*plain_reading(wanted).read(notification))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            # Something is of another kind than the page has it, and is to be looked at closely.
            pass
    decoded = decode(notification)
    tree = decoded if isinstance(decoded, dict) else {}
    if wanted is None:
        told = read(tree)
        return Said(told.facts, told.work_order_id)
    return Said(some_facts(tree, wanted), work_order_id_of(tree))
