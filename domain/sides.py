"""From whose side a client's work orders are seen: the word preferred, and who the client is."""

from msgspec import Struct


class SenderPreferred(Struct, frozen=True, omit_defaults=True):
    """Where senders disagree, what this one says is shown; `None`: whatever was said last."""

    sender: str | None = None


class ProvidersNamed(Struct, frozen=True, omit_defaults=True):
    """The sender knows the client as these providers, by their ids."""

    provider_ids: tuple[int, ...] = ()
