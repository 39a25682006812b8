"""The running service and its document agree: schemathesis asks whatever the document allows."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.callers import Caller

_RUN_SECONDS = 120

_BOUNDS = """
seed = 1
[generation]
max-examples = 40
deterministic = true
[phases.stateful]
enabled = false
"""

# What a schema cannot say: which texts are names in XML, and which keys of a form fit together.
# Bodies that break those rules are drawn as valid ones, and are refused with 400.
# Its coverage phase sends 1,500 bodies that differ in members of which none is ever refused.
_WEBHOOK = """
[phases.coverage]
enabled = false
[checks.positive_data_acceptance]
expected-statuses = [200, 400]
[parameters]
"path.clientId" = "{client_id}"
"query.accessKey" = "{access_key}"
"query.signingKey" = "{signing_key}"
"""

# Litestar writes the highest work order id, 2^63 - 1, as a float, which is 2^63: ids between the
# two are drawn as valid, and refused. Where the client id is all that was drawn wrong, the one of
# these settings takes its place, and the release is rightly carried out.
_API = """
[[operations]]
include-operation-id = "openActivities"
checks.positive_data_acceptance.expected-statuses = [200, 400, 409]
[[operations]]
include-operation-id = "releaseActivity"
checks.negative_data_rejection.enabled = false
[parameters]
"path.clientId" = "{client_id}"
[auth.openapi.BearerToken]
bearer = "{token}"
"""


@pytest.mark.parametrize(
    ("paths", "configuration"),
    [("/ServiceChannelWorkOrders$", _WEBHOOK), ("/Activities|^/health/", _API)],
    ids=["webhook", "api"],
)
def test_the_service_answers_as_documented(
    caller: Caller, tmp_path: Path, paths: str, configuration: str
) -> None:
    issued = caller.adapters.tokens.issue("operator", None, timedelta(days=1), "tests")
    file = tmp_path / "schemathesis.toml"
    file.write_text(
        _BOUNDS
        + configuration.format(
            client_id=caller.keys.client_id,
            access_key=caller.keys.access_key,
            signing_key=caller.keys.signing_key,
            token=issued.token,
        )
    )
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(file)),
            *("run", f"{caller.service.url}/docs/openapi.json", "--include-path-regex", paths),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=_RUN_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout
