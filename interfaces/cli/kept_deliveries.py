"""Quarantined deliveries and their releases, as they are printed."""

import rich_click as click

from application.kept_deliveries import KeptDelivery
from application.releases import Release
from domain.errors import StillUnreadableError
from interfaces.cli.output import print_json, shown_time

SHOWN_DIGITS = 12


def print_releases(
    released: list[Release], refused: list[StillUnreadableError], *, as_json: bool
) -> None:
    """Print what was released and what was not."""
    if as_json:
        print_json(
            {
                "Released": [
                    {
                        "Digest": done.digest,
                        "WorkOrderId": done.work_order_id,
                        "Version": done.version,
                        "Added": done.added,
                    }
                    for done in released
                ],
                "Refused": [
                    {"Digest": error.digest, "Problem": error.problem} for error in refused
                ],
            }
        )
        return
    for done in released:
        what = "now stands" if done.added else "already stood"
        click.echo(
            f"Delivery {done.digest[:SHOWN_DIGITS]} {what} on work order "
            f"{done.work_order_id} at version {done.version}."
        )
    for error in refused:
        click.echo(str(error), err=True)


def delivery_row(kept: KeptDelivery) -> tuple[str, ...]:
    """Return a delivery's cells in the list."""
    return (
        kept.digest[:SHOWN_DIGITS],
        shown_time(kept.kept.arrived_at),
        str(kept.arrivals),
        kept.told.reason,
        kept.problem or kept.told.event_type or "",
        kept.state,
    )


def delivery_document(kept: KeptDelivery) -> dict[str, object]:
    """Return a delivery as a JSON object, without its body."""
    return {
        "Digest": kept.digest,
        "Reason": kept.told.reason,
        "Problem": kept.problem or None,
        "EventType": kept.told.event_type,
        "MediaType": kept.told.media_type,
        "Arrivals": kept.arrivals,
        "ArrivedAt": kept.kept.arrived_at,
        "LastArrivedAt": kept.last_arrived_at,
        "State": kept.state,
    }
