"""What is measured in a process of its own, and prints what came out."""

import os
import subprocess
import sys

from tests.running import ROOT


def printed_by(module: str, *arguments: str, **settings: str) -> str:
    """Run a module with settings in its environment; return what it printed."""
    completed = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if completed.returncode != 0:
        raise SystemExit(f"{module} failed:\n{completed.stderr}")
    return completed.stdout
