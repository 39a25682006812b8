"""A journal's writer that writes in this process, in a thread beside the loop."""

import asyncio
from collections.abc import Sequence
from time import monotonic

from application.entries import Entry, Written
from application.journal import Writer
from application.journal_writer import JournalWriter


class ThreadedWriter(Writer):
    """Writes without a process of its own for it."""

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer

    async def write(self, entries: Sequence[Entry]) -> Written:
        """Have them written in a thread."""
        begun = monotonic()
        answers = await asyncio.to_thread(self._writer.write, entries)
        return Written(answers, monotonic() - begun)

    def close(self) -> None:
        """Give the connection back."""
        self._writer.close()
