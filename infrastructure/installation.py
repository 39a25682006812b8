"""What an installation is besides the running service: its schema, its folder, its demo."""

import contextlib
import os

from infrastructure import demo_address
from infrastructure.chosen_database import connected
from infrastructure.database import Database
from infrastructure.migrations import migrate
from infrastructure.settings import read_settings


class Installation:
    """An installation as the settings of its environment make it. Raises `SettingError`."""

    def migrate(self) -> list[str]:
        """Bring the schema up to this release and return the steps applied."""
        with (
            connected(read_settings(os.environ)) as url,
            contextlib.closing(Database(url)) as database,
        ):
            return migrate(database)

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
