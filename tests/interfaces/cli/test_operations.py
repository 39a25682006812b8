"""Migrating, looking at what is configured, and listening, from the command line."""

import socket

import psycopg
import pytest

from tests.interfaces.cli.commands import CommandLine


def test_a_schema_is_migrated_once(command_line: CommandLine) -> None:
    applied = command_line.json("migrate")["Applied"]
    assert applied[0] == "0001_event_log.sql"
    assert command_line.json("migrate") == {"Applied": []}
    assert command_line.text("migrate") == "The schema is up to date.\n"


def test_a_newer_schema_is_refused(command_line: CommandLine, schema_url: str) -> None:
    command_line.json("migrate")
    with psycopg.connect(schema_url) as connection:
        connection.execute("INSERT INTO schema_steps (number) VALUES (1000)")
    for command in (("migrate",), ("clients", "list"), ("serve",)):
        assert "The database has schema 1000" in command_line.refused(*command)


def test_the_doctor_finds_nothing_wrong_after_a_migration(command_line: CommandLine) -> None:
    command_line.json("migrate")
    findings = {finding["Name"]: finding for finding in command_line.json("doctor")}
    assert findings["fsync"]["Value"] == "on"
    assert findings["WORKTRAIL_PEPPER"] == {
        "Name": "WORKTRAIL_PEPPER",
        "Value": "set",
        "Source": "environment",
        "Problem": None,
    }


def test_the_doctor_says_that_the_schema_is_missing(command_line: CommandLine) -> None:
    result = command_line.run("doctor")
    assert result.exit_code == 1
    assert "worktrail migrate" in result.stdout


def test_the_doctor_says_that_the_database_is_away(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKTRAIL_DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:1/x")
    result = command_line.run("doctor")
    assert result.exit_code == 1
    assert "away" in result.stdout
    assert "secret" not in result.stdout + result.stderr


def test_a_database_that_is_away_is_said_in_a_sentence(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKTRAIL_DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:1/x")
    sentence = command_line.refused("clients", "list")
    assert sentence.startswith("worktrail: The database is away: ")
    assert "secret" not in sentence


def test_a_busy_port_is_said_in_a_sentence(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        monkeypatch.setenv("WORKTRAIL_PORT", str(busy.getsockname()[1]))
        assert "Address already in use" in command_line.refused("serve")


def test_a_setting_that_cannot_be_is_said_in_a_sentence(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKTRAIL_REDELIVERY_WINDOW", "5m")
    assert "WORKTRAIL_REDELIVERY_WINDOW" in command_line.refused("clients", "list")
