"""A rebuild's progress: a bar for people, a line of JSON a second for programs."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

from application.rebuild import Progress as Told
from interfaces.cli.output import print_json
from interfaces.cli.progress import progress_bar

_LINE_SECONDS = 1.0


@contextmanager
def told_progress(as_json: bool) -> Generator[Callable[[Told], None]]:
    """Lend what is to be told; the bar is drawn on standard error, and only on a terminal."""
    if as_json:
        yield _Lines().tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(
            "{task.completed:.0f} of {task.total:.0f} events, {task.fields[rate]:.0f} a second"
        ),
        TimeRemainingColumn(),
    )
    with progress_bar(*columns) as bar:
        task = bar.add_task("", total=0, rate=0.0)
        began = monotonic()

        def tell(told: Told) -> None:
            rate = told.done / max(0.001, monotonic() - began)
            bar.update(
                task, description=told.phase, completed=told.done, total=told.total, rate=rate
            )

        yield tell


class _Lines:
    """One line a second at the most, and one for each new phase."""

    def __init__(self) -> None:
        self._phase = ""
        self._phase_began = self._told_at = monotonic()

    def tell(self, told: Told) -> None:
        now = monotonic()
        if told.phase != self._phase:
            self._phase, self._phase_began = told.phase, now
        elif now - self._told_at < _LINE_SECONDS:
            return
        self._told_at = now
        seconds = now - self._phase_began
        rate = told.done / seconds if told.phase == "filling" and seconds > 0 else None
        print_json(
            {
                "Phase": told.phase,
                "Events": told.done,
                "Total": told.total,
                "Rate": None if rate is None else round(rate, 1),
                "SecondsLeft": round((told.total - told.done) / rate, 1) if rate else None,
            }
        )
