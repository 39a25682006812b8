"""How far the read models are behind: the same figures wherever they are told, and none for ready.

Told are the figures by `/health/projections`, `/metrics` and `projections list`.
"""

from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.interfaces.api.asking import Asking, asking_of
from tests.interfaces.cli.commands import CommandLine, command_line
from tests.running import Service
from tests.waiting import until

__all__ = ["command_line"]

NAMES = {"activity_search", "current_activities", "delivery_health", "timeline"}
MEMBERS = {
    "position": "Position",
    "lag_events": "LagEvents",
    "lag_seconds": "LagSeconds",
    "events_per_second": "Rate",
    "parked_streams": "Parked",
}
"""The metrics, each with the member that tells the same."""

Told = Mapping[str, Mapping[str, Any]]


@pytest.fixture
def site(schema_url: str, tmp_path: Path) -> Generator[Service]:
    with Service(schema_url, tmp_path).running("--no-project") as site:
        yield site


@pytest.fixture
def asking(site: Service) -> Generator[Asking]:
    with asking_of(site) as asking:
        yield asking


def in_health(site: Service) -> Told:
    answer = httpx.get(f"{site.url}/health/projections")
    assert answer.status_code == 200
    return {row["Name"]: row for row in answer.json()}


def in_list(command_line: CommandLine) -> Told:
    return {row["Name"]: row for row in command_line.json("projections", "list")}


def in_metrics(site: Service) -> Told:
    """Return the metrics under the names that the other two have, and the state as they say it."""
    told: dict[str, dict[str, Any]] = {name: {} for name in NAMES}
    for family in text_string_to_metric_families(httpx.get(f"{site.url}/metrics").text):
        figure = family.name.removeprefix("worktrail_projection_")
        for sample in family.samples:
            told[sample.labels["projection"]][MEMBERS.get(figure, figure)] = sample.value
    return told


def everywhere(site: Service, command_line: CommandLine) -> list[Told]:
    told = [in_health(site), in_list(command_line), in_metrics(site)]
    assert all(set(rows) == NAMES for rows in told)
    return told


def states(site: Service) -> set[str]:
    return {row["State"] for row in in_health(site).values()}


def events(asking: Asking) -> list[datetime]:
    """Return when each event of the log was recorded, in order."""
    with asking.caller.adapters.database.connection() as connection:
        rows = connection.execute("SELECT recorded_at FROM event_log ORDER BY position")
        return [recorded_at for (recorded_at,) in rows]


def assert_ready(site: Service) -> None:
    assert httpx.get(f"{site.url}/health/ready").status_code == 200


def test_read_models_that_follow_are_told_with_their_rate_and_no_lag(
    site: Service, asking: Asking, command_line: CommandLine
) -> None:
    with site.beside("project"):
        for number in range(1, 11):
            asking.report(number)
        asking.catch_up()
        end = len(events(asking))
        for told in everywhere(site, command_line):
            for row in told.values():
                assert (row["Position"], row["LagEvents"], row["LagSeconds"]) == (end, 0, 0)
                # Over ten seconds there were no more than all of them.
                assert 0 < row["Rate"] <= end / 10
                assert (row.get("State", "following"), row.get("following", 1)) == ("following", 1)


def test_events_that_wait_for_a_projector_are_counted_and_their_time_as_well(
    site: Service, asking: Asking, command_line: CommandLine
) -> None:
    with site.beside("project"):
        asking.report(1)
        asking.catch_up()
        followed = len(events(asking))
    until(lambda: states(site) == {"waiting"})
    for number in range(2, 5):
        asking.report(number)
    recorded = events(asking)
    waiting_since = recorded[followed]

    for told in everywhere(site, command_line):
        oldest = (datetime.now(UTC) - waiting_since).total_seconds()
        for row in told.values():
            assert (row["Position"], row["LagEvents"]) == (followed, len(recorded) - followed)
            assert (recorded[-1] - waiting_since).total_seconds() <= row["LagSeconds"] <= oldest
            assert (row.get("State", "waiting"), row.get("following", 0)) == ("waiting", 0)
    seconds = in_health(site)["timeline"]["LagSeconds"]
    until(lambda: in_health(site)["timeline"]["LagSeconds"] > seconds + 0.1)
    assert_ready(site)
    asking.report(5)


def test_one_that_is_stopped_lags_alone_and_takes_no_receiver_out_of_service(
    site: Service, asking: Asking, command_line: CommandLine
) -> None:
    with site.beside("project"):
        asking.report(1)
        asking.catch_up()
        followed = len(events(asking))
        execute(asking, "ALTER TABLE timeline_1 RENAME TO timeline_away")
        asking.report(2)
        end = len(events(asking))
        until(lambda: {"stopped", "following"} == states(site), 20)
        others = NAMES - {"timeline"}
        until(lambda: all(in_health(site)[name]["Position"] == end for name in others), 20)

        for told in everywhere(site, command_line):
            stopped = told["timeline"]
            assert (stopped["Position"], stopped["LagEvents"]) == (followed, end - followed)
            assert stopped["LagSeconds"] > 0
            assert (stopped.get("State", "stopped"), stopped.get("following", 0)) == ("stopped", 0)
            for row in (told[name] for name in others):
                assert (row["Position"], row["LagEvents"], row["LagSeconds"]) == (end, 0, 0)
                assert (row.get("State", "following"), row.get("following", 1)) == ("following", 1)
        errors = {name: row["Error"] for name, row in in_list(command_line).items() if row["Error"]}
        assert errors == {"timeline": "It had to stop (UndefinedTable); the log says more."}
        assert_ready(site)

        execute(asking, "ALTER TABLE timeline_away RENAME TO timeline_1")
        until(lambda: follows_after_another_report(asking), 20)


def follows_after_another_report(asking: Asking) -> bool:
    """Each report is a round, and after some of them what stopped is tried again."""
    asking.report(2)
    return states(asking.caller.service) == {"following"}


def execute(asking: Asking, statement: str) -> None:
    with asking.caller.adapters.database.connection() as connection:
        connection.execute(statement.encode())
