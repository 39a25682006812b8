"""How far a rebuild is, told line by line to programs and by bars to people."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest

from application.journal_writer import JournalWriter
from application.rebuild_ports import Phase, Progress
from interfaces.cli import rebuild_progress
from tests.application.conftest import stopping, writer
from tests.grown_log import grow
from tests.interfaces.cli.test_projections import NAMES
from tests.interfaces.terminal import shown
from tests.running import Service

__all__ = ["stopping", "writer"]

# A bar of 80 columns: whose, in which phase, events done and of how many, rate, time left.
FRAME: Final = re.compile(
    r"(\w+): ([a-z ]+?) +[━╸╺]+ +(\d+)/(\d+) +(\d*)(?: events/s)? +(\d:\d\d:\d\d|-:--:--)$"
)

Course = list[tuple[float, Phase, int]]

COURSE: Final[Course] = [
    (0.0, "filling", 0),
    (0.5, "filling", 100),
    (2.0, "filling", 400),
    (2.5, "filling", 600),
    (4.0, "filling", 1_000),
    (4.0, "filling", 1_000),
    (4.0, "indexing", 1_000),
    (5.0, "catching up", 1_000),
    (8.0, "done", 1_000),
]


def told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], course: Course
) -> list[list[Any]]:
    """Return the lines that are printed where two read models are rebuilt together."""
    now = 0.0
    monkeypatch.setattr(rebuild_progress, "monotonic", lambda: now)
    with rebuild_progress.told_progress(as_json=True) as tell:
        for moment, phase, done in course:
            now = 60.0 + moment
            tell(Progress("timeline", phase, done, 1_000))
            tell(Progress("heads", phase, done, 1_000))
    return [list(json.loads(line).values()) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_how_fast_it_goes_and_how_long_it_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = told(monkeypatch, capsys, COURSE)

    for name in ("timeline", "heads"):
        assert [line[1:] for line in lines if line[0] == name] == [
            ["filling", 0, 1_000, None, None],
            ["filling", 400, 1_000, 200.0, 3.0],
            ["filling", 1_000, 1_000, 250.0, 0.0],
            ["indexing", 1_000, 1_000, None, None],
            ["catching up", 1_000, 1_000, None, None],
            ["done", 1_000, 1_000, 125.0, 0.0],
        ]


def test_nothing_to_rebuild_is_done_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = told(monkeypatch, capsys, [(0.0, "filling", 0), (0.0, "done", 0)])
    assert [line[1:] for line in lines[1::2]] == [
        ["filling", 0, 1_000, None, None],
        ["done", 0, 1_000, 0.0, 0.0],
    ]


def test_each_read_model_is_told_of_from_filling_to_done(
    schema_url: str, writer: JournalWriter, tmp_path: Path
) -> None:
    grow(writer, 3_000)
    completed = Service(schema_url, tmp_path).command(
        "projections", "rebuild", "--all", "--json", "--yes"
    )

    assert completed.returncode == 0, completed.stderr
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for text in completed.stdout.splitlines():
        line = json.loads(text)
        assert list(line) == ["Name", "Phase", "Events", "Total", "Rate", "SecondsLeft"]
        lines[line["Name"]].append(line)
    assert sorted(lines) == sorted([*NAMES, "heads"])
    for name, course in lines.items():
        phases = list(dict.fromkeys(line["Phase"] for line in course))
        indexing = [] if name == "heads" else ["indexing"]
        assert phases == ["filling", *indexing, "catching up", "done"]
        assert [line["Phase"] for line in course].count("done") == 1
        done = [line["Events"] for line in course]
        assert done == sorted(done)
        filled = [line for line in course if line["Phase"] == "filling"][1:]
        assert all(line["Rate"] > 0 for line in [*filled, course[-1]])
        assert filled[-1]["SecondsLeft"] == course[-1]["SecondsLeft"] == 0


def test_people_see_how_fast_it_goes_and_how_long_it_takes(
    schema_url: str, writer: JournalWriter, tmp_path: Path
) -> None:
    grow(writer, 10_000)
    lines = shown(Service(schema_url, tmp_path), "projections", "rebuild", "--all", "--yes")

    frames = [frame.groups() for line in lines if (frame := FRAME.match(line))]
    for name in [*NAMES, "heads"]:
        course = [frame[1:] for frame in frames if frame[0] == name]
        assert {total for _, _, total, _, _ in course} == {"12000"}
        phase, done, _, rate, left = course[-1]
        assert (phase, done, int(rate) > 0, left) == ("done", "12000", True, "0:00:00")
    # The heads are filled too soon to be sure of a picture of it.
    assert any(
        phase == "filling" and 0 < int(done) < 12_000 and int(rate) > 0 and left != "-:--:--"
        for _, phase, done, _, rate, left in frames
    ), frames
