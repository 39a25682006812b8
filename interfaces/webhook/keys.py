"""The two keys in the query: taken out of the request before anything can log it."""

from collections.abc import Callable
from functools import lru_cache, partial
from urllib.parse import unquote_plus

from domain.errors import WorktrailError

ACCESS_KEY = "accessKey"
SIGNING_KEY = "signingKey"
_NAMES = {name.lower(): name for name in (ACCESS_KEY, SIGNING_KEY)}


class MissingKeyError(WorktrailError):
    """A key is missing or empty."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The query parameter {name} is missing.")
        self.name = name


class RepeatedKeyError(WorktrailError):
    """A key is given more than once, and nobody can know which one is meant."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The query parameter {name} is given more than once.")
        self.name = name


class PresentedKeys:
    """Both keys, each in the spellings that may be meant; never part of a representation."""

    __slots__ = ("access", "signing")

    def __init__(self, access: str, signing: str) -> None:
        self.access = _spellings(access)
        self.signing = _spellings(signing)


def take_keys(query: bytes) -> tuple[PresentedKeys | WorktrailError, bytes]:
    """Return the keys, or what is wrong with them, and the query without them.

    Names count in any letter case.
    """
    presented, rest = (_known if len(query) <= _LONGEST_KNOWN else _taken)(query)
    return presented if isinstance(presented, PresentedKeys) else presented(), rest


def _taken(query: bytes) -> tuple[PresentedKeys | Callable[[], WorktrailError], bytes]:
    # An error is made anew each time: one that is raised twice holds the frames of both.
    found: dict[str, str] = {}
    repeated: str | None = None
    parts: list[bytes] = []
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        key = _NAMES.get(unquote_plus(name.decode("latin-1")).lower())
        if key is None:
            parts.append(part)
        elif key in found:
            repeated = key
        else:
            found[key] = unquote_plus(value.decode("latin-1"))
    rest = b"&".join(parts)
    if repeated is not None:
        return partial(RepeatedKeyError, repeated), rest
    for due in _NAMES.values():
        if not found.get(due):
            return partial(MissingKeyError, due), rest
    return PresentedKeys(found[ACCESS_KEY], found[SIGNING_KEY]), rest


# A sender calls one address again and again; whatever is longer than any such is a stranger's.
_known = lru_cache(maxsize=1_024)(_taken)
_LONGEST_KNOWN = 512


def _spellings(key: str) -> tuple[str, ...]:
    # Senders forget to escape the `+` of base64, which then arrives as a space.
    return (key, key.replace(" ", "+")) if " " in key else (key,)
