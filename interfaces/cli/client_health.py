"""`worktrail clients health`: what reached each client day by day, and who has fallen silent."""

from collections.abc import Sequence
from typing import Final

import rich_click as click

from application.delivery_health import ClientHealth
from application.delivery_ports import ClientDay
from interfaces.cli.output import json_option, print_json, print_table, shown_time
from interfaces.cli.program import Program

_COLUMNS: Final = ("Client", "Name", "Last seen", "Silent since")
_DAY_COLUMNS: Final = (
    "Day", "Reports", "Tests", "Repeats", "Late", "Quarantined", "Unrelated", "Refused", "Pings",
    "Last seen",
)  # fmt: skip


@click.command()
@click.argument("client", required=False)
@click.option(
    "--days",
    type=click.IntRange(1, 3_660),
    default=14,
    show_default=True,
    help="How many days to tell of each client, in UTC; today is one.",
)
@json_option
@click.pass_obj
def health(program: Program, client: str | None, days: int, as_json: bool) -> None:
    """Tell when each client's last delivery was seen, and since when it is silent.

    Silent is who was last seen more than a day ago, and longer ago than the longest break of its
    usual week. With CLIENT, its days are listed too; without it they are in --json only.
    """
    with program.use_cases() as use:
        known = use.clients.all() if client is None else [use.clients.find(client)]
        found = use.delivery_health.look(known, days)
    if as_json:
        print_json([_document(one) for one in found])
        return
    print_table(_COLUMNS, [_row(one) for one in found])
    if client is not None:
        print_table(_DAY_COLUMNS, [_day_row(day) for one in found for day in one.days])
    _print_lag(found)


def _print_lag(found: Sequence[ClientHealth]) -> None:
    lag = max((one.lag_events for one in found), default=0)
    if lag:
        click.echo(f"The read models are {lag} events behind what was received.", err=True)


def _document(one: ClientHealth) -> dict[str, object]:
    return {
        "ClientId": one.client.client_id,
        "Name": one.client.name,
        "LastSeen": one.last_seen,
        "SilentSince": one.silent_since,
        "Days": [_day_document(day) for day in one.days],
        "LagEvents": one.lag_events,
    }


def _day_document(day: ClientDay) -> dict[str, object]:
    return {
        "Day": day.day,
        "Reports": day.reports,
        "Tests": day.tests,
        "Repeats": day.repeats,
        "Late": day.late,
        "Quarantined": day.quarantined,
        "Unrelated": day.unrelated,
        "Refused": day.refused,
        "Pings": day.pings,
        "LastSeen": day.last_seen,
    }


def _row(one: ClientHealth) -> tuple[str, ...]:
    return (
        str(one.client.client_id),
        one.client.name,
        shown_time(one.last_seen) or "never",
        shown_time(one.silent_since),
    )


def _day_row(day: ClientDay) -> tuple[str, ...]:
    counts = (
        day.reports, day.tests, day.repeats, day.late, day.quarantined, day.unrelated,
        day.refused, day.pings,
    )  # fmt: skip
    return (day.day.isoformat(), *map(str, counts), shown_time(day.last_seen))
