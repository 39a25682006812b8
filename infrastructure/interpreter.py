"""How the interpreter shares its time, and how often it looks for objects that can be freed."""

import gc
import sys
from typing import Final

_NEW_OBJECTS: Final = 20_000
"""More of them than are freed, and the collector looks through the newest."""

_COLLECT_AFTER: Final = 100_000
"""Objects. Whoever folds the log makes millions without cycles: looking for some as often as usual
took a third of the time."""

_SWITCH_SECONDS: Final = 0.0005
"""How long a thread may keep the interpreter from the one that holds the log's lock."""


def switch_often() -> None:
    """Let no thread wait long for another."""
    sys.setswitchinterval(_SWITCH_SECONDS)


def collect_for_serving() -> None:
    """Leave alone what is there when the service begins: it stays."""
    # Looking through it again and again for what can be freed took a tenth of the time, in pauses
    # of some 50 ms.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def collect_for_folding() -> None:
    """Look seldom, as suits whoever folds the log."""
    gc.set_threshold(_COLLECT_AFTER)
