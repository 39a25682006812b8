"""Broken rules, as exceptions that carry the facts."""

from uuid import UUID

from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID


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


class NamelessError(WorktrailError):
    """A name is empty or white space alone."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"A {kind} needs a name.")


class AmbiguousClientError(WorktrailError):
    """Several clients bear this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Several clients are named {name}: give the id of the one you mean.")
        self.name = name


class ClientExistsError(WorktrailError):
    """A client of this id is already registered."""

    def __init__(self, client_id: UUID) -> None:
        super().__init__(f"There already is a client {client_id}.")
        self.client_id = client_id


class UnknownKeysError(WorktrailError):
    """The client has no such living pair of keys."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"The client has no living key pair {key_id}.")
        self.key_id = key_id


class UnknownSenderError(WorktrailError):
    """The client has no keys for a sender of this name."""

    def __init__(self, sender: str) -> None:
        super().__init__(f"The client has no keys for a sender {sender}.")
        self.sender = sender


class UnknownTokenError(WorktrailError):
    """There is no such living token."""

    def __init__(self, token_id: str) -> None:
        super().__init__(f"There is no living token {token_id}.")
        self.token_id = token_id


class TokenScopeError(WorktrailError):
    """A token's role and what it is for do not go together."""


class OverlapTooShortError(WorktrailError):
    """Old keys must outlive the sender's re-deliveries."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Old keys must live on for at least {minutes} minutes.")
        self.minutes = minutes


class UnknownWorkOrderError(WorktrailError):
    """Nothing was ever recorded of this work order."""

    def __init__(self, work_order_id: int) -> None:
        super().__init__(f"Nothing was ever recorded of work order {work_order_id}.")
        self.work_order_id = work_order_id


class WorkOrderMovedOnError(WorktrailError):
    """Something was recorded of the work order since it was looked at."""

    def __init__(self, work_order_id: int) -> None:
        super().__init__(f"Something was recorded of work order {work_order_id} meanwhile.")
        self.work_order_id = work_order_id


class UnknownActivityError(WorktrailError):
    """No activity was ever opened under this id."""

    def __init__(self, activity_id: int) -> None:
        super().__init__(f"No activity was ever opened under id {activity_id}.")
        self.activity_id = activity_id


class ActivityIdRangeError(WorktrailError):
    """An activity id lies outside the range of the contract's integer."""

    def __init__(self, activity_id: int) -> None:
        super().__init__(
            f"Activity id {activity_id} is not between {LOWEST_ACTIVITY_ID} "
            f"and {HIGHEST_ACTIVITY_ID}."
        )
        self.activity_id = activity_id


class ActivityIdsExhaustedError(WorktrailError):
    """The highest activity id was opened already, so none is left to mint."""

    def __init__(self) -> None:
        super().__init__("The client has no activity id left above the highest ever opened.")


class ActivityIdTakenError(WorktrailError):
    """An activity of this id is open on another work order."""

    def __init__(self, activity_id: int, work_order_id: int) -> None:
        super().__init__(f"Activity {activity_id} is open on work order {work_order_id}.")
        self.activity_id = activity_id
        self.work_order_id = work_order_id


class ActivityAlreadyOpenError(WorktrailError):
    """The work order is followed by an activity of another id."""

    def __init__(self, work_order_id: int, activity_id: int) -> None:
        super().__init__(f"Work order {work_order_id} is followed by activity {activity_id}.")
        self.work_order_id = work_order_id
        self.activity_id = activity_id


class WorkOrderNotFollowedError(WorktrailError):
    """No activity is open on the work order."""

    def __init__(self, work_order_id: int) -> None:
        super().__init__(f"No activity follows work order {work_order_id}.")
        self.work_order_id = work_order_id


class ActivityNotOpenError(WorktrailError):
    """There is no such open activity to release."""

    def __init__(self, activity_id: int, work_order_id: int) -> None:
        super().__init__(f"Activity {activity_id} is not open on work order {work_order_id}.")
        self.activity_id = activity_id
        self.work_order_id = work_order_id


class NotQuarantinedError(WorktrailError):
    """The delivery is not held in quarantine: unknown, or already released or discarded."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"No delivery {digest} is held in quarantine.")
        self.digest = digest


class StillUnreadableError(WorktrailError):
    """Today's readers cannot make a report of the quarantined delivery either."""

    def __init__(self, digest: str, problem: str) -> None:
        super().__init__(f"Delivery {digest[:12]} stays in quarantine: {problem}")
        self.digest = digest
        self.problem = problem


class AmbiguousDigestError(WorktrailError):
    """Several quarantined deliveries begin with these digits."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"Several deliveries begin with {digest}: give more digits.")
        self.digest = digest
