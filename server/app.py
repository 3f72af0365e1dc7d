"""Puts the house together: one context for commands and queries, one Flask application around it."""

import os
import signal

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server.casework.calendars import Calendars
from server.casework.context import Context
from server.casework.library import Library
from server.clock import Clock, SystemClock
from server.files.store import FileStore
from server.jobs.registry import load_registry
from server.persistence.database import Database, Probe, no_probe
from server.settings import Settings

MEGABYTE = 1_000_000


def build_context(settings: Settings, *, clock: Clock | None = None, probe: Probe | None = None) -> Context:
    """The context of this process; makes the data folder, touches the database not yet."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url, probe or crash_probe(os.environ.get("KESU_CRASH_AT")))
    return Context(
        settings=settings,
        clock=clock or SystemClock(),
        database=database,
        library=Library(database),
        files=FileStore(settings.data_dir / "files", settings.max_upload_mb * MEGABYTE),
        topics=load_registry(settings.workers),
        calendars=Calendars(database, settings.zone),
    )


def create_app(context: Context) -> Flask:
    """The web application around `context`; the database must be prepared (commands.prepare_site)."""
    from server.web import register

    app = Flask("server.web")
    app.extensions["kesu"] = context
    register(app, context)
    if proxies := context.settings.trusted_proxies:
        # Address and scheme only: the host is the one asked for, checked against KESU_PUBLIC_URL.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def crash_probe(spec: str | None) -> Probe:
    """`complete_task.before:3` ends this process without notice at the third time that commit point is reached.

    For the durability tests; without a spec the probe does nothing.
    """
    if not spec:
        return no_probe
    point, _, nth = spec.partition(":")
    left = int(nth or 1)

    def probe(reached: str) -> None:
        nonlocal left
        if reached == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    return probe
