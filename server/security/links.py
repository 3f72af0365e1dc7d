"""Signed links for people who have no password (yet): HMAC-SHA-256 through itsdangerous.

Each purpose has its own salt, so that a link made for one never opens the other.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer, URLSafeSerializer

from server.domain.rejection import Rejected
from server.i18n import N_

LOGIN_LINK_LIFE = timedelta(hours=24)


def status_path(number: str, key: str) -> str:
    """Path of the customer's status page of complaint `number`; valid as long as the secret `key` is."""
    return f"/status/{_status_signer(key).sign(number).decode()}"


def read_status_token(token: str, key: str) -> str:
    """The complaint number behind the last part of a status path. Raises `Rejected` (not_found.link)."""
    try:
        return _status_signer(key).unsign(token).decode()
    except (BadSignature, UnicodeError):
        raise Rejected(
            "not_found.link", N_("This link is not complete. Please copy it again from the mail we sent you.")
        ) from None


@dataclass(frozen=True)
class LoginClaim:
    """What a log-in link says; good only while the person's password is still the one it was made for."""

    username: str
    fingerprint: str

    def holds_for(self, password_hash: str | None, key: str) -> bool:
        """False once a password was set since: that is what makes the link a one-time link."""
        return hmac.compare_digest(self.fingerprint, _fingerprint(password_hash, key))


def login_token(
    username: str, password_hash: str | None, key: str, now: datetime, life: timedelta = LOGIN_LINK_LIFE
) -> str:
    """Token that lets `username` in to set a password, until `now + life` or until a password is set."""
    claim = [username, _fingerprint(password_hash, key), int((now + life).timestamp())]
    return str(_login_serializer(key).dumps(claim))


def read_login_token(token: str, key: str, now: datetime) -> LoginClaim:
    """Raises `Rejected` (unauthenticated) when the token is false or too old; ask `holds_for` afterwards."""
    try:
        username, fingerprint, expires = _login_serializer(key).loads(token)
    except BadSignature:
        raise _refused() from None
    if now.timestamp() >= expires:
        raise _refused()
    return LoginClaim(username, fingerprint)


def author_mark(user_id: int, key: str) -> str:
    """Stands in the forms a person is shown: whose they are when they come back after his session has ended."""
    return _author_signer(key).sign(str(user_id)).decode()


def read_author_mark(mark: str, key: str) -> int | None:
    """The id of the user whose form it was; None when the mark is false."""
    try:
        return int(_author_signer(key).unsign(mark))
    except (BadSignature, ValueError):
        return None


def _refused() -> Rejected:
    return Rejected("unauthenticated", N_("This log-in link is used up, too old or not complete. Ask for a new one."))


def _status_signer(key: str) -> Signer:
    return Signer(key, salt="kesu.status", key_derivation="hmac", digest_method=hashlib.sha256)


def _author_signer(key: str) -> Signer:
    return Signer(key, salt="kesu.author", key_derivation="hmac", digest_method=hashlib.sha256)


def _login_serializer(key: str) -> URLSafeSerializer:
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt="kesu.login", signer_kwargs=options)


def _fingerprint(password_hash: str | None, key: str) -> str:
    return hmac.new(key.encode(), b"kesu.password." + (password_hash or "").encode(), hashlib.sha256).hexdigest()
