"""What became of one delivery."""

from enum import Enum

from msgspec import Struct


class Result(Enum):
    """How a delivery ended."""

    ACKNOWLEDGED = "answered 2xx, at once or when re-delivered"
    REFUSED = "given up; the last answer was 4xx"
    FAILED = "given up; the last answer was another, or none came in time"
    INTERRUPTED = "sent, and waiting to be re-delivered when the play was ended"


class Acknowledgement(Struct, frozen=True, rename="pascal"):
    """One line of the ledger: an acknowledged delivery and its answer.

    `work_order_id` is null for a ping and for a body about another object; `digest` is the body's
    SHA-256 in hexadecimal, `account` the one that reported.
    """

    work_order_id: int | None
    event_type: str | None
    digest: str
    duplicate: bool
    late: bool
    status: int
    activity_id: int | None
    verdict: str | None
    account: str = "subscriber"


class Outcome(Struct, frozen=True):
    """A delivery's end.

    `at` is the simulated instant; `began` (first attempt) and `ended` (last attempt) are seconds of
    the machine's monotonic clock, `answered_in` the seconds to the acknowledging answer.
    """

    result: Result
    at: int
    began: float
    ended: float
    answered_in: float | None = None
    acknowledgement: Acknowledgement | None = None
