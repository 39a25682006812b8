"""Heads are damaged by hand."""

from random import Random

import msgspec

from domain.identity import activity_stream
from tests.faults.site import Site
from tests.waiting import until

_DAMAGES = (
    "UPDATE {heads} SET state = '\\x00ff'",
    "UPDATE {heads} SET state = '\\x'",
    "UPDATE {heads} SET shape = shape + 1",
    "DELETE FROM {heads}",
)


class HeadDamaged:
    """A head of an older version, garbage, of another shape, with another id, or gone."""

    name, kills = "head damaged by hand", False

    def strike(self, site: Site, random: Random) -> None:
        """Damage the head of a work order between two deliveries to it."""
        work_order_id = site.senders.ledger.new_work_order()
        stream = activity_stream(site.caller.keys.client_id, work_order_id)
        heads, where = f"{site.schema}.activity_heads", f" WHERE stream_id = '{stream}'"
        self._deliver(site, random, work_order_id)
        [(old,)] = site.postgres.ask(f"SELECT state FROM {heads}{where}")
        self._deliver(site, random, work_order_id)
        [(new,)] = site.postgres.ask(f"SELECT state FROM {heads}{where}")
        too_old = f"UPDATE {{heads}} SET state = '\\x{old.hex()}'"
        wrong = f"UPDATE {{heads}} SET state = '\\x{_with_another_id(new).hex()}'"
        damage = random.choice([too_old, wrong, *_DAMAGES]).format(heads=heads)
        changed = site.postgres.ask(f"{damage}{where} RETURNING 1")
        assert changed == [(1,)]
        self._deliver(site, random, work_order_id)
        until(lambda: site.postgres.ask(f"SELECT 1 FROM {heads}{where}"), 5)

    def _deliver(self, site: Site, random: Random, work_order_id: int) -> None:
        delivery = site.senders.ledger.new_delivery(random, work_order_id)
        site.senders.deliver(delivery, random)
        site.senders.deliver(delivery, random)


def _with_another_id(state: bytes) -> bytes:
    """Return a head at the right version, and readable, of which one value is not as written."""
    encoded, checksum = state[:-4], state[-4:]
    head = msgspec.msgpack.decode(encoded)
    head[1] = (head[1] or 0) + 1
    return msgspec.msgpack.encode(head) + checksum
