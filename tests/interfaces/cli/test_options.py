"""Options that say nothing are refused before anything is done."""

import pytest

from tests.interfaces.cli.commands import CommandLine


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("tokens", "issue", "operator", "--expires-in", "0d"),
            "It must last at least a minute.",
        ),
        (
            ("quarantine", "discard", "Acme", "ab" * 32, "--reason", " "),
            "A reason that says nothing is none.",
        ),
        (
            ("activities", "release", "Acme", "1", "--reason", ""),
            "A reason that says nothing is none.",
        ),
    ],
)
def test_an_option_that_says_nothing_is_refused(
    command_line: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    refused = command_line.run(*arguments)
    assert refused.exit_code == 2
    assert sentence in refused.stderr
