"""Work that can wait lets the processes that take deliveries come first."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_AUTOGROUP: Final = Path("/proc/self/autogroup")
_LOWEST: Final = "19"


def give_way() -> None:
    """Let every other session of this machine come first, as far as its kernel lets us.

    For a process that leads nobody: from here on it is a session of its own. Alone on its machine
    it is as fast as ever.
    """
    # Linux shares the processors out among sessions before it looks at any niceness inside them,
    # and the service is in another session than the command that works beside it.
    with suppress(OSError):
        os.setsid()
        _AUTOGROUP.write_text(_LOWEST)
