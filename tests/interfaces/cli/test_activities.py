"""Activities and histories, from the command line."""

import pytest

from tests.interfaces.cli.commands import CommandLine


@pytest.fixture
def acme(command_line: CommandLine) -> str:
    """A client's id."""
    client_id: str = command_line.json("clients", "add", "Acme", "--first-activity-id", "100")[
        "ClientId"
    ]
    return client_id


def test_an_activity_is_opened_listed_released_and_opened_elsewhere(
    command_line: CommandLine, acme: str
) -> None:
    opened = command_line.json("activities", "open", "Acme", "7", "--reason", "by phone")
    assert opened == {"ClientId": acme, "WorkOrderId": 7, "ActivityId": 100}
    assert command_line.json("activities", "open", "Acme", "8", "--id", "5")["ActivityId"] == 5
    listed = command_line.json("activities", "list", "Acme")
    assert listed == [
        {"ActivityId": 5, "WorkOrderId": 8},
        {"ActivityId": 100, "WorkOrderId": 7},
    ]
    command_line.json("activities", "release", "Acme", "100", "--reason", "wrong one")
    moved = command_line.json("activities", "open", "Acme", "9", "--id", "100")
    assert moved["WorkOrderId"] == 9
    told = command_line.json("history", "Acme", "--activity", "100")
    assert (told["WorkOrderId"], told["ActivityId"]) == (9, 100)


def test_a_history_tells_who_opened_and_released_and_why(
    command_line: CommandLine, acme: str
) -> None:
    command_line.json("activities", "open", acme, "7", "--reason", "by phone")
    command_line.json("activities", "release", acme, "100", "--reason", "wrong one")
    told = command_line.json("history", acme, "--work-order", "7")
    assert (told["Version"], told["ActivityId"]) == (2, None)
    assert [event["Name"] for event in told["Events"]] == ["ActivityOpened", "ActivityReleased"]
    assert [event["Reason"] for event in told["Events"]] == ["by phone", "wrong one"]
    assert all(event["Actor"].startswith("cli") for event in told["Events"])
    shown = command_line.text("history", acme, "--work-order", "7")
    assert "activity 100 opened: by phone" in shown
    assert "activity 100 released: wrong one" in shown


def test_a_history_as_of_an_earlier_time_knows_only_what_was_on_record(
    command_line: CommandLine, acme: str
) -> None:
    command_line.json("activities", "open", acme, "7")
    [event] = command_line.json("history", acme, "--work-order", "7")["Events"]
    command_line.json("activities", "release", acme, "100")
    earlier = ("history", acme, "--work-order", "7", "--as-of", event["RecordedAt"])
    assert command_line.json(*earlier)["ActivityId"] == 100
    before = ("history", acme, "--work-order", "7", "--as-of", "2020-01-01T00:00:00Z")
    assert "Nothing was ever recorded" in command_line.refused(*before)


def test_of_a_moved_activity_the_work_order_of_the_time_is_told(
    command_line: CommandLine, acme: str
) -> None:
    command_line.json("activities", "open", acme, "7", "--id", "5")
    [opened] = command_line.json("history", acme, "--work-order", "7")["Events"]
    command_line.json("activities", "release", acme, "5")
    command_line.json("activities", "open", acme, "8", "--id", "5")
    asked = ("history", acme, "--activity", "5")
    assert command_line.json(*asked)["WorkOrderId"] == 8
    assert command_line.json(*asked, "--as-of", opened["RecordedAt"])["WorkOrderId"] == 7
    before = command_line.refused(*asked, "--as-of", "2020-01-01T00:00:00Z")
    assert before == "worktrail: No activity was ever opened under id 5."


