"""What the embedded server may take of machines of all sizes."""

from pathlib import Path

import pytest

from infrastructure.embedded_sizes import max_wal_size, memory_limits, shared_buffers

_MB, _GB = 1024**2, 1024**3


@pytest.mark.parametrize(
    ("memory", "buffers"),
    [(512 * _MB, 128 * _MB), (2 * _GB, 256 * _MB), (8 * _GB, _GB), (64 * _GB, _GB)],
)
def test_pages_get_an_eighth_of_the_memory(memory: int, buffers: int) -> None:
    assert shared_buffers(memory) == buffers


@pytest.mark.parametrize(
    ("disk", "wal"), [(5 * _GB, _GB), (32 * _GB, 2 * _GB), (1_000 * _GB, 4 * _GB)]
)
def test_the_write_ahead_log_gets_a_sixteenth_of_the_disk(disk: int, wal: int) -> None:
    assert max_wal_size(disk) == wal


@pytest.mark.parametrize(
    ("memberships", "limits", "found"),
    [
        ("0::/a/b\n", {"memory.max": "max", "a/memory.max": "7", "a/b/memory.max": "9"}, [9, 7]),
        ("0::/\n", {"memory.max": "5"}, [5]),
        (
            "3:cpu,cpuacct:/a\n2:memory:/a\n0::/\n",
            {"memory/memory.limit_in_bytes": "9", "memory/a/memory.limit_in_bytes": "8"},
            [8, 9],
        ),
        ("0::/elsewhere\n", {}, []),
        ("0::/../outside\n", {"memory.max": "5"}, [5]),
    ],
)
def test_the_limits_of_control_groups_are_found(
    tmp_path: Path, memberships: str, limits: dict[str, str], found: list[int]
) -> None:
    groups, own = tmp_path / "groups", tmp_path / "own"
    own.write_text(memberships)
    for name, limit in limits.items():
        file = groups / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(limit + "\n")
    assert list(memory_limits(own, groups)) == found


def test_a_system_without_control_groups_has_no_limits(tmp_path: Path) -> None:
    assert list(memory_limits(tmp_path / "none", tmp_path)) == []
