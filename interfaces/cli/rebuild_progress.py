"""A rebuild's progress: a bar for people, a line of JSON a second for programs."""

from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from application.rebuild_ports import Phase, Tell
from application.rebuild_ports import Progress as Told
from interfaces.cli.output import print_json
from interfaces.cli.progress import progress_bar

_LINE_SECONDS = 1.0


@contextmanager
def told_progress(as_json: bool) -> Generator[Tell]:
    """Lend what is to be told; bars are drawn on standard error, and only on a terminal."""
    if as_json:
        yield _Lines().tell
        return
    # Together they fit into 80 columns, the longest name and millions of events included.
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with progress_bar(*columns) as bars:
        yield _Bars(bars).tell


class _Course:
    """How fast the rebuild of one read model goes on."""

    def __init__(self) -> None:
        self._began = self._phase_began = monotonic()
        self._phase: Phase | None = None
        self._first = 0

    def rate(self, told: Told) -> float | None:
        """Return the events a second: of its phase, if that counts any; at its end, of it all."""
        now = monotonic()
        if told.phase != self._phase:
            self._phase, self._phase_began, self._first = told.phase, now, told.done
        if told.phase == "done":
            return told.done / max(0.001, now - self._began)
        if told.done == self._first:
            return None
        return (told.done - self._first) / max(0.001, now - self._phase_began)


class _Bars:
    """A bar for each read model."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._courses: dict[str, tuple[TaskID, _Course]] = {}

    def tell(self, told: Told) -> None:
        if told.name not in self._courses:
            self._courses[told.name] = (self._bars.add_task("", rate=""), _Course())
        task, course = self._courses[told.name]
        rate = course.rate(told)
        self._bars.update(
            task,
            description=f"{told.name}: {told.phase}",
            completed=told.done,
            total=told.total,
            rate="" if rate is None else f"{rate:.0f} events/s",
        )


class _Lines:
    """Of each read model a line for every new phase, one a second, and one when it is filled."""

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}
        self._printed: dict[str, tuple[float, Told]] = {}

    def tell(self, told: Told) -> None:
        rate = self._courses.setdefault(told.name, _Course()).rate(told)
        if not self._is_news(told):
            return
        self._printed[told.name] = (monotonic(), told)
        left = 0.0 if told.phase == "done" else (told.total - told.done) / rate if rate else None
        print_json(
            {
                "Name": told.name,
                "Phase": told.phase,
                "Events": told.done,
                "Total": told.total,
                "Rate": None if rate is None else round(rate, 1),
                "SecondsLeft": None if left is None else round(left, 1),
            }
        )

    def _is_news(self, told: Told) -> bool:
        at, before = self._printed.get(told.name, (0.0, None))
        return (
            before is None
            or told.phase != before.phase
            or monotonic() - at >= _LINE_SECONDS
            or (told.phase == "filling" and before.done < told.done == told.total)
        )
