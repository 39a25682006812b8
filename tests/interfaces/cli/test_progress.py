"""Imports say on a terminal how far they are, and into a pipe nothing of it."""

import json
import re
from pathlib import Path

import pytest

from tests.running import Service
from tests.terminal import on_terminal

LINES = 4_000
NUMBERS = range(1, LINES + 1)
LINKS = "\n".join(["WorkOrderId,ActivityId", *(f"{n},{n}" for n in NUMBERS)])
ANSWERS = "\n".join(json.dumps({"Id": n, "UpdatedDate": "2026-07-08T09:12:44Z"}) for n in NUMBERS)


@pytest.mark.parametrize(
    ("group", "text", "doing", "outcome"),
    [
        ("activities", LINKS, "opening", f"{LINES} opened, 0 open already."),
        ("reports", ANSWERS, "reconciling", f"Work orders: {LINES} new"),
    ],
)
def test_a_bar_counts_up_to_all_lines_of_the_file_and_only_on_a_terminal(
    schema_url: str, tmp_path: Path, group: str, text: str, doing: str, outcome: str
) -> None:
    site, file = Service(schema_url, tmp_path), tmp_path / "file"
    file.write_text(text, encoding="utf-8")
    client_id = site.json("clients", "add", "Acme")["ClientId"]
    with on_terminal(site, group, "import", client_id, str(file)) as terminal:
        assert terminal.exit_code(60) == 0
        written = terminal.written
    counts = [int(count) for count in re.findall(rf"{doing} [^/\n]*?(\d+)/{LINES}", written)]
    assert (counts[0], counts[-1]) == (0, LINES)
    assert counts == sorted(counts)
    assert any(0 < count < LINES for count in counts)
    assert outcome in written
    piped = site.command(group, "import", client_id, str(file))
    assert (piped.returncode, piped.stderr) == (0, "")
    assert f"/{LINES}" not in piped.stdout
