"""Opening many activities: all are checked first, and then opened some hundred at a time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from application.activities import activity_entry
from application.journal_writer import JournalWriter
from application.link_check import (
    Checked,
    CheckedLink,
    LineProblem,
    WantedLink,
)
from application.link_checks import LinkChecks
from application.paced import paced
from domain.activity import OpenActivity
from domain.client import Client
from domain.errors import WorktrailError

BATCH: Final = 500


class LinkImport:
    """Links a client's activities to work orders, as somebody else's record has them."""

    def __init__(
        self,
        writer: JournalWriter,
        checks: LinkChecks,
        now: Callable[[], datetime],
        rest: Callable[[float], object],
    ) -> None:
        """`rest` waits for so many seconds."""
        self._writer = writer
        self._checks = checks
        self._now = now
        self._rest = rest

    def check(self, client: Client, wanted: Sequence[WantedLink]) -> Checked:
        """Say what wanted links amount to, and what is wrong with which; nothing is changed.

        Raises `StorageUnavailableError`.
        """
        return self._checks.check(client, wanted)

    def open(
        self,
        client: Client,
        links: Sequence[CheckedLink],
        reason: str | None,
        actor: str,
        tell: Callable[[int], None],
    ) -> list[LineProblem]:
        """Open activities, and return what was refused after all; `tell` hears how many are done.

        What is open already stays as it is, so whoever was interrupted begins again. Raises
        `StorageUnavailableError`.
        """
        refused: list[LineProblem] = []
        done = 0
        batches = (links[start : start + BATCH] for start in range(0, len(links), BATCH))
        for batch in paced(batches, self._rest):
            refused += self._open(client, batch, reason, actor)
            done += len(batch)
            tell(done)
        return refused

    def _open(
        self, client: Client, links: Sequence[CheckedLink], reason: str | None, actor: str
    ) -> list[LineProblem]:
        now = self._now()
        entries = [
            activity_entry(
                client, link.work_order_id, OpenActivity(link.activity_id, reason), actor, now
            )
            for link in links
        ]
        refused: list[LineProblem] = []
        for link, answer in zip(links, self._writer.write(entries), strict=True):
            if isinstance(answer, WorktrailError):
                refused.append(LineProblem(link.line, str(answer)))
            elif isinstance(answer, Exception):
                raise answer
        return refused
