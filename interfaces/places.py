"""Which workers take connections at once: so many that the others of a service have room too."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from multiprocessing.reduction import DupFd
from struct import Struct
from tempfile import TemporaryFile
from typing import IO, Any, Final

_TAKEN: Final = Struct("=IQ")
"""Which process took a connection last, and how many it had taken by then."""


def processors() -> int:
    """Return how many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def room(workers: int, processors: int) -> int:
    """Return how many of the workers take connections at once.

    The process that writes and PostgreSQL need a processor as well.
    """
    return min(workers, max(1, processors - 1))


class Places:
    """So many places in a file, of which a process has at most one.

    The kernel takes it back from a process that ends, however that ends. Pickled for a process
    that is being spawned, it is the same places there.
    """

    def __init__(self, number: int, descriptor: int) -> None:
        """`descriptor`: of a file that was opened for reading and writing."""
        self.number = number
        self._descriptor = descriptor
        self._is_mine = False
        self._taken = 0

    def take(self) -> bool:
        """Take a place, unless this process has one already; return whether it has one now."""
        # A lock of a process and not of the open file, which all that were spawned share.
        for place in range(0 if self._is_mine else self.number):
            try:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                continue
            self._is_mine = True
            break
        return self._is_mine

    def count_taken(self) -> None:
        """Let the others see that this process took a connection."""
        self._taken += 1
        # On a full disk they take what lies there for long, as if nobody took anything.
        with suppress(OSError):
            os.pwrite(self._descriptor, _TAKEN.pack(os.getpid(), self._taken), 0)

    @property
    def last_taken(self) -> bytes:
        """What is another one as soon as any process has taken one more connection."""
        return os.pread(self._descriptor, _TAKEN.size, 0)

    def __reduce__(self) -> tuple[object, ...]:
        return _spawned, (self.number, DupFd(self._descriptor))


@contextmanager
def places(number: int) -> Generator[Places]:
    """Lend so many places, for processes that are spawned."""
    with _nameless_file() as file:
        yield Places(number, file.fileno())


def _nameless_file() -> IO[bytes]:
    # In memory where the system can: a disk may be full, read only, or busy.
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("places"), "r+b")
    return TemporaryFile()


def _spawned(number: int, descriptor: Any) -> Places:
    return Places(number, descriptor.detach())
