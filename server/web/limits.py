"""Rate limits, for log-in and public pages only: nobody who has logged in is ever slowed down."""

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(
    key_func=get_remote_address,
    storage_uri="memory://",
    default_limits=[],
    headers_enabled=False,
    strategy="moving-window",
)

PUBLIC_PAGES = "60 per minute"
LOGIN_BY_ADDRESS = "30 per minute; 300 per hour"
LOGIN_BY_NAME = "10 per 5 minutes"


def attempted_name() -> str:
    """Key of the limit on one account, whatever address the attempts come from."""
    return f"name:{request.form.get('username', '').strip().casefold()[:80]}"


def has_failed(reply: Response) -> bool:
    """Only failed log-ins count; a shared tablet may see a whole shift log in."""
    return reply.status_code not in (302, 303)


def install(app: Flask) -> None:
    limiter.init_app(app)
