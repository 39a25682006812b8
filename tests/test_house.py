"""The house: who may import whom, where code lies, how files are named and how long they are.

The order of the layers is also a contract of import-linter (pyproject.toml); these tests hold the
whole table as a list of what is allowed, so that what nobody thought of is refused.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

CHECKOUT = Path(__file__).parent.parent

MAY_IMPORT = {
    "domain": {"domain", "msgspec"},
    "application": {"application", "domain", "eventsourcing", "msgspec"},
    "infrastructure": {
        "infrastructure",
        "application.delivery_ports",
        "application.epoch_ports",
        "application.journal_ports",
        "application.outage_ports",
        "application.ports",
        "application.query_ports",
        "application.read_model_ports",
        "application.rebuild_ports",
        "application.status_ports",
        "application.stream_ports",
        "application.work_order_ports",
        "domain",
        "eventsourcing",
        "msgspec",
        "psycopg",
        "psycopg_pool",
    },
    "interfaces": {
        "interfaces",
        "application",
        "domain",
        "httpx",
        "litestar",
        "msgspec",
        "prometheus_client",
        "rich",
        "rich_click",
        "uvicorn",
    },
}
MOST_LINES = 300
MEDIAN_BELOW = 80
SAYS_NOTHING = {"base", "common", "data", "helper", "info", "manager", "service", "util"}


def python_files(root: Path) -> Iterator[Path]:
    """Every Python file of a checkout, apart from hidden folders, relative to it."""
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if not any(part.startswith(".") for part in relative.parts):
            yield relative


def imported_names(source: str) -> Iterator[tuple[int, str]]:
    """Every imported name with its line, also those inside functions and type-checking blocks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)


def imports_outside_the_table(root: Path) -> list[str]:
    return [
        f"{path}:{line} imports {name}"
        for path in python_files(root)
        if path.parts[0] in MAY_IMPORT
        for line, name in imported_names((root / path).read_text(encoding="utf-8"))
        if not is_allowed(name, MAY_IMPORT[path.parts[0]])
    ]


def is_allowed(name: str, allowed: set[str]) -> bool:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return True
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in allowed)


def files_outside_the_rooms(root: Path) -> list[str]:
    rooms = {*MAY_IMPORT, "tests", "app.py"}
    return [str(path) for path in python_files(root) if path.parts[0] not in rooms]


def names_that_say_nothing(root: Path) -> list[str]:
    return [
        str(path)
        for path in python_files(root)
        if {word.removesuffix("s") for word in words(path)} & SAYS_NOTHING
    ]


def words(path: Path) -> list[str]:
    return "_".join(path.with_suffix("").parts).lower().split("_")


def line_counts(root: Path) -> dict[Path, int]:
    return {
        path: len((root / path).read_text(encoding="utf-8").splitlines())
        for path in python_files(root)
    }


def too_long(root: Path) -> list[str]:
    return [f"{path}: {n} lines" for path, n in line_counts(root).items() if n > MOST_LINES]


def median_lines_of_the_code(root: Path) -> float:
    return median(
        lines
        for path, lines in line_counts(root).items()
        if path.parts[0] != "tests" and path.name != "__init__.py"
    )


def addresses_in_locks(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}: {line}"
        for path in sorted((root / "requirements").iterdir())
        for line in path.read_text(encoding="utf-8").splitlines()
        if "://" in line or "-index" in line or "find-links" in line
    ]


def plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_every_import_is_in_the_table() -> None:
    assert imports_outside_the_table(CHECKOUT) == []


def test_every_file_lies_in_a_room() -> None:
    assert files_outside_the_rooms(CHECKOUT) == []


def test_no_name_says_nothing() -> None:
    assert names_that_say_nothing(CHECKOUT) == []


def test_no_file_is_longer_than_300_lines() -> None:
    assert too_long(CHECKOUT) == []


