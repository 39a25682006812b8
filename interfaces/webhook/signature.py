"""Whether the sender signed the body with the key that is registered for it."""

import base64
import hashlib
import hmac

from application.front_door import Admission
from domain.metadata import SignatureVerdict


def signature_verdict(admission: Admission, body: bytes, sign_data: str | None) -> SignatureVerdict:
    """Check `Sign-Data`: base64 of the HMAC-SHA256 of the raw body, with the key's text as UTF-8.

    Only a signing key that the sender made itself can verify anything.
    """
    if sign_data is None:
        return "unsigned"
    if not admission.pair.own_signing_key:
        return "unverifiable"
    expected = base64.b64encode(hmac.digest(admission.signing_key.encode(), body, hashlib.sha256))
    presented = sign_data.strip().encode("latin-1")
    return "verified" if hmac.compare_digest(expected, presented) else "mismatch"
