"""What every fault is."""

from random import Random
from typing import Protocol

from tests.faults.site import Site


class Fault(Protocol):
    """Something that goes wrong, once, and is put right again."""

    name: str
    kills: bool
    """Whether a process or a session is killed: such a cycle is a kill cycle."""

    def strike(self, site: Site, random: Random) -> None:
        """Inflict it, see that it bit, and put it right. Fails where it did not bite."""
