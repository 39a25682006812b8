"""Points in time as options."""

from datetime import datetime

import rich_click as click

from domain.dates import instant


class Instant(click.ParamType[datetime]):
    """A point in time with its offset, such as 2026-07-08T09:12:44Z."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the point in time."""
        moment = instant(str(value))
        if moment is None:
            self.fail(f"{value!r} is no time with an offset or Z.", param, ctx)
        return moment
