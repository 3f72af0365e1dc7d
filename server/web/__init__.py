"""Pages and REST API around the commands and queries; `register` is the door."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, redirect
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

from server.casework.context import Context

SESSION_LIFE = timedelta(hours=12)
MEGABYTE = 1_000_000
FILES_AT_ONCE = 8


def register(app: Flask, context: Context) -> None:
    """Blueprints, assets, texts, guard, CSRF, headers, error pages. RuntimeError for a view nobody guards."""
    from server.web import (
        access,
        admin,
        auth,
        compress,
        customer,
        design,
        errors,
        files,
        headers,
        limits,
        manage,
        me,
        nul,
        numbers,
        resend,
        tasks,
        texts,
    )
    from server.web.api import blueprint as api_blueprint
    from server.web.assets import Assets
    from server.web.forms import serving
    from server.web.sessions import Sessions

    _configure(app, context)
    compress.install(app)  # first, as what is asked for after a request runs last
    app.session_interface = Sessions()
    Assets(app)
    for part in (numbers, texts, resend, limits):
        part.install(app)
    app.add_url_rule("/", "home", access.public(_home))
    for room in (auth, tasks, me, manage, design, customer, admin, files, serving):
        app.register_blueprint(room.blueprint)
    app.register_blueprint(api := api_blueprint(context))
    access.install(app)
    # After the guard, so that a stranger's post is answered by the log-in and not by a token's complaint.
    CSRFProtect(app).exempt(api)
    for last in (nul, headers, errors):
        last.install(app)


def _configure(app: Flask, context: Context) -> None:
    settings = context.settings
    app.static_folder = str(Path(__file__).parents[1] / "static")
    public = urlsplit(settings.public_url)
    app.config.update(
        SECRET_KEY=settings.secret(),
        SESSION_COOKIE_NAME="kesu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=public.scheme == "https",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFE,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * MEGABYTE * FILES_AT_ONCE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=3000,
        TRUSTED_HOSTS=trusted_hosts(public.hostname),
        # The token lives as long as the session: a form left open over lunch still counts.
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_HEADERS_ENABLED=False,
    )


def _home() -> ResponseReturnValue:
    return redirect("/tasks", 303)


def trusted_hosts(public: str | None) -> list[str] | None:
    """Host names the server answers to; any, when it listens everywhere and nobody said under which name."""
    if public in ("0.0.0.0", "::"):  # noqa: S104 - compared, not listened on
        return None
    return sorted({public or "localhost", "127.0.0.1", "localhost", "[::1]"})
