"""Filling new generations in as many processes as there are processors, each a share of streams.

One interpreter folds in one processor's time only, while PostgreSQL has room for more.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any, Final, TypeAlias, cast

from msgspec.structs import replace

from application.read_model_ports import RebuildSession, Share, Tracked
from domain.errors import WorktrailError
from infrastructure.database import Database
from infrastructure.giving_way import give_way
from infrastructure.interpreter import collect_for_folding
from infrastructure.mapper import EventMapper
from infrastructure.orphans import end_with_parent
from infrastructure.rebuild_session import PostgresRebuildSession

Fill: TypeAlias = Callable[..., list[Tracked]]
Tell: TypeAlias = Callable[[int], None]

_WORTH_A_PROCESS: Final = 50_000
"""Events. Fewer are folded before another process would have begun."""

_MOST_SHARES: Final = 8
_LONGEST_SILENCE_SECONDS: Final = 5.0


class BrokenShareError(WorktrailError):
    """A process that had a share of the work ended before it was done."""

    def __init__(self) -> None:
        super().__init__(
            "A process that had a share of the work ended before it was done: what it said, or the"
            " system's log, tells why. Nothing was changed; give the command again."
        )


class SharedFilling:
    """Fills alone where there is little to do, and shares it out where there is much."""

    def __init__(
        self,
        url: str,
        fill: Fill,
        worth_a_process: int = _WORTH_A_PROCESS,
        longest_silence: float = _LONGEST_SILENCE_SECONDS,
    ) -> None:
        self._url = url
        self._fill = fill
        self._worth_a_process = worth_a_process
        self._longest_silence = longest_silence

    def __call__(
        self,
        session: RebuildSession,
        projections: Sequence[Any],
        generations: Sequence[Tracked],
        upto: int,
        tell: Tell,
    ) -> list[Tracked]:
        """Return the generations with what was parked; `tell` hears how many events are done.

        Raises `BrokenShareError`.
        """
        events = session.count(upto)
        shares = min(_MOST_SHARES, os.cpu_count() or 1, events // self._worth_a_process)
        if shares < 2:
            return self._fill(session, projections, generations, upto, tell)
        work = (self._fill, self._url, projections, generations, upto)
        context = multiprocessing.get_context("spawn")
        processes: dict[Connection, BaseProcess] = {}
        try:
            for number in range(shares):
                ours, theirs = context.Pipe(duplex=False)
                arguments = (*work, Share(number, shares), theirs)
                processes[ours] = context.Process(target=_fill_share, args=arguments)
                processes[ours].start()
                theirs.close()
            return _together(generations, self._results(session, list(processes), tell))
        finally:
            for ours, process in processes.items():
                process.terminate()
                process.join()
                ours.close()

    def _results(
        self, session: RebuildSession, shares: list[Connection], tell: Tell
    ) -> list[list[Tracked]]:
        done = dict.fromkeys(shares, 0)
        results: list[list[Tracked]] = []
        stayed = monotonic()
        while shares:
            ready = cast("list[Connection]", wait(shares, self._longest_silence))
            if monotonic() - stayed >= self._longest_silence:
                # The server would end a session that only waits for others.
                session.stay()
                stayed = monotonic()
            for share in ready:
                try:
                    told = share.recv()
                except EOFError as error:
                    raise BrokenShareError from error
                if isinstance(told, int):
                    done[share] = told
                    tell(sum(done.values()))
                else:
                    results.append(told)
                    shares.remove(share)
        return results


def _together(
    generations: Sequence[Tracked], results: Sequence[Sequence[Tracked]]
) -> list[Tracked]:
    return [
        replace(
            tracked,
            parked={
                stream: at for result in results for stream, at in result[index].parked.items()
            },
        )
        for index, tracked in enumerate(generations)
    ]


def _fill_share(
    fill: Fill,
    url: str,
    projections: Sequence[Any],
    generations: Sequence[Tracked],
    upto: int,
    share: Share,
    telling: Connection,
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    give_way()
    collect_for_folding()
    database = Database(url)
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        telling.send(fill(session, projections, generations, upto, telling.send, share))
    telling.close()
