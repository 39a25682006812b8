"""What is wrong with the lines of a file, on standard error."""

from collections.abc import Sequence
from typing import Final

import rich_click as click

from interfaces.cli.output import plain

_MOST_SHOWN: Final = 100


def print_problem_lines(problems: Sequence[tuple[str, str]]) -> None:
    """Print each problem's place and sentence, and of the many only how many more there are."""
    for place, sentence in problems[:_MOST_SHOWN]:
        click.echo(f"{place}: {plain(sentence)}", err=True)
    if len(problems) > _MOST_SHOWN:
        click.echo(f"and {len(problems) - _MOST_SHOWN} more, all with --json.", err=True)


def print_nothing_done(done: str, what: str, wrong: int) -> None:
    """Say that nothing was done, since so many are wrong."""
    told = f"one {what} is" if wrong == 1 else f"{wrong} {what}s are"
    click.echo(f"worktrail: Nothing was {done}: {told} wrong.", err=True)