def test_a_wrong_link_is_moved_and_both_periods_are_told_from_either_side(
    command_line: CommandLine, acme: str
) -> None:
    command_line.json("activities", "open", acme, "7")
    [opened] = command_line.json("history", acme, "--work-order", "7")["Events"]
    moved = command_line.json("activities", "move", acme, "7", "--to", "8", "--reason", "mistyped")
    assert moved == {
        "ClientId": acme,
        "ActivityId": 100,
        "FromWorkOrderId": 7,
        "WorkOrderId": 8,
    }
    sides = (("--work-order", "7"), ("--work-order", "8"), ("--activity", "100"))
    told = [command_line.json("history", acme, *side)["Links"] for side in sides]
    assert told[0] == told[1] == told[2]
    first, second = told[0]
    assert (first["WorkOrderId"], first["ActivityId"]) == (7, 100)
    assert (second["WorkOrderId"], second["ActivityId"]) == (8, 100)
    assert first["ReleasedAt"] == second["OpenedAt"]
    assert second["ReleasedAt"] is None
    shown = command_line.text("history", acme, "--work-order", "7").splitlines()
    assert "activity 100 followed work order 7 from" in shown[1]
    assert "activity 100 follows work order 8 from" in shown[2]
    then = ("history", acme, "--work-order", "7", "--as-of", opened["RecordedAt"])
    [known_then] = command_line.json(*then)["Links"]
    assert (known_then["WorkOrderId"], known_then["ReleasedAt"]) == (7, None)


def test_what_cannot_be_moved_stays(command_line: CommandLine, acme: str) -> None:
    command_line.json("activities", "open", acme, "7")
    command_line.json("activities", "open", acme, "8")
    move = ("activities", "move", acme)
    followed = command_line.refused(*move, "7", "--to", "8")
    assert followed == "worktrail: Work order 8 is followed by activity 101."
    unknown = command_line.refused(*move, "9", "--to", "8")
    assert unknown == "worktrail: Nothing was ever recorded of work order 9."
    command_line.json("activities", "release", acme, "101")
    unfollowed = command_line.refused(*move, "8", "--to", "9")
    assert unfollowed == "worktrail: No activity follows work order 8."
    assert "the same" in command_line.refused(*move, "7", "--to", "7")
    assert command_line.json("activities", "list", acme) == [{"ActivityId": 100, "WorkOrderId": 7}]


def test_nothing_that_is_said_forges_a_line_or_moves_the_cursor(
    command_line: CommandLine, acme: str
) -> None:
    reason = "x\n    9  2026-01-01 00:00:00Z  activity 99 released\x1b[2J"
    command_line.json("activities", "open", acme, "7", "--reason", reason)
    shown = command_line.text("history", acme, "--work-order", "7")
    assert len(shown.splitlines()) == 2
    assert "\x1b" not in shown
    assert "x\\n    9" in shown


@pytest.mark.parametrize("name", ["", " "])
def test_a_client_without_a_name_is_refused(command_line: CommandLine, name: str) -> None:
    assert command_line.refused("clients", "add", name) == "worktrail: A client needs a name."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("activities", "open", "Acme", "8", "--id", "100"),
         "Activity 100 is open on work order 7."),
        (("activities", "open", "Acme", "7", "--id", "5"),
         "Work order 7 is followed by activity 100."),
        (("activities", "release", "Acme", "5"), "No activity was ever opened under id 5."),
        (("history", "Acme", "--work-order", "8"), "Nothing was ever recorded of work order 8."),
        (("history", "Acme", "--activity", "8"), "No activity was ever opened under id 8."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(
    command_line: CommandLine, acme: str, arguments: tuple[str, ...], sentence: str
) -> None:
    command_line.json("activities", "open", acme, "7")
    assert command_line.refused(*arguments) == f"worktrail: {sentence}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("history", "Acme"),
        ("history", "Acme", "--work-order", "1", "--activity", "1"),
        ("history", "Acme", "--work-order", "1", "--as-of", "2020-01-01"),
        ("activities", "open", "Acme", "0"),
        ("activities", "open", "Acme", "1", "--id", "2147483648"),
        ("no-such-command",),
    ],
)
def test_a_command_that_is_not_understood_says_so_in_a_sentence(
    command_line: CommandLine, arguments: tuple[str, ...]
) -> None:
    assert "--help" in command_line.refused(*arguments)
