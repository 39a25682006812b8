"""What an installation is besides the running service: its schema, its folder, its demo."""

import contextlib
import os

from domain.errors import WorktrailError
from infrastructure import demo_address
from infrastructure.chosen_database import connected
from infrastructure.database import Database
from infrastructure.examination import examine
from infrastructure.kept_secrets import keyed_hash
from infrastructure.mapper import EventMapper
from infrastructure.migrations import migrate
from infrastructure.pepper_check import check_pepper
from infrastructure.settings import read_settings, sources


class Installation:
    """An installation as the settings of its environment make it. Raises `SettingError`."""

    def migrate(self) -> list[str]:
        """Bring the schema up to this release and return the steps applied."""
        with (
            connected(read_settings(os.environ)) as url,
            contextlib.closing(Database(url)) as database,
        ):
            return migrate(database)

    def examined(self) -> list[tuple[str, str, str, str | None]]:
        """Return what is configured or found: its name and value, from where, and what is wrong."""
        found = [(*setting, None) for setting in sources(os.environ)]
        try:
            settings = read_settings(os.environ)
            with connected(settings) as url, contextlib.closing(Database(url)) as database:
                looked = examine(database, EventMapper())
                if not any(problem for *_, problem in looked):
                    check_pepper(database, keyed_hash(settings))
        except WorktrailError as error:
            return [*found, ("start", "impossible", "Worktrail", str(error))]
        return [*found, *((name, value, "database", bad) for name, value, bad in looked)]

    def data_location(self) -> str:
        """Return where the data lies, in words."""
        settings = read_settings(os.environ)
        return "your own PostgreSQL" if settings.database_url else str(settings.data_dir)

    def demo_url(self) -> str | None:
        """Return the kept webhook address of the demo client."""
        return demo_address.kept_demo_url(read_settings(os.environ).data_dir)

    def keep_demo_url(self, url: str) -> None:
        """Keep the webhook address of the demo client."""
        demo_address.keep_demo_url(read_settings(os.environ).data_dir, url)
