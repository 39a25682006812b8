"""`worktrail clients check`: a list that fills while somebody works at the sender's screen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from time import sleep
from typing import Final

import rich_click as click
from rich.console import Group
from rich.live import Live
from rich.text import Text

from domain.client import Client
from domain.set_up import Step
from interfaces.cli.output import console, json_option, plain, print_json
from interfaces.cli.program import Program, UseCases
from interfaces.cli.reach import reach

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

    Pings and uses of keys show within a minute, everything else at once. Ends with 0 where all is
    done, otherwise with 1.
    """
    program: Program = context.obj
    public_url = program.listening().public_url
    with program.use_cases() as use:

        def look() -> list[Step]:
            known = use.clients.find(client)
            return [reach(public_url, known.id), *_recorded(use, known)]

        looks = changes(look, lambda: sleep(_EVERY_SECONDS)) if watch else iter([look()])
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


def _recorded(use: UseCases, client: Client) -> list[Step]:
    set_up = use.set_ups.look(client)
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
