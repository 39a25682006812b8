"""Commands that are killed at one of their calls, as far as nobody could foresee."""

import logging
import signal
import subprocess
from collections.abc import Iterable
from typing import Any, Final

from tests.running import Service

_log = logging.getLogger(__name__)

WRITING: Final = "application.journal_writer:JournalWriter.write"
"""Where an import begins to write a portion."""

RESTORING: Final = "infrastructure.epoch_store:PostgresEpochs.transaction"
"""Where a restore begins to be recorded: when it asks for the log's lock."""

# From the moment on at which it begins what it is watched for, the process counts what it calls,
# and is killed at one call; at call 0 never, and where there is no such call when all is done.
# It says then how many there were.
_PROGRAM: Final = """
import os, signal, sys
from {program} import cli
from {module} import {owner} as Owner

at, calls, begin = {at}, 0, Owner.{method}

def count(frame, event, argument):
    global calls
    if event in ("call", "c_call"):
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)

def watched(*arguments):
    sys.setprofile(count)
    return begin(*arguments)

Owner.{method} = watched
try:
    cli()
except SystemExit as end:
    sys.setprofile(None)
    print("calls", calls, file=sys.stderr, flush=True)
    if at and not end.code:
        os.kill(os.getpid(), signal.SIGKILL)
    raise
"""


def killed(
    service: Service, watched: str, at: int, *arguments: str, program: str = "app"
) -> subprocess.CompletedProcess[str]:
    """Run a command, killed at a call counted from `watched` on, or when it has done its work."""
    module, _, place = watched.partition(":")
    owner, _, method = place.partition(".")
    text = _PROGRAM.format(program=program, module=module, owner=owner, method=method, at=at)
    other = Service(None, service.folder, text)
    other.environment = service.environment
    return other.command(*arguments)


def done_in_spite(
    service: Service, watched: str, places: Iterable[int], *arguments: str, program: str = "app"
) -> Any:
    """Run a command, killed at each of these places and given again; return its document."""
    for at in places:
        done = killed(service, watched, at, *arguments, program=program)
        when = f"when it was done: {done.stderr}" if done.stderr else f"at call {at}"
        _log.info("%s was killed %s", " ".join(arguments[:2]), when)
        assert done.returncode == -signal.SIGKILL, done.stderr
    return service.json(*arguments)
