"""Sessions last as long as somebody works; what a page asks by itself does not count as work."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

_BY_ITSELF = frozenset({"me.badge"})
"""Endpoints asked without anybody doing something."""


class Sessions(SecureCookieSessionInterface):
    """Cookies as Flask's, renewed with each page that a person opens.

    A question of the page by itself renews nothing: an open page would keep its session for ever, and an answer that
    comes after the log-out would bring the old one back. What a script sends while somebody works (a draft, a photo)
    and what a page fetches (a picture) renew a session only in the second half of its life: such an answer may come
    after that of a form, whose cookie says what the next page tells once, and would take that away.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if request.endpoint in _BY_ITSELF or not super().should_set_cookie(app, session):
            return False
        return session.modified or _is_page() or self._is_half_over(app)

    def _is_half_over(self, app: Flask) -> bool:
        """Whether the cookie that came with the request was made that long ago."""
        signer = self.get_signing_serializer(app)
        value = request.cookies.get(self.get_cookie_name(app), "")
        try:
            if signer is not None:
                signer.loads(value, max_age=int(app.permanent_session_lifetime.total_seconds()) // 2)
        except BadSignature:
            return True
        return False


def _is_page() -> bool:
    """Whether a page is opened: every browser then asks for HTML by name, a script or a picture asks for anything.

    Fetch Metadata would say it outright, but is sent to HTTPS alone, and many a house runs without.
    """
    return "text/html" in request.headers.get("Accept", "text/html")