def test_the_median_file_is_shorter_than_80_lines() -> None:
    assert median_lines_of_the_code(CHECKOUT) < MEDIAN_BELOW


def test_no_requirement_names_an_address() -> None:
    assert addresses_in_locks(CHECKOUT) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("domain/activity.py", "import litestar"),
        ("domain/activity.py", "from eventsourcing.persistence import StoredEvent"),
        ("domain/activity.py", "import application.ports"),
        ("domain/activity.py", "def read():\n    import psycopg"),
        ("domain/activity.py", "from .identity import stream_id"),
        ("application/journal.py", "import psycopg"),
        ("application/journal.py", "from infrastructure import heads"),
        ("application/journal.py", "import httpx"),
        ("application/journal.py", "import app"),
        ("infrastructure/heads.py", "from application import journal"),
        ("infrastructure/heads.py", "from application.portside import Harbour"),
        ("infrastructure/heads.py", "from interfaces.problems import answer"),
        ("infrastructure/heads.py", "import rich"),
        ("interfaces/problems.py", "from infrastructure.heads import Heads"),
        ("interfaces/problems.py", "import psycopg"),
        ("interfaces/problems.py", "from eventsourcing.domain import event"),
        ("interfaces/cli/main.py", "import requests"),
    ],
)
def test_an_import_outside_the_table_is_found(tmp_path: Path, path: str, source: str) -> None:
    plant(tmp_path, path, source)
    assert len(imports_outside_the_table(tmp_path)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("domain/activity.py", "import msgspec\nfrom datetime import datetime"),
        ("application/journal.py", "from eventsourcing.application import Application"),
        ("infrastructure/heads.py", "from application import ports"),
        ("infrastructure/heads.py", "from application.ports import Clock"),
        ("interfaces/problems.py", "from domain.errors import WorktrailError"),
        ("app.py", "import psycopg, litestar, infrastructure.heads"),
        ("tests/domain/test_activity.py", "import psutil"),
    ],
)
def test_an_import_in_the_table_is_let_pass(tmp_path: Path, path: str, source: str) -> None:
    plant(tmp_path, path, source)
    assert imports_outside_the_table(tmp_path) == []


@pytest.mark.parametrize("path", ["shared/clock.py", "manage.py", "docs/conf.py"])
def test_a_file_outside_the_rooms_is_found(tmp_path: Path, path: str) -> None:
    plant(tmp_path, path, "")
    assert files_outside_the_rooms(tmp_path) == [path]


@pytest.mark.parametrize(
    "path",
    ["domain/utils.py", "domain/client_service.py", "interfaces/common/media.py", "tests/base.py"],
)
def test_a_name_that_says_nothing_is_found(tmp_path: Path, path: str) -> None:
    plant(tmp_path, path, "")
    assert names_that_say_nothing(tmp_path) == [path]


def test_a_name_that_contains_a_longer_word_is_let_pass(tmp_path: Path) -> None:
    plant(tmp_path, "infrastructure/database.py", "")
    assert names_that_say_nothing(tmp_path) == []


@pytest.mark.parametrize(("lines", "found"), [(300, 0), (301, 1)])
def test_a_file_that_is_too_long_is_found(tmp_path: Path, lines: int, found: int) -> None:
    plant(tmp_path, "tests/test_all.py", "\n" * lines)
    assert len(too_long(tmp_path)) == found


def test_the_median_counts_neither_tests_nor_package_markers(tmp_path: Path) -> None:
    for path, lines in [("app.py", 90), ("domain/__init__.py", 1), ("tests/test_all.py", 10)]:
        plant(tmp_path, path, "\n" * lines)
    assert median_lines_of_the_code(tmp_path) == 90


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "--extra-index-url=mirror",
        "--find-links wheels",
        "litestar @ https://example.org/litestar.whl",
    ],
)
def test_an_address_in_a_requirement_is_found(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "requirements/runtime.txt", f"{line}\n")
    assert len(addresses_in_locks(tmp_path)) == 1
