"""What the figures of the write path must reach, and which of a run do not."""

from collections.abc import Iterator, Mapping
from typing import Final

AT_LEAST: Final = {
    "durable_vs_bare": 0.40,
    "durable_vs_stock": 10.0,
    "workers_2_vs_1": 1.0,
    "full_vs_empty_log": 0.9,
}

AT_MOST: Final = {
    "p99_vs_stock": 0.25,
    "steady_500_p99_ms": 25.0,
    "seconds_until_normal_after_overload": 2.0,
    "seconds_until_normal_after_open_overload": 2.0,
    "longest_ms_at_1000": 250.0,
    "disk_bytes_per_body_byte": 1.8,
    "worker_megabytes": 200.0,
    "worker_megabytes_after_a_million": 200.0,
}


def missed(figures: Mapping[str, object]) -> Iterator[str]:
    """Name the figures that do not reach what they must, of those that were measured."""
    for name, bound in AT_LEAST.items():
        if isinstance(measured := figures.get(name), float) and measured < bound:
            yield f"{name} is {measured}, and must be at least {bound}"
    for name, bound in AT_MOST.items():
        if isinstance(measured := figures.get(name), float) and measured > bound:
            yield f"{name} is {measured}, and must be at most {bound}"
