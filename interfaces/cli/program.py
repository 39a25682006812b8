"""What the command line needs of the program around it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event
from typing import Protocol

from litestar import Litestar
from msgspec import Struct

from application.activities import Activities
from application.clients import Clients
from application.delivery_health import DeliveryHealth
from application.gaps import GapFinder
from application.histories import Histories
from application.link_import import LinkImport
from application.ports import KeyUseStore
from application.read_models import ReadModels
from application.releases import Releases
from application.report_import import ReportImport
from application.restores import Restores
from application.set_up import SetUps
from application.surroundings import Lookout
from application.tokens import Tokens
from application.unlinked import UnlinkedList


class UseCases(Struct, frozen=True):
    """What commands do, on a database that is there."""

    clients: Clients
    key_uses: KeyUseStore
    tokens: Tokens
    activities: Activities
    link_import: LinkImport
    report_import: ReportImport
    unlinked: UnlinkedList
    histories: Histories
    lookout: Lookout
    releases: Releases
    read_models: ReadModels
    set_ups: SetUps
    delivery_health: DeliveryHealth
    restores: Restores
    gap_finder: GapFinder


class Listening(Struct, frozen=True):
    """Where the service listens, and how the world calls it; `is_named` if somebody said so."""

    host: str
    port: int
    public_url: str
    is_named: bool


class Program(Protocol):
    """The program, as `app.py` wires it."""

    def listening(self) -> Listening:
        """Return where to listen. Raises `SettingError`."""

    def use_cases(self) -> AbstractContextManager[UseCases]:
        """Lend the use cases, with the database there and its schema checked."""

    def project(self, stopping: Event) -> None:
        """Follow the log until told to stop. Raises `SettingError`."""

    def projecting(self) -> AbstractContextManager[None]:
        """Follow the log in a process beside this one, for the length of a block."""

    def writing(self) -> AbstractContextManager[Callable[[], Litestar]]:
        """Write the log in a process beside this one, for the length of a block.

        Lends what makes a worker's HTTP application; it goes to other processes by pickle.
        """

    def migrate(self) -> list[str]:
        """Bring the schema up to this release and return the steps applied."""

    def examined(self) -> list[tuple[str, str, str, str | None]]:
        """Return what is configured or found: its name and value, from where, and what is wrong."""

    def data_location(self) -> str:
        """Return where the data lies, in words."""

    def demo_url(self) -> str | None:
        """Return the kept webhook address of the demo client."""

    def keep_demo_url(self, url: str) -> None:
        """Keep the webhook address of the demo client."""
