"""Passwords: Argon2id (RFC 9106), the same work for people who exist and people who do not."""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.domain.rejection import Rejected
from server.i18n import N_

SHORTEST = 10
LONGEST = 200

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Verified for names nobody has, so that the answer's time does not tell which names exist."""
    return _hasher.hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """Argon2id hash with its parameters and salt. Raises `Rejected` (password.length)."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Rejected(
            "password.length",
            N_("A password has {shortest} to {longest} characters."),
            field="/password",
            shortest=SHORTEST,
            longest=LONGEST,
        )
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """True when `password` made `stored`; call it with None for an unknown name, it takes as long and says no."""
    if len(password) > LONGEST:
        password, stored = "", None
    try:
        return _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """True when the parameters have grown since; hash again at the next log-in."""
    return _hasher.check_needs_rehash(stored)


def password_mark(stored: str | None) -> str:
    """A short digest of a stored hash: another one as soon as the password is another."""
    return hashlib.sha256((stored or "").encode()).hexdigest()[:16]
