"""The service with a clock that a file sets: the seconds in it are added to the time."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import app
from infrastructure.clock import now

CLOCK_FILE = "FAULTS_CLOCK_FILE"
PROGRAM = "from tests.faults.clocked_node import cli; cli()"


def shifted_now() -> datetime:
    """Return the time of the clock that was set."""
    return now() + timedelta(seconds=float(Path(os.environ[CLOCK_FILE]).read_text() or 0))


def cli() -> None:
    """Run the command line with this clock in the place of the usual one."""
    vars(app)["now"] = shifted_now
    app.cli()
