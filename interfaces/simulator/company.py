"""The simulated ServiceChannel account, all of it derived from the seed."""

from base64 import b64encode
from hashlib import sha256
from random import Random

from msgspec import Struct

from interfaces.simulator.dates import Instant
from interfaces.simulator.signing import SigningKeys

WORK_ORDERS_PER_SEED = 1_000_000
"""How many work-order ids belong to one seed, so that two seeds seldom meet."""

_LOWEST_WORK_ORDER_ID = 190_000_000
_BLOCKS = 1_900
_PROVIDER_NAMES = (
    "Acme Pump Service",
    "Northfield Petroleum Maintenance",
    "Blue Ridge Mechanical",
    "Harbor Refrigeration",
)


class Provider(Struct, frozen=True):
    """A contractor to whom work orders are assigned."""

    id: int
    name: str


class Company(Struct, frozen=True):
    """The subscriber whose work orders are reported."""

    subscriber_id: int
    first_work_order_id: int
    providers: tuple[Provider, ...]

    @property
    def beside(self) -> Provider:
        """The provider whose account may report as well."""
        return self.providers[0]


def chance(seed: int, purpose: str) -> Random:
    """Return the source of chance for one purpose; equal arguments give equal draws."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - a play to be repeated, nothing secret


def company(seed: int) -> Company:
    """Return the account of this seed; its ids stand just below 2^31, as the sender's do."""
    draw = chance(seed, "company")
    first_provider_id = 2_000_000_000 + draw.randrange(9_000_000)
    return Company(
        subscriber_id=2_010_000_000 + draw.randrange(9_000_000),
        first_work_order_id=_LOWEST_WORK_ORDER_ID + draw.randrange(_BLOCKS) * WORK_ORDERS_PER_SEED,
        providers=tuple(
            Provider(first_provider_id + number, name)
            for number, name in enumerate(_PROVIDER_NAMES)
        ),
    )


def company_signing_keys(seed: int, regenerated_at: Instant | None = None) -> SigningKeys:
    """Return the texts with which this account signs: made by the sender, not by the receiver."""
    account = f"simulated ServiceChannel account {seed}"
    return SigningKeys(_key(account), _key(f"{account}, regenerated"), regenerated_at)


def provider_signing_keys(seed: int) -> SigningKeys:
    """Return the text with which the provider's account signs, which it never regenerates."""
    key = _key(f"simulated ServiceChannel account {seed}, of a provider")
    return SigningKeys(key, key)


def _key(origin: str) -> str:
    return b64encode(sha256(origin.encode()).digest()).decode()
