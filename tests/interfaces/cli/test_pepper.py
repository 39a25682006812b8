"""Another pepper than the database was made with is refused at once, and not found out by 401s."""

from collections.abc import Iterator

import pytest
import rich_click as click

from app import cli
from tests.interfaces.cli.commands import CommandLine
from tests.running import free_port

NEEDS_NO_KEYS = {"migrate", "simulate", "doctor"}
"""The first looks at the schema alone, the second at no database, and the last one tells."""

COMMANDS = [
    ("serve",),
    ("serve", "--workers", "2", "--no-project"),
    ("project",),
    ("projections", "list"),
    ("projections", "rebuild", "--all"),
    ("projections", "retry", "--all"),
    ("projections", "verify", "--all"),
    ("clients", "add", "Other"),
    ("clients", "list"),
    ("clients", "check", "Acme"),
    ("clients", "health"),
    ("clients", "change", "Acme", "--open-activities", "on-request"),
    ("clients", "keys", "add", "Acme"),
    ("clients", "keys", "rotate", "Acme", "--overlap", "24h"),
    ("clients", "keys", "retire", "Acme", "0192f0c1-0000-7000-8000-00000000000a"),
    ("clients", "prefer", "Acme", "default"),
    ("clients", "providers", "Acme", "1"),
    ("activities", "open", "Acme", "1"),
    ("activities", "release", "Acme", "1"),
    ("activities", "move", "Acme", "1", "--to", "2"),
    ("activities", "list", "Acme"),
    ("activities", "unlinked", "Acme"),
    ("activities", "import", "Acme", "-"),
    ("tokens", "issue", "operator"),
    ("tokens", "revoke", "0192f0c1-0000-7000-8000-00000000000a"),
    ("tokens", "list"),
    ("history", "Acme", "--work-order", "1"),
    ("gaps", "Acme"),
    ("reports", "import", "Acme", "-"),
    ("quarantine", "list", "Acme"),
    ("quarantine", "show", "Acme", "00000000"),
    ("quarantine", "release", "Acme", "00000000"),
    ("quarantine", "discard", "Acme", "00000000", "--reason", "a test"),
    ("restored",),
]


def leaves(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """Return the words of every command that is no group."""
    if not isinstance(command, click.Group):
        yield path
        return
    for name, inner in command.commands.items():
        yield from leaves(inner, *path, name)


def test_every_command_is_tried() -> None:
    tried = {words for words in leaves(cli) for given in COMMANDS if given[: len(words)] == words}
    assert {words for words in leaves(cli) if words[0] not in NEEDS_NO_KEYS} == tried


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_another_pepper_is_refused(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    command_line.json("clients", "add", "Acme")
    monkeypatch.setenv("WORKTRAIL_PORT", str(free_port()))
    monkeypatch.setenv("WORKTRAIL_PEPPER", "another pepper")
    assert command_line.refused(*command, given="WorkOrderId,ActivityId\n1,1\n") == (
        "worktrail: The database was made with another pepper, so no key and no token would open "
        "anything: restore the file pepper of the data folder, or WORKTRAIL_PEPPER."
    )
    assert "made with another pepper" in command_line.run("doctor").stdout
