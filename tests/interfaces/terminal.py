"""A command on a terminal, as people see it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress

from tests.running import ROOT, Service

_ROWS = 30
_COLUMNS = 80
_SECONDS = 60
_escapes = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def shown(site: Service, *arguments: str) -> list[str]:
    """Run a command to its end, and return every line that was drawn on the terminal, in order."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", "from app import cli; cli()", *arguments],
        cwd=ROOT,
        env={**site.environment, "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    drawn = b""
    # At its end the terminal hangs up, which is an error on Linux.
    with suppress(OSError):
        while portion := os.read(ours, 1 << 16):
            drawn += portion
    os.close(ours)
    assert process.wait(_SECONDS) == 0, drawn
    return [line for line in re.split(r"[\r\n]+", _escapes.sub("", drawn.decode())) if line]
