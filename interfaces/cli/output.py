"""How commands print: tables for people, one JSON document for programs, errors in a sentence."""

import getpass
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import rich_click as click
from rich import box
from rich.console import Console
from rich.table import Table

_encoder = msgspec.json.Encoder(decimal_format="number")

_controls = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

_UNBROKEN = 500
"""As wide as lines get where no terminal's edge breaks them."""

Command = TypeVar("Command", bound=Any)


def json_option(command: Command) -> Command:
    """Give a command its `--json`."""
    option = click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document instead."
    )
    decorated: Command = option(command)
    return decorated


def plain(text: str) -> str:
    """Write control characters out, so that nothing a sender says moves or forges a line."""
    return _controls.sub(lambda control: repr(control[0])[1:-1], text)


def print_json(value: object) -> None:
    """Print a value as one JSON document."""
    click.echo(_encoder.encode(value).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their columns' names."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("\n".join(map(plain, cell.splitlines())) for cell in row))
    console().print(table)


def console() -> Console:
    """Return a console on standard output; what it prints is never taken for markup."""
    out = Console(markup=False, highlight=False, emoji=False)
    if not out.is_terminal:
        out.width = _UNBROKEN
    return out


def shown_time(moment: datetime | None) -> str:
    """Write a point in time for people, in UTC, to the second."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}Z"


def actor() -> str:
    """Return who gives this command: the operating system's name for them."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
