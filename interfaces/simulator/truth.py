"""What the sender itself would say of its work orders when it is asked, all lives being over."""

from collections.abc import Iterator

from domain.document import encode
from interfaces.simulator.accounts import Account, as_the_provider_sees_it
from interfaces.simulator.company import company
from interfaces.simulator.schedule import Plan, ended
from interfaces.simulator.shapes import updated


def truth(plan: Plan, account: Account = Account.SUBSCRIBER) -> Iterator[bytes]:
    """Return each work order of a play as JSON, with all its notes and its last change's time.

    The provider's account has those that are with its provider, and says of them what it sees.
    """
    provider = company(plan.seed).beside
    for order in ended(plan):
        subject = {**updated(order, order.changed_at), "Notes": order.notes}
        if account is Account.SUBSCRIBER:
            yield encode(subject)
        elif order.provider == provider:
            yield encode(as_the_provider_sees_it(order, subject))
