"""Gaps are found in our own record, with what was open then and what hints at a loss."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from application.clients import Clients
from application.entries import Entry
from domain.activity import ReportWorkOrder
from domain.client import AttemptsRefused
from domain.metadata import Metadata
from domain.turned_away import DeliveriesTurnedAway
from infrastructure.clock import now
from tests.application.gap_scene import DAY, HOUR, Scene, kinds
from tests.commands import reporting
from tests.recorded import ARRIVED


def arriving(scene: Scene, ages: Sequence[timedelta], metadata: Metadata) -> list[Entry]:
    entries = []
    for number, age in enumerate(ages, start=1):
        entry = reporting(scene.client.id, number)
        assert isinstance(entry.command, ReportWorkOrder)
        command = replace(entry.command, arrived_at=scene.now - age)
        entries.append(
            replace(entry, command=command, arrived_at=scene.now - age, metadata=metadata)
        )
    return entries


def test_without_a_gap_there_is_nothing_to_tell(scene: Scene) -> None:
    scene.report(1, "OPEN", 1, 2)
    scene.serve((scene.now - 9 * DAY, now() + HOUR))
    found = scene.find()
    assert (found.gaps, found.fetch_again, found.note_holes) == ([], [], [])
    assert found.recorded_since == scene.now - 9 * DAY
    assert found.unknown_rhythms == ["default"]
    assert found.lag_events == 0


def test_each_gap_comes_with_what_was_open_before_it_ended(scene: Scene) -> None:
    scene.report(1, "OPEN")
    scene.report(2, "OPEN")
    scene.report(3, "COMPLETED")
    scene.report(4, None)
    scene.read_side.execute("UPDATE event_log SET recorded_at = recorded_at - interval '1 day'")
    scene.report(1, "COMPLETED")
    scene.report(3, "OPEN")
    second_end = scene.report(5, "OPEN")
    scene.report(6, "OPEN")
    scene.report(7, None)
    scene.report(5, "INVOICED")
    scene.serve(
        (scene.now - 9 * DAY, scene.now - 20 * HOUR),
        (scene.now - 18 * HOUR, second_end - HOUR),
        (second_end, now() + HOUR),
    )
    found = scene.find()
    assert kinds(found) == ["down", "down"]
    assert [told.gap.end for told in found.gaps] == [scene.now - 18 * HOUR, second_end]
    assert [told.open_work_orders for told in found.gaps] == [[1, 2, 4], [2, 3, 4, 5]]
    assert found.fetch_again == [1, 2, 3, 4, 5]
    assert set(scene.heard) >= {"deliveries", "statuses", "notes"}


def test_a_gap_that_is_not_over_comes_with_what_is_open_now(scene: Scene) -> None:
    scene.report(1, "OPEN")
    scene.report(2, "OPEN")
    scene.report(2, "CANCELLED")
    scene.serve((scene.now - 9 * DAY, scene.now - HOUR))
    [told] = scene.find().gaps
    assert (told.gap.is_over, told.open_work_orders) == (False, [1])
    assert told.gap.goes_on_at(told.gap.end)


def test_attempts_that_are_refused_to_the_end_are_not_over(scene: Scene, clients: Clients) -> None:
    scene.serve((scene.now - 9 * DAY, now() + HOUR))
    clients.count(scene.client.id, AttemptsRefused(scene.now.replace(second=0, microsecond=0), 3))
    found = scene.find()
    [told] = found.gaps
    assert (told.gap.is_over, told.gap.goes_on_at(found.end)) == (False, True)
    [earlier] = scene.between(scene.now - DAY, found.end + HOUR).gaps
    assert earlier.gap.is_over


def test_counts_on_record_are_gaps_of_their_own_client(scene: Scene, clients: Clients) -> None:
    scene.serve((scene.now - 9 * DAY, now() + HOUR))
    scene.report(1, "OPEN")
    scene.read_side.execute("UPDATE event_log SET recorded_at = recorded_at - interval '2 days'")
    other = clients.add("Other", "tests").client_id
    minute = (scene.now - DAY).replace(second=0, microsecond=0)
    clients.count(scene.client.id, DeliveriesTurnedAway(minute, 3))
    clients.count(scene.client.id, DeliveriesTurnedAway(minute + timedelta(minutes=5), 1))
    clients.count(scene.client.id, AttemptsRefused(minute + HOUR, 2, "192.0.2.1"))
    clients.count(other, AttemptsRefused(minute, 9))
    found = scene.find()
    assert kinds(found) == ["unavailable", "refusing"]
    assert [told.gap.count for told in found.gaps] == [4, 2]
    assert found.gaps[0].gap.end - found.gaps[0].gap.begin == timedelta(minutes=6)
    assert [told.open_work_orders for told in found.gaps] == [[1], [1]]
    assert found.fetch_again == []


def test_more_counts_than_fit_a_page_are_read_and_older_ones_are_not(
    scene: Scene, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.gaps._PAGE", 2)
    scene.serve((scene.now - 9 * DAY, now() + HOUR))
    minute = scene.now.replace(second=0, microsecond=0) - DAY
    for number in range(5):
        clients.count(scene.client.id, AttemptsRefused(minute + number * HOUR, 1))
    assert [told.gap.count for told in scene.find().gaps] == [1] * 5
    scene.read_side.execute("UPDATE event_log SET recorded_at = recorded_at - interval '99 days'")
    assert scene.find().gaps == []


def test_a_sender_that_falls_silent_is_told_and_one_that_keeps_on_is_not(scene: Scene) -> None:
    scene.serve((scene.now - 99 * DAY, now() + HOUR))
    ages = [hours * HOUR for hours in range(8, 24 * 35, 8)]
    silent = [age for age in ages if age > 3 * DAY]
    scene.writer.write(arriving(scene, silent, Metadata("webhook", sender="north")))
    scene.writer.write(arriving(scene, ages, Metadata("webhook", sender="south")))
    found = scene.find()
    [told] = found.gaps
    assert (told.gap.kind, told.gap.sender, told.gap.is_over) == ("silent", "north", False)
    assert told.gap.begin == scene.now - min(silent)
    assert told.gap.goes_on_at(found.end)
    assert found.unknown_rhythms == ["default"]


def test_what_an_actor_put_on_record_was_not_delivered_then(scene: Scene) -> None:
    scene.serve((scene.now - 99 * DAY, now() + HOUR))
    ages = [hours * HOUR for hours in range(8, 24 * 35, 8)]
    silent = [age for age in ages if age > 3 * DAY]
    scene.writer.write(arriving(scene, silent, Metadata("webhook", sender="north")))
    released = Metadata("released", sender="north", actor="operator")
    scene.writer.write(arriving(scene, [age for age in ages if age <= 3 * DAY], released))
    assert kinds(scene.find()) == ["silent"]


def test_an_absence_of_ours_explains_a_silence(scene: Scene) -> None:
    scene.serve((scene.now - 99 * DAY, scene.now - 3 * DAY), (scene.now - HOUR, now() + HOUR))
    ages = [hours * HOUR for hours in range(8, 24 * 35, 8)]
    silent = [age for age in ages if age > 3 * DAY]
    scene.writer.write(arriving(scene, silent, Metadata("webhook", sender="north")))
    assert kinds(scene.find()) == ["down"]


def test_so_do_deliveries_that_we_turned_away(scene: Scene, clients: Clients) -> None:
    scene.serve((scene.now - 99 * DAY, now() + HOUR))
    ages = [hours * HOUR for hours in range(8, 24 * 35, 8)]
    silent = [age for age in ages if age > 2 * DAY]
    scene.writer.write(arriving(scene, silent, Metadata("webhook", sender="north")))
    assert kinds(scene.find()) == ["silent"]
    minute = (scene.now - min(silent)).replace(second=0, microsecond=0)
    while minute < scene.now - HOUR:
        clients.count(scene.client.id, DeliveriesTurnedAway(minute, 1))
        minute += timedelta(minutes=16)
    assert kinds(scene.find()) == ["unavailable"]


def test_while_the_timeline_is_behind_nobody_is_silent_beyond_what_it_knows(
    scene: Scene,
) -> None:
    scene.serve((scene.now - 99 * DAY, now() + HOUR))
    ages = [hours * HOUR for hours in range(8, 24 * 35, 8)]
    silent = [age for age in ages if age > 3 * DAY]
    scene.writer.write(arriving(scene, silent, Metadata("webhook", sender="north")))
    scene.read_side.catch_up()
    scene.read_side.execute("UPDATE event_log SET recorded_at = recorded_at - interval '3 days'")
    scene.report(7, "OPEN")
    end = now()
    found = scene.between(end - 7 * DAY, end)
    assert (found.gaps, found.lag_events) == ([], 1)


def test_holes_between_the_numbers_of_notes_are_hints(scene: Scene) -> None:
    scene.serve((scene.now - 9 * DAY, now() + HOUR))
    scene.report(1, "OPEN", 1)
    scene.report(1, "OPEN", 5, 6)
    scene.report(2, "OPEN", 4, 5)
    found = scene.find(since=365 * DAY)
    [(work_order_id, hole)] = found.note_holes
    assert (work_order_id, hole.first, hole.last) == (1, 2, 4)
    assert found.gaps == []


def test_holes_between_notes_of_another_time_are_none_of_this_one(scene: Scene) -> None:
    scene.report(1, "OPEN", 1, 5)
    scene.read_side.catch_up()
    apart = timedelta(microseconds=1)
    for begin, end, holes in (
        (ARRIVED - DAY, ARRIVED, 0),
        (ARRIVED, ARRIVED + apart, 1),
        (ARRIVED + apart, now(), 0),
    ):
        assert len(scene.between(begin, end).note_holes) == holes


def test_nothing_is_a_gap_before_there_was_a_client(scene: Scene) -> None:
    scene.serve((scene.now - 9 * DAY, scene.now - 3 * DAY), (scene.now - DAY, now() + HOUR))
    [pair] = scene.client.keys
    young = replace(pair, issued_at=scene.now - HOUR)
    scene.client = replace(scene.client, keys=(young,))
    found = scene.find()
    assert (found.gaps, found.begin) == ([], young.issued_at)
