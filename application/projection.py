"""What a projection is: which events it takes, and the rows that come of them."""

from collections.abc import Sequence
from typing import Protocol

from application.read_model_ports import Row
from domain.history import Moment
from domain.record import Event
from domain.some_facts import Wanted


class Projection(Protocol):
    """A pure fold from moments to the rows of one table."""

    @property
    def name(self) -> str:
        """The read model's name, and that of its table."""

    @property
    def takes(self) -> tuple[type[Event], ...]:
        """The events that have anything to say in this read model."""

    @property
    def wants(self) -> Wanted | None:
        """What of a report the rows depend on, or `None` for everything."""

    def rows(self, moments: Sequence[Moment]) -> list[Row]:
        """Return what these moments, in the order of their streams, amount to in the table.

        The same moments in several portions amount to the same as in one. No two rows of one
        portion have the same key.
        """
