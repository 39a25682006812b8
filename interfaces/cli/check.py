"""`worktrail clients check`: a list that fills while somebody works at the sender's screen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from time import sleep
from typing import Final, TypeAlias
from uuid import UUID

import rich_click as click
from rich.console import Group
from rich.live import Live
from rich.text import Text

from application.ports import StorageUnavailableError
from domain.set_up import Step
from interfaces.cli.output import console, json_option, plain, print_json
from interfaces.cli.program import Program, UseCases
from interfaces.cli.reach import reach

Look: TypeAlias = Callable[[UseCases, UUID], list[Step]]

_EVERY_SECONDS: Final = 2.0
_MARKS: Final = {"done": "✓", "waiting": "…", "wrong": "✗"}
_STYLES: Final = {"done": "green", "waiting": "yellow", "wrong": "red"}


@click.command()
@click.argument("client")
@click.option("--watch", is_flag=True, help="Look again and again until all is done.")
@json_option
@click.pass_context
def check(context: click.Context, client: str, watch: bool, as_json: bool) -> None:
    """Say how far a client's set-up is, from what was seen of each sender that has keys.

    Ends with 0 where all is done, otherwise with 1. While the database is away, --watch says so
    and goes on.
    """
    program: Program = context.obj
    listening = program.listening()
    with program.use_cases() as use:
        client_id = use.clients.find(client).id

        def look(recorded: Look) -> list[Step]:
            address = reach(listening.public_url, client_id, is_named=listening.is_named)
            return [address, *recorded(use, client_id)]

        if watch:
            looks = changes(lambda: look(_recorded_or_away), lambda: sleep(_EVERY_SECONDS))
        else:
            looks = iter([look(_recorded)])
        found = _print_lines(looks) if as_json else _print_list(looks)
    if not is_done(found):
        context.exit(1)


def changes(look: Callable[[], list[Step]], rest: Callable[[], object]) -> Iterator[list[Step]]:
    """Return what is seen at first and whenever it changes, until all is done."""
    known: list[Step] = []
    while not is_done(known):
        if known:
            rest()
        found = look()
        if found != known:
            yield found
        known = found


def is_done(found: Sequence[Step]) -> bool:
    """Say whether every step is done, of one or more."""
    return bool(found) and all(step.state == "done" for step in found)


def _recorded_or_away(use: UseCases, client_id: UUID) -> list[Step]:
    try:
        return _recorded(use, client_id)
    except StorageUnavailableError:
        return [Step("database", "wrong", "It is away; the rest is told when it is back.")]


def _recorded(use: UseCases, client_id: UUID) -> list[Step]:
    set_up = use.set_ups.look(use.clients.find(str(client_id)))
    if not set_up.lag_events:
        return list(set_up.steps)
    sentence = f"The read models are {set_up.lag_events} events behind what was received."
    return [*set_up.steps, Step("read models", "waiting", sentence)]


def _print_lines(looks: Iterator[list[Step]]) -> list[Step]:
    found: list[Step] = []
    for found in looks:
        print_json(
            [
                {
                    "Step": step.name,
                    "Sender": step.sender,
                    "State": step.state,
                    "Message": step.sentence,
                }
                for step in found
            ]
        )
    return found


def _print_list(looks: Iterator[list[Step]]) -> list[Step]:
    found: list[Step] = []
    out = console()
    if not out.is_terminal:
        for found in looks:
            out.print(_list(found))
        return found
    with Live(console=out, auto_refresh=False) as live:
        for found in looks:
            live.update(_list(found), refresh=True)
    return found


def _list(found: list[Step]) -> Group:
    senders = {step.sender for step in found if step.sender}
    if len(senders) == 1:
        return Group(*map(_line, found))
    return Group(*(line for sender, of in groupby(found, _sender) for line in _part(sender, of)))


def _sender(step: Step) -> str | None:
    return step.sender


def _part(sender: str | None, found: Iterable[Step]) -> list[Text]:
    heading = [] if sender is None else [Text(plain(sender), style="bold")]
    return [*heading, *map(_line, found)]


def _line(step: Step) -> Text:
    line = Text(f"{_MARKS[step.state]} {step.name:<12}", style=_STYLES[step.state])
    return line.append(plain(step.sentence), style="default")
