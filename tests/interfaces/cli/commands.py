"""Runs commands of the command line in the test's own process."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import cli


class CommandLine:
    """The command line on the settings of one test."""

    def run(self, *arguments: str, given: str | None = None) -> Result:
        """Run a command, whatever comes of it."""
        return CliRunner().invoke(cli, arguments, input=given)

    def text(self, *arguments: str) -> str:
        """Run a command that succeeds and return what it printed."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def json(self, *arguments: str, given: str | None = None) -> Any:
        """Run a command with `--json` and return its document."""
        result = self.run(*arguments, "--json", given=given)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def refused(self, *arguments: str, given: str | None = None) -> str:
        """Run a command that cannot go on and return its one sentence."""
        result = self.run(*arguments, given=given)
        assert result.exit_code != 0
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        [sentence] = result.stderr.splitlines()
        return sentence


@pytest.fixture
def command_line(schema_url: str, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line on an empty database."""
    monkeypatch.setenv("WORKTRAIL_DATABASE_URL", schema_url)
    monkeypatch.setenv("WORKTRAIL_PEPPER", "a pepper for tests")
    return CommandLine()
