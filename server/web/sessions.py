"""Sessions last as long as somebody works; what a page asks by itself does not count as work."""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

_BY_ITSELF = frozenset({"me.badge"})
"""Endpoints asked without anybody doing something."""


class Sessions(SecureCookieSessionInterface):
    """Cookies as Flask's, renewed with each request of a person.

    A question of the page by itself renews nothing: an open page would keep its session for ever, and an answer that
    comes after the log-out would bring the old one back.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return request.endpoint not in _BY_ITSELF and super().should_set_cookie(app, session)
