"""Loads that strain the journal: two nodes on one stream, a poisonous command, a large body."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from typing import Final

from application.entries import Outcome
from tests.commands import opening, reporting
from tests.faults.ledger import Answer, Delivery
from tests.faults.site import Site

_BODIES: Final = 12
_GOOD: Final = 500
_LARGE: Final = 16 * 1024 * 1024


class TwoNodes:
    """Two nodes write one stream, each the same bodies at the same moment."""

    name, kills = "two nodes, one stream", False

    def strike(self, site: Site, random: Random) -> None:
        """Give each body to both nodes at once."""
        ledger = site.senders.ledger
        work_order_id = ledger.new_work_order()
        bodies = [ledger.new_delivery(random, work_order_id) for _ in range(_BODIES)]
        with ThreadPoolExecutor(8) as pool:
            sent = [
                pool.submit(site.senders.deliver, body, Random(0), node)
                for body in bodies
                for node in ("first", "other")
            ]
        for it in sent:
            it.result()


class PoisonInTheBatch:
    """One poisonous command among 500 good ones, in one batch."""

    name, kills = "poison among 500", False

    def strike(self, site: Site, random: Random) -> None:
        """Write the batch beside the nodes; all but the poisonous command are answered."""
        client_id, ledger = site.caller.keys.client_id, site.senders.ledger
        orders = [ledger.new_work_order() for _ in range(_GOOD // 10)]
        told = [(orders[n % len(orders)], random.randbytes(8).hex().encode()) for n in range(_GOOD)]
        batch = [reporting(client_id, order, body, opens=True) for order, body in told]
        place = random.randrange(_GOOD)
        unopened = ledger.new_work_order()
        poisons = [opening(client_id, 2**63), opening(client_id, unopened, reason="\ud83d")]
        batch.insert(place, random.choice(poisons))
        writer = site.caller.adapters.writer(Event())
        answers = writer.write(batch)
        writer.close()
        poison = answers.pop(place)
        for (order, body), answer in zip(told, answers, strict=True):
            assert isinstance(answer, Outcome), repr(answer)
            known = Answer(200, answer.verdict, answer.activity_id)
            digest = hashlib.sha256(body).hexdigest()
            ledger.adopt(Delivery(order, b"", digest, sends=1, answers=[known]))
        assert not isinstance(poison, Outcome)


class LargeBody:
    """A body of 16 MB among small ones."""

    name, kills = "16 MB among small", False

    def strike(self, site: Site, random: Random) -> None:
        """Deliver it until it is acknowledged, however often that takes."""
        delivery = site.senders.ledger.new_delivery(random, size=_LARGE)
        site.senders.deliver(delivery, random)
        delivery.body = b""
