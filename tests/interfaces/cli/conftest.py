"""Fixtures of the command line's tests."""

from tests.interfaces.cli.commands import command_line

__all__ = ["command_line"]
