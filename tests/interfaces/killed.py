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
# and is killed at one call; where there is no such call it says how many there were.
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
finally:
    sys.setprofile(None)
    print("calls", calls, file=sys.stderr)
"""


def killed(
    service: Service, watched: str, at: int, *arguments: str, program: str = "app"
) -> subprocess.CompletedProcess[str]:
    """Run a command, killed at a call counted from `watched` on; it may end before."""
    module, _, place = watched.partition(":")
    owner, _, method = place.partition(".")
    text = _PROGRAM.format(program=program, module=module, owner=owner, method=method, at=at)
    other = Service(None, service.folder, text)
    other.environment = service.environment
    return other.command(*arguments)


def done_in_spite(
    service: Service, watched: str, places: Iterable[int], *arguments: str, program: str = "app"
) -> Any:
    """Run a command, killed at each of these places and given again; return its document.

    The first place has to be reached.
    """
    codes = []
    for at in places:
        done = killed(service, watched, at, *arguments, program=program)
        codes.append(done.returncode)
        _log.info("%s, to be killed at call %d: %d", " ".join(arguments[:2]), at, done.returncode)
        assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    assert codes[0] == -signal.SIGKILL
    return service.json(*arguments)
