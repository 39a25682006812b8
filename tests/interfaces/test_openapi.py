"""The running service and its document agree: schemathesis asks whatever the document allows."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.callers import Caller
from tests.interfaces import drawn_requests
from tests.running import ROOT

_RUN_SECONDS = 120

# All checks, in all phases; as many requests as a test has time for.
_SETTINGS = f"""
seed = 1
hooks = "{drawn_requests.__name__}"
[generation]
max-examples = 40
deterministic = true
[phases.stateful.generation]
max-examples = 8
[auth.openapi.BearerToken]
bearer = "{{token}}"
"""


@pytest.mark.parametrize(
    "paths",
    [
        "/ServiceChannelWorkOrders$",
        "/Activities$|/Release$|^/health/|^/metrics",
        "/WorkOrders|/Activities/{activityId}$|/History$|/Events$",
    ],
    ids=["webhook", "api", "reading"],
)
def test_the_service_answers_as_documented(caller: Caller, tmp_path: Path, paths: str) -> None:
    # So that there is something to be found under the lowest ids, which are drawn first.
    assert caller.post('{"Object": {"Id": 1, "Trade": "DOORS"}}').text == "1"
    issued = caller.adapters.tokens.issue("operator", None, timedelta(days=1), "tests")
    file = tmp_path / "schemathesis.toml"
    file.write_text(_SETTINGS.format(token=issued.token))
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(file)),
            *("run", f"{caller.service.url}/docs/openapi.json", "--include-path-regex", paths),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | own(caller),
        capture_output=True,
        text=True,
        timeout=_RUN_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout


def own(caller: Caller) -> dict[str, str]:
    return {
        drawn_requests.CLIENT_ID: str(caller.keys.client_id),
        drawn_requests.ACCESS_KEY: caller.keys.access_key,
        drawn_requests.SIGNING_KEY: caller.keys.signing_key or "",
    }
