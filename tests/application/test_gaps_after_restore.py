"""What a restored log had lost is a gap of everybody's."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from domain.metadata import Metadata
from infrastructure.clock import now
from tests.application.gap_scene import DAY, HOUR, Scene, kinds
from tests.application.test_gap_finder import arriving

LOST = 10**10


def lose(scene: Scene, last_position: int = LOST) -> tuple[datetime, datetime]:
    """Lose all but two reports, one of them of a work order that is open; return since and until.

    The backup is of two days ago, and was put back a day ago.
    """
    scene.report(1, "OPEN")
    scene.report(2, "COMPLETED")
    scene.report(3, "OPEN")
    scene.report(1, "COMPLETED")
    scene.lost.behind(2)
    age(scene)
    scene.lost.restored(last_position=last_position)
    age(scene)
    [epoch] = scene.lost.restores.all()
    assert epoch.last_recorded_at is not None
    return epoch.last_recorded_at, epoch.restored_at


def age(scene: Scene, by: timedelta = DAY) -> None:
    scene.read_side.execute("UPDATE event_log SET recorded_at = recorded_at - %s::interval", by)


def test_what_a_restored_log_lost_is_a_gap_with_what_was_open_at_the_backups_end(
    scene: Scene,
) -> None:
    scene.serve((scene.now - 9 * DAY, now() + HOUR))
    since, until = lose(scene)
    scene.report(4, "OPEN")
    scene.report(1, "COMPLETED")
    found = scene.find()
    [told] = found.gaps
    assert (told.gap.kind, told.gap.begin, told.gap.end) == ("restored", since, until)
    assert f"positions 3–{LOST}:" in told.gap.sentence
    assert (told.gap.is_over, told.gap.is_likely_redelivered) == (True, False)
    assert told.open_work_orders == found.fetch_again == [1]


def test_it_is_told_where_it_overlaps_the_time_that_is_asked_for(scene: Scene) -> None:
    since, until = lose(scene)

    def found(begin: datetime, end: datetime) -> list[tuple[datetime, datetime, bool]]:
        gaps = [told.gap for told in scene.between(begin, end).gaps]
        return [(gap.begin, gap.end, gap.is_over) for gap in gaps]

    scene.read_side.catch_up()
    assert found(since + HOUR, until - HOUR) == [(since, until - HOUR, False)]
    assert found(until - HOUR, now()) == [(since, until, True)]
    assert found(until, now()) == []
    assert found(since - DAY, since) == []


def test_of_a_client_that_came_later_it_is_no_gap(scene: Scene) -> None:
    _, until = lose(scene)
    [pair] = scene.client.keys
    scene.client = replace(scene.client, keys=(replace(pair, issued_at=until + HOUR),))
    assert scene.find().gaps == []


def test_whether_somebody_served_in_the_lost_time_is_not_told(scene: Scene) -> None:
    since, until = lose(scene)
    scene.serve((scene.now - 9 * DAY, since + timedelta(seconds=3)), (until + HOUR, now() + HOUR))
    restored, down = scene.find().gaps
    assert (restored.gap.kind, restored.gap.begin) == ("restored", since)
    assert (down.gap.kind, down.gap.begin, down.gap.end) == ("down", until, until + HOUR)


def test_what_was_lost_explains_a_silence(scene: Scene) -> None:
    scene.serve((scene.now - 99 * DAY, now() + HOUR))
    ages = [hours * HOUR for hours in range(8, 24 * 35, 8)]
    kept = [age for age in ages if age > 6 * DAY]
    scene.writer.write(arriving(scene, kept, Metadata("webhook", sender="north")))
    age(scene, 6 * DAY)
    scene.lost.restored(last_position=1_000)
    assert kinds(scene.find()) == ["restored"]


def test_lost_positions_are_not_looked_through_and_are_no_lag(scene: Scene) -> None:
    scene.report(1, "OPEN")
    scene.read_side.catch_up()
    scene.lost.restored(last_position=LOST)
    scene.report(1, "COMPLETED")
    end = now()
    assert scene.between(end - DAY, end).lag_events == 2
    found = scene.find()
    assert (found.lag_events, found.fetch_again) == (0, [1])
    assert scene.heard["deliveries"] + scene.heard["statuses"] < 10
