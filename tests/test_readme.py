"""The README's commands work as they are written, from first to last."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

from tests.running import ROOT, Service

_README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_are_targets_that_set_up_and_run() -> None:
    [commands] = re.findall(r"\n```\n(make .*?)```", _README, re.DOTALL)
    assert commands.split() == ["make", "run", "make", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "worktrail serve --demo" in makefile


def test_every_block_does_what_it_says(folder: Path) -> None:
    checkout = _checkout(folder)
    with Service(None, folder).running("--demo") as service:
        (checkout / ".worktrail").symlink_to(service.environment["WORKTRAIL_DATA_DIR"])
        blocks = re.findall(r"```sh\n(.*?)```", _README, re.DOTALL)
        completed = subprocess.run(
            ["sh", "-eu", "-c", "\n".join(blocks)],
            cwd=checkout,
            env={**service.environment, "PATH": f"{checkout / 'bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert completed.returncode == 0, completed.stderr
    answers = completed.stdout
    assert answers.startswith('1\n<int xmlns="http://schemas.microsoft.com/2003/10/Seri')
    assert "Work order 1, activity 1, version 4" in answers
    assert "Status: sample string 1 / sample string 2 → COMPLETED" in answers
    assert "Webhook URL  http://127.0.0.1:" in answers
    assert "follows work order 190000001." in answers
    assert "1 opened, 0 open already." in answers


def _checkout(folder: Path) -> Path:
    """A folder like the checkout after set-up, where the console scripts are ours."""
    checkout = folder / "checkout"
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / "bin").mkdir()
    (checkout / "tests").symlink_to(ROOT / "tests")
    _script(
        checkout / ".venv/bin/worktrail",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from app import cli; cli()",
    )
    # `make test` needs Python alone, so curl's few options that the README uses are played.
    _script(checkout / "bin/curl", (ROOT / "tests/curl.py").read_text(encoding="utf-8"))
    return checkout


def _script(file: Path, code: str) -> None:
    file.write_text(f"#!{sys.executable}\n{code}", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
