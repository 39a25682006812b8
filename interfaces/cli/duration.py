"""Durations as options."""

import re
from datetime import timedelta

import rich_click as click

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Duration(click.ParamType[timedelta]):
    """A duration such as 20m, 24h or 7d."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read the duration."""
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d{1,4})([mhd])", str(value))
        if match is None:
            self.fail(f"{value!r} is no duration: write 20m, 24h or 7d.", param, ctx)
        if not int(match[1]):
            self.fail("It must last at least a minute.", param, ctx)
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
