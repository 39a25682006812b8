"""What the embedded server takes of machines of all sizes."""

from pathlib import Path

import pytest

from infrastructure.embedded_sizes import sizes, sizes_within, usable_memory

_MB, _GB = 1024**2, 1024**3


@pytest.mark.parametrize(
    ("memory", "disk", "fitting"),
    [
        (_GB, 8 * _GB, {}),
        (2 * _GB, 8 * _GB, {"shared_buffers": "256MB"}),
        (_GB, 16 * _GB, {"max_wal_size": "2048MB"}),
        (8 * _GB, 32 * _GB, {"shared_buffers": "1024MB", "max_wal_size": "4096MB"}),
        (512 * _GB, 999 * _GB, {"shared_buffers": "2048MB", "max_wal_size": "4096MB"}),
    ],
)
def test_a_server_takes_an_eighth_where_that_is_more_than_its_defaults(
    memory: int, disk: int, fitting: dict[str, str]
) -> None:
    assert sizes_within(memory, disk) == fitting


def test_what_was_set_by_hand_stays(tmp_path: Path) -> None:
    by_hand = tmp_path / "postgresql.auto.conf"
    (tmp_path / "pg_wal").mkdir()
    by_hand.write_text("shared_buffers = '32MB'\nmax_wal_size = '64MB'\n")
    assert sizes(tmp_path) == {}


@pytest.mark.parametrize(
    ("memberships", "limits", "usable"),
    [
        ("0::/a/b\n", {"memory.max": "max", "a/memory.max": "7", "a/b/memory.max": "9"}, 7),
        ("0::/\n", {"memory.max": "5"}, 5),
        (
            "3:cpu,cpuacct:/a\n2:memory:/a\n0::/\n",
            {"memory/memory.limit_in_bytes": "8", "memory/a/memory.limit_in_bytes": "9"},
            8,
        ),
        ("0::/../outside\n", {"memory.max": "5"}, 5),
        ("\nno group\n0::/odd\x1cname\n", {"memory.max": "5"}, 5),
    ],
)
def test_the_least_limit_of_the_control_groups_holds(
    tmp_path: Path, memberships: str, limits: dict[str, str], usable: int
) -> None:
    groups, own = tmp_path / "groups", tmp_path / "own"
    own.write_text(memberships)
    for name, limit in limits.items():
        file = groups / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(limit + "\n")
    assert usable_memory(own, groups) == usable


def test_all_memory_is_usable_where_no_control_group_limits_it(tmp_path: Path) -> None:
    installed = usable_memory(tmp_path / "none", tmp_path)
    unlimited = tmp_path / "memory" / "memory.limit_in_bytes"
    unlimited.parent.mkdir()
    unlimited.write_text("9223372036854771712\n")
    own = tmp_path / "own"
    own.write_bytes(b"2:memory:/\xff\n")
    assert usable_memory(own, tmp_path) == installed > 64 * _MB
