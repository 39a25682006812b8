"""What surrounds a work order, below its timeline in the terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from application.surroundings import Surroundings
from domain.absences import Absence
from domain.work_order import RECALL, Disagreement, WorkOrder, disagreements, path_text, recalled
from interfaces.cli.output import plain, shown_time
from interfaces.cli.timeline import shown_value


def print_surroundings(out: Console, work_order: WorkOrder, around: Surroundings) -> None:
    """Print when it was elsewhere, its recalls, and what senders disagree on."""
    for absence in around.absences:
        out.print(Text(f"       {_elsewhere(absence)}", style="yellow"))
    for line in _recalls(work_order, around):
        out.print(Text(f"       {line}"))
    for disagreement in disagreements(work_order):
        out.print(Text(f"       {plain(_disagreed(disagreement))}", style="yellow"))


def _elsewhere(absence: Absence) -> str:
    since = shown_time(absence.since[0])
    until = f" until {shown_time(absence.until[0])}" if absence.until else ""
    seen = ", and nothing was reported of that time" if absence.unobserved else ""
    return (
        f"assigned elsewhere, to provider {absence.provider}, from {since}{until}"
        f" (it left {absence.left}){seen}"
    )


def _recalls(work_order: WorkOrder, around: Surroundings) -> Iterator[str]:
    fact = work_order.facts.get(RECALL)
    original = None if fact is None else recalled(fact.value)
    if original is not None:
        yield f"a recall of work order {original}"
    for recall in around.recalled_by or ():
        yield f"recalled by work order {recall}"


def _disagreed(disagreement: Disagreement) -> str:
    words = "; ".join(
        f"{word.sender or 'nobody'} {shown_value(word.value)} (version {word.version},"
        f" {shown_time(word.order[0])})"
        for word in disagreement.words
    )
    return f"senders disagree on {path_text(disagreement.path)}: {words}"
