"""What the sender itself would say of its work orders when it is asked, all lives being over."""

from collections.abc import Iterator

from domain.document import encode
from interfaces.simulator.schedule import Plan, ended
from interfaces.simulator.shapes import updated


def truth(plan: Plan) -> Iterator[bytes]:
    """Return each work order of a play as JSON, with all its notes and its last change's time."""
    for order in ended(plan):
        yield encode({**updated(order, order.changed_at), "Notes": order.notes})
