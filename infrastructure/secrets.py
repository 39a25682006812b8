"""Secrets: how they are made, and what may be stored of them."""

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Final

_KEY_BYTES: Final = 24
_HASHES_AT_HAND: Final = 1_024
_LONGEST_AT_HAND: Final = 128


def new_secret() -> str:
    """Return a new key of 192 random bits in the URL-safe alphabet."""
    return secrets.token_urlsafe(_KEY_BYTES)


class PepperedHash:
    """HMAC-SHA-256 of a secret, with a pepper that the database does not hold."""

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper.encode()
        # The same keys come with every delivery, and computing gives the interpreter away.
        self._at_hand = lru_cache(_HASHES_AT_HAND)(self._compute)

    def __call__(self, secret: str) -> bytes:
        """Return the secret's keyed hash, 32 bytes."""
        return (self._at_hand if len(secret) <= _LONGEST_AT_HAND else self._compute)(secret)

    def _compute(self, secret: str) -> bytes:
        return hmac.digest(self._pepper, secret.encode(), hashlib.sha256)
