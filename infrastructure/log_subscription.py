"""Following the log: woken by NOTIFY, and by the clock should a wake-up get lost."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final

import psycopg
from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

from application.ports import StorageUnavailableError
from infrastructure import announcements
from infrastructure.database import Rows

_PAGE: Final = 500
_POLL_SECONDS: Final = 0.5


class LogSubscription(Subscription[ApplicationRecorder]):
    """An endless iterator over the log's rows; another thread may call `stop`."""

    def __init__(
        self,
        recorder: ApplicationRecorder,
        connect: Callable[[], Rows],
        gt: int | None,
        topics: Sequence[str],
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._connect = connect
        self._listener: Rows | None = None
        self._page: deque[Notification] = deque()

    def __next__(self) -> Notification:
        """Return the next row, waiting for it as long as it takes.

        Raises `StorageUnavailableError` where the database is away; the next call tries anew.
        """
        while not self._has_been_stopped:
            # Listening comes before reading: what is committed in between is then announced.
            listener = self._listening()
            if not self._page:
                self._page.extend(self._read())
            if self._page:
                return self._page.popleft()
            self._wait(listener)
        self._close()
        raise StopIteration

    def __exit__(self, *args: object, **kwargs: object) -> None:
        """Stop following and close the connection."""
        super().__exit__(*args, **kwargs)
        self._close()

    def _wait(self, listener: Rows) -> None:
        with self._letting_go():
            announcements.wait(listener, _POLL_SECONDS)

    @contextmanager
    def _letting_go(self) -> Generator[None]:
        try:
            yield
        except psycopg.OperationalError as error:
            self._close()
            raise StorageUnavailableError(str(error)) from error

    def _read(self) -> Sequence[Notification]:
        last = self._recorder.max_notification_id() or 0
        after = self._last_notification_id or 0
        page = self._recorder.select_notifications(
            after, _PAGE, stop=last, topics=self._topics, inclusive_of_start=False
        )
        # Of a short page everything up to `last` is known, also what the names left out.
        self._last_notification_id = page[-1].id if len(page) == _PAGE else max(after, last)
        return page

    def _listening(self) -> Rows:
        if self._listener is None:
            self._listener = self._connect()
            with self._letting_go():
                announcements.listen(self._listener)
        return self._listener

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
