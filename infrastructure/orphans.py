"""A worker does not outlive the process that started it."""

import multiprocessing
import os
import signal
from threading import Thread


def end_with_parent() -> None:
    """Stop this process in order as soon as its parent has ended, however it ended.

    Does nothing in a process that is not a worker of another.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, name="parent-watch", daemon=True).start()
