"""How far a command is, as a bar on the terminal's standard error, if that is one."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)


def progress_bar(*columns: ProgressColumn, transient: bool = False) -> Progress:
    """Return a bar of these columns; a transient one is gone at its end."""
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=transient)


@contextmanager
def told_progress(doing: str, total: int) -> Generator[Callable[[int], None]]:
    """Lend what is told how many are done."""
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with progress_bar(*columns) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def told_phases() -> Generator[Callable[[str, int, int], None]]:
    """Lend what is told what is done, how much of it, and of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with progress_bar(*columns, TimeRemainingColumn(), transient=True) as bar:
        task = bar.add_task("")
        yield lambda phase, done, total: bar.update(
            task, description=phase, completed=done, total=total
        )
