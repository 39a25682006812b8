"""A command on a terminal, as somebody sees it who sits before it."""

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Generator
from contextlib import contextmanager
from subprocess import Popen
from typing import Final

from tests.running import Service
from tests.waiting import until

_ROWS, _COLUMNS = 50, 300
_STOP_SECONDS: Final = 15
_CONTROLS: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """What was written on a terminal so far; colours and movements of the cursor are left out."""

    def __init__(self, process: Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self._written = b""

    @property
    def written(self) -> str:
        """Everything that was ever on it, also what was written over."""
        while part := self._part():
            self._written += part
        return _CONTROLS.sub("", self._written.decode())

    def shows(self, *words: str, seconds: float = 30.0) -> None:
        """Wait until all of these words were written on it."""
        until(lambda: all(word in self.written for word in words), seconds)

    def exit_code(self, seconds: float = 30.0) -> int:
        """Read on until the command ends and return how it did."""
        until(self._has_ended, seconds)
        return int(self.process.returncode)

    def _has_ended(self) -> bool:
        # Whoever writes onto a full terminal waits until somebody reads.
        _ = self.written
        return self.process.poll() is not None

    def _part(self) -> bytes:
        try:
            return os.read(self._screen, 65_536)
        except BlockingIOError:
            return b""
        except OSError:
            # Nobody has it open any more.
            return b""


@contextmanager
def on_terminal(service: Service, *arguments: str) -> Generator[Terminal]:
    """Run a command whose both outputs are a terminal, for the length of a block."""
    screen, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    os.set_blocking(screen, False)
    service.environment["TERM"] = "xterm"
    process = service.begin(*arguments, out=end, err=end)
    os.close(end)
    try:
        yield Terminal(process, screen)
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)
        os.close(screen)
