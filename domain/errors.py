"""Broken rules, as exceptions that carry the facts."""

from uuid import UUID


class WorktrailError(Exception):
    """A rule was broken; the message is one plain sentence for whoever broke it."""


class MalformedBodyError(WorktrailError):
    """A body is not well-formed in its media type."""

    def __init__(self, place: str, problem: str) -> None:
        """`place` says where in the body (`line 3, column 7`), `problem` what is wrong."""
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


class UnknownClientError(WorktrailError):
    """No client of this id or name is registered."""

    def __init__(self, client: UUID | str) -> None:
        super().__init__(f"There is no client {client}.")
        self.client = client
