"""How long something took, told when the tests are done."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

FIGURES: Final[list[str]] = []


@contextmanager
def timed(what: str, at_most: float) -> Generator[None]:
    """Note how long the block took; fail where it took longer than so many seconds."""
    begun = time.monotonic()
    yield
    taken = time.monotonic() - begun
    FIGURES.append(f"{what}: {taken:.1f} s, at most {at_most:g} s")
    assert taken <= at_most, FIGURES[-1]
