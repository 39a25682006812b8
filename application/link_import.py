"""Opening many activities: all are checked first, and then opened some hundred at a time."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from application.activities import activity_entry
from application.entries import Outcome
from application.link_check import Checked, CheckedLink, LineProblem, WantedLink
from application.link_checks import LinkChecks
from application.paced import PacedWriter
from domain.activity import OpenActivity
from domain.client import Client
from domain.errors import WorktrailError

BATCH: Final = 500


class OpenedLink(Struct, frozen=True):
    """What became of a link: the activity that is open now, or the problem after all."""

    link: CheckedLink
    activity_id: int | None
    problem: LineProblem | None = None


class LinkImport:
    """Links a client's activities to work orders, as somebody else's record has them."""

    def __init__(
        self, writer: PacedWriter, checks: LinkChecks, now: Callable[[], datetime]
    ) -> None:
        self._writer = writer
        self._checks = checks
        self._now = now

    def check(self, client: Client, wanted: Sequence[WantedLink], place: str = "line") -> Checked:
        """Say what wanted links amount to, and what is wrong with which; nothing is changed.

        `place` is what a sentence calls the place of another. Raises `StorageUnavailableError`.
        """
        return self._checks.check(client, wanted, place)

    def open(
        self,
        client: Client,
        links: Sequence[CheckedLink],
        reason_of: Callable[[CheckedLink], str | None],
        actor: str,
    ) -> Iterator[list[OpenedLink]]:
        """Open activities, and return what became of them, some hundred at a time.

        What is open already stays as it is, so whoever was interrupted begins again. Raises
        `StorageUnavailableError` and `JournalStoppedError`.
        """
        for start in range(0, len(links), BATCH):
            batch = links[start : start + BATCH]
            now = self._now()
            entries = [
                activity_entry(
                    client,
                    link.work_order_id,
                    OpenActivity(link.activity_id, reason_of(link)),
                    actor,
                    now,
                )
                for link in batch
            ]
            answers = self._writer.write(entries)
            yield [_opened(link, answer) for link, answer in zip(batch, answers, strict=True)]


def _opened(link: CheckedLink, answer: Outcome | Exception) -> OpenedLink:
    if isinstance(answer, WorktrailError):
        return OpenedLink(link, None, LineProblem(link.line, str(answer)))
    if isinstance(answer, Exception):
        raise answer
    return OpenedLink(link, answer.activity_id)
