"""Reasons as options."""

import rich_click as click


class Reason(click.ParamType[str]):
    """Why something is done, for the record: at least a word."""

    name = "text"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Read the reason."""
        reason = str(value).strip()
        if not reason:
            self.fail("A reason that says nothing is none.", param, ctx)
        return reason
