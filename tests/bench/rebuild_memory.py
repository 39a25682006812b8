"""How much memory a rebuild takes, of a large log and of one a tenth as large."""

import subprocess
import time
from contextlib import ExitStack
from typing import Final

from tests.bench import arithmetic
from tests.bench.contestants import Contestant
from tests.bench.filling import fill
from tests.bench.progress import say
from tests.bench.site import Figures, Site

_LOOK_SECONDS: Final = 0.2


def rebuild_memory(site: Site) -> Figures:
    """The most memory that all processes of a rebuild hold together, by the size of the log."""
    large = site.plan.filled_events
    most = {events: _of_a_log(site, events) for events in (large // 10, large)}
    return {
        "rebuild_memory_10_times_the_log": arithmetic.significant(most[large] / most[large // 10]),
        "memory": {
            f"megabytes_at_{events}_events": arithmetic.significant(megabytes)
            for events, megabytes in most.items()
        },
    }


def _of_a_log(site: Site, events: int) -> float:
    with ExitStack() as stack:
        service = site.durable(stack, f"memory_{events}")
        fill(service, events)
        most = _most_megabytes(service)
        say(f"memory: {most:.0f} MB to rebuild activity search from {events} events")
        return most


def _most_megabytes(service: Contestant) -> float:
    assert service.service is not None
    most = 0.0
    with service.service.beside("projections", "rebuild", "activity_search", "--yes") as process:
        while process.poll() is None:
            most = max(most, _megabytes_of_all(process.pid))
            time.sleep(_LOOK_SECONDS)
    if process.returncode != 0:
        raise SystemExit("The rebuild failed.")
    return most


def _megabytes_of_all(pid: int) -> float:
    """Return what a process and all that it started hold together."""
    shown = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,rss="],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    listed = [[int(number) for number in line.split()] for line in shown.stdout.splitlines()]
    ours = {pid}
    while len(ours) < len(ours := ours | {child for child, parent, _ in listed if parent in ours}):
        pass
    return sum(size for process, _, size in listed if process in ours) * 1024 / 1_000_000
