"""`worktrail restored`: put on record that the database was put back from a backup."""

from uuid import UUID

import rich_click as click

from domain.client import Client
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from domain.restore import RecordRestore
from interfaces.cli.epochs import epoch_document, print_epochs, print_restored, restored_document
from interfaces.cli.output import actor, json_option, print_json
from interfaces.cli.program import Program, UseCases
from interfaces.cli.reason import Reason

_HIGHEST_POSITION = 10**15
"""Far from where programs that take positions for floating-point numbers would confuse them."""

_ACTIVITY = click.IntRange(LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID)


class _LastId(click.ParamType[tuple[str, int]]):
    """A client, and an activity id of it."""

    name = "CLIENT=N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Read both."""
        client, equals, number = str(value).rpartition("=")
        if not (equals and client):
            self.fail("This is no CLIENT=N.", param, ctx)
        return client, int(_ACTIVITY(number, param, ctx))


@click.command()
@click.option(
    "--last-position",
    type=click.IntRange(1, _HIGHEST_POSITION),
    help="The last position that anybody knows of, such as a follower.",
)
@click.option(
    "--last-activity-id",
    "last_ids",
    type=_LastId(),
    multiple=True,
    help="The last activity id that a client is known to have opened; for each client.",
)
@click.option("--reason", type=Reason(), help="Why, for the record.")
@click.option("--dry-run", is_flag=True, help="Only say what would be recorded.")
@click.option("--list", "lists", is_flag=True, help="Only list the restores on record.")
@json_option
@click.pass_obj
def restored(
    program: Program,
    last_position: int | None,
    last_ids: tuple[tuple[str, int], ...],
    reason: str | None,
    dry_run: bool,
    lists: bool,
    as_json: bool,
) -> None:
    """Record that the database was put back from a backup, before it is served again.

    The log goes on beyond the last known position, and so do activity ids: nothing that was given
    out and is lost means something else later. Whoever followed into what is lost is told so.

    Where no last position is given, as many are passed over as could have been written since the
    backup, at 20,000 a second and at least a million. Of activity ids, as many as positions are
    passed over, and at most a million, unless the last one is given.

    Given again, it tells the epoch that is on record.
    """
    if not lists:
        with program.use_cases() as use:
            clients = use.clients.all()
            command = RecordRestore(last_position, _of_clients(use, last_ids), reason)
            told = use.restores.record(command, clients, actor(), dry_run=dry_run)
        if as_json:
            print_json(restored_document(told, dry_run=dry_run))
        else:
            print_restored(told, clients, dry_run=dry_run)
    elif last_position or last_ids or reason or dry_run:
        raise click.UsageError("With --list nothing else is given.")
    else:
        with program.use_cases() as use:
            epochs = use.restores.all()
        if as_json:
            print_json([epoch_document(epoch) for epoch in epochs])
        else:
            print_epochs(epochs)


def _of_clients(use: UseCases, last_ids: tuple[tuple[str, int], ...]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for name, activity_id in last_ids:
        client: Client = use.clients.find(name)
        if client.id in found:
            raise click.UsageError(f"The last activity id of {client.name} is given twice.")
        found[client.id] = activity_id
    return found
