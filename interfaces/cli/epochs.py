"""The log's epochs as they are printed."""

from collections.abc import Sequence

import rich_click as click

from application.epoch_ports import Epoch
from application.restores import Restored
from domain.client import Client
from interfaces.cli.output import plain, print_table, shown_time


def epoch_document(epoch: Epoch) -> dict[str, object]:
    """Return a restore as a JSON object."""
    event = epoch.restored
    return {
        "Epoch": event.epoch,
        "RestoredEnd": event.restored_end,
        "FirstPosition": event.first_position,
        "Assumed": event.is_assumed,
        "LastRecordedAt": epoch.last_recorded_at,
        "RestoredAt": epoch.restored_at,
        "Actor": epoch.actor,
        "Reason": event.reason,
        "LastActivityIds": [
            {"ClientId": last.client_id, "ActivityId": last.activity_id}
            for last in event.activity_ids
        ],
    }


def restored_document(told: Restored, *, dry_run: bool) -> dict[str, object]:
    """Return the same, with whether it was only now recorded."""
    recorded = told.is_new and not dry_run
    return {**epoch_document(told.epoch), "Recorded": recorded, "DryRun": dry_run}


def print_epochs(epochs: Sequence[Epoch]) -> None:
    """List restores."""
    print_table(
        ("Epoch", "Lost positions", "Last event before", "Restored", "By", "Reason"),
        [
            (
                str(epoch.restored.epoch),
                _lost(epoch),
                shown_time(epoch.last_recorded_at) or "none",
                shown_time(epoch.restored_at),
                epoch.actor or "",
                epoch.restored.reason or "",
            )
            for epoch in epochs
        ],
    )


def print_restored(told: Restored, clients: Sequence[Client], *, dry_run: bool) -> None:
    """Say what was recorded, or would be."""
    event = told.epoch.restored
    if not told.is_new:
        click.echo(f"Epoch {event.epoch} is on record already, and nothing was recorded since.")
    elif dry_run:
        click.echo(f"This would begin epoch {event.epoch}.")
    else:
        click.echo(f"Epoch {event.epoch} began.")
    last = shown_time(told.epoch.last_recorded_at)
    recorded = f", recorded {last}" if last else ""
    click.echo(f"The log ends at position {event.restored_end}{recorded}.")
    assumed = ": as many as could have been written since" if event.is_assumed else ""
    click.echo(f"Lost: {_lost(told.epoch)}{assumed}. It goes on at {event.first_position}.")
    names = {client.id: client.name for client in clients}
    for passed in event.activity_ids:
        name = plain(names.get(passed.client_id, str(passed.client_id)))
        click.echo(f"{name}: activity ids go on behind {passed.activity_id}.")


def _lost(epoch: Epoch) -> str:
    event = epoch.restored
    return f"{event.restored_end + 1} to {event.first_position - 1}" if event.lost else "none"
