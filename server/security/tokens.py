"""API tokens: 256 random bits, shown once; only their SHA-256 is stored.

A plain hash suffices, since there is nothing to guess in 256 random bits (no salt, no slow hash).
"""

import hashlib
import secrets

PREFIX = "kesu_"


def new_token() -> tuple[str, str]:
    """(plain token for its owner, digest for the database)."""
    plain = PREFIX + secrets.token_urlsafe(32)
    return plain, token_digest(plain)


def token_digest(plain: str) -> str:
    """SHA-256 of a token as 64 hex digits; the look-up key of `api_token`."""
    return hashlib.sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()
