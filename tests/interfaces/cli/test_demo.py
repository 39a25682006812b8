"""The demo client's address opens the door at every start, and there is one demo client."""

from pathlib import Path

import pytest

from app import Worktrail
from interfaces.cli.demo import announce_demo
from tests.interfaces.cli.commands import CommandLine


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("WORKTRAIL_DATA_DIR", str(tmp_path))
    return tmp_path


def announced(capsys: pytest.CaptureFixture[str]) -> str:
    program = Worktrail()
    with program.use_cases() as use:
        announce_demo(program, use)
    return capsys.readouterr().out.split()[6]


def test_the_same_address_is_printed_at_every_start(
    command_line: CommandLine, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = announced(capsys)
    assert announced(capsys) == first
    assert (data_dir / "demo-webhook-url").read_text().strip() == first
    assert (data_dir / "demo-webhook-url").stat().st_mode & 0o777 == 0o600
    assert len(command_line.json("clients", "list")) == 1


def test_the_address_moves_with_the_service(
    command_line: CommandLine,
    data_dir: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = announced(capsys)
    monkeypatch.setenv("WORKTRAIL_PUBLIC_URL", "https://hooks.example.com")
    assert announced(capsys) == first.replace("http://127.0.0.1:8000", "https://hooks.example.com")
    assert data_dir.exists()
    assert command_line.json("clients", "list")[0]["Name"] == "Demo"


@pytest.mark.parametrize("lost", ["its keys", "its address"])
def test_an_address_that_opens_nothing_is_renewed_for_the_same_client(
    command_line: CommandLine, data_dir: Path, capsys: pytest.CaptureFixture[str], lost: str
) -> None:
    first = announced(capsys)
    [client] = command_line.json("clients", "list")
    if lost == "its keys":
        command_line.json("clients", "keys", "retire", "Demo", client["Keys"][0]["KeyId"])
    else:
        (data_dir / "demo-webhook-url").unlink()
    renewed = announced(capsys)
    assert renewed != first
    assert renewed.split("?")[0] == first.split("?")[0]
    assert len(command_line.json("clients", "list")) == 1
