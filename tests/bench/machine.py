"""What was measured, and on what; nothing that names the machine itself."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.bench import postgres
from tests.bench.wrk import require_wrk
from tests.running import ROOT
from tests.schemas import schema

_PACKAGES: Final = ("litestar", "uvicorn", "uvloop", "httptools", "msgspec", "psycopg")


def machine(server_url: str) -> dict[str, object]:
    """Return what was measured and where: the commit, processors, versions, settings.

    And how long a commit of the database takes here, in microseconds.
    """
    with schema(server_url, "bench_commit") as schema_url:
        commit = postgres.commit_microseconds(schema_url)
    shown = postgres.settings(server_url)
    return {
        "source": _source(),
        "processors": os.cpu_count(),
        "processor": _processor(),
        "memory_megabytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgres": shown.pop("server_version"),
        "settings": shown,
        "commit_microseconds": commit,
        "wrk": require_wrk(),
        "packages": {name: version(name) for name in (*_PACKAGES, "eventsourcing")},
    }


def _source() -> str | None:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return asked.stdout.strip() or None


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
