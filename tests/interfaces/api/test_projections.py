"""How the read models are doing, over HTTP: told to whoever asks, and never a part of readiness."""

from typing import get_args

import httpx
from prometheus_client.parser import text_string_to_metric_families

from application.status_ports import ProjectionState
from tests.callers import Caller
from tests.running import Service
from tests.waiting import until

NAMES = ["activity_search", "current_activities", "delivery_health", "timeline"]


def test_health_tells_of_each_read_model(caller: Caller) -> None:
    caller.post('{"Object": {"Id": 1, "Trade": "DOORS"}}')

    def no_lag() -> bool:
        told = httpx.get(f"{caller.service.url}/health/projections").json()
        assert [row["Name"] for row in told] == NAMES
        assert all(
            list(row) == ["Name", "State", "Position", "LagEvents", "LagSeconds", "Rate", "Parked"]
            for row in told
        )
        return all(row["LagEvents"] == 0 and row["State"] == "following" for row in told)

    until(no_lag, seconds=30)


def test_metrics_are_what_prometheus_reads(service: Service) -> None:
    answer = httpx.get(f"{service.url}/metrics")
    families = {told.name: told for told in text_string_to_metric_families(answer.text)}

    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert sorted(families) == [
        f"worktrail_projection_{name}"
        for name in (
            "events_per_second", "following", "lag_events", "lag_seconds", "parked_streams",
            "position", "state",
        )
    ]  # fmt: skip
    states = families.pop("worktrail_projection_state").samples
    for family in families.values():
        assert sorted(sample.labels["projection"] for sample in family.samples) == NAMES
    health = httpx.get(f"{service.url}/health/projections").json()
    assert {(it.labels["projection"], it.labels["state"]) for it in states if it.value} == {
        (row["Name"], row["State"]) for row in health
    }
    assert {it.labels["state"] for it in states} == set(get_args(ProjectionState))


def test_a_projection_that_stopped_takes_no_receiver_out_of_service(caller: Caller) -> None:
    with caller.adapters.database.connection() as connection:
        connection.execute(
            "UPDATE projection_generations SET shape = -1 WHERE projection = 'timeline'"
        )

    def is_outdated() -> bool:
        told = httpx.get(f"{caller.service.url}/health/projections").json()
        return [row["State"] for row in told if row["Name"] == "timeline"] == ["outdated"]

    try:
        until(is_outdated)
        assert httpx.get(f"{caller.service.url}/health/ready").status_code == 200
    finally:
        with caller.adapters.database.connection() as connection:
            connection.execute(
                "UPDATE projection_generations SET shape = 1 WHERE projection = 'timeline'"
            )
