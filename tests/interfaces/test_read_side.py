"""Read models while deliveries come at full speed: rebuilt, their leaders killed, always whole."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.callers import Caller
from tests.running import Service
from tests.waiting import until


@pytest.fixture
def site(schema_url: str, tmp_path: Path) -> Service:
    return Service(schema_url, tmp_path)


def caught_up(service: Service) -> bool:
    return all(row["LagEvents"] == 0 for row in service.json("projections", "list"))


def test_rebuilt_and_led_by_others_meanwhile_the_read_models_are_equal(site: Service) -> None:
    with site.running(), site.beside("project") as first, site.beside("project") as second:
        caller = Caller(site)
        address = f"{site.url}{caller.path}?accessKey={caller.keys.access_key}"
        address += f"&signingKey={caller.keys.signing_key}"
        with ThreadPoolExecutor() as pool:
            simulated: Any = pool.submit(
                site.json, "simulate", address, "--work-orders", "300", "--seed", "7"
            )
            for killed in (first, second, None):
                rebuilt = site.command("projections", "rebuild", "--all", "--yes")
                assert rebuilt.returncode == 0, rebuilt.stderr
                if killed is not None:
                    killed.kill()
            sent = simulated.result()
        caller.close()
        until(lambda: caught_up(site), seconds=60)
        verdicts = site.json("projections", "verify", "--all")

    assert sent["Failed"] == 0
    assert all(verdict["Equal"] and not verdict["Parked"] for verdict in verdicts)
    assert {verdict["Name"]: verdict["Rows"] for verdict in verdicts}["activity_search"] >= 300
