"""The journal's end of the line, with answers that tell what was asked together."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from infrastructure.journal_intake import JournalIntake


def echoes(messages: Sequence[bytes]) -> list[bytes]:
    """Answer each message with how many came together, and itself."""
    return [b"%d %s" % (len(messages), message) for message in messages]


def held_echoes() -> tuple[Event, Event, Callable[[Sequence[bytes]], list[bytes]]]:
    """Return echoes that tell when they were first asked, and that wait until they may answer."""
    taken, go = Event(), Event()

    def answers(messages: Sequence[bytes]) -> list[bytes]:
        taken.set()
        assert go.wait(20)
        return echoes(messages)

    return taken, go, answers


@contextmanager
def answering(
    intake: JournalIntake, answers: Callable[[Sequence[bytes]], Sequence[bytes]] = echoes
) -> Generator[tuple[Event, Thread]]:
    """Answer in a thread for the length of a block."""
    stopping = Event()
    thread = Thread(target=intake.answer, args=(answers, stopping))
    thread.start()
    try:
        yield stopping, thread
    finally:
        stopping.set()
        thread.join(10)
