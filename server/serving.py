"""The server process: everything stands before the port opens, and jobs in hand are finished when it ends."""

import os
import signal
import socket
import threading
from collections.abc import Collection
from types import FrameType
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from server import logs
from server.app import MEGABYTE, build_context, create_app
from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commandline.support import say, terminal_language
from server.commands.add_user import AddUser
from server.i18n import N_, translate
from server.persistence.models import UserAccount
from server.runner.local_dispatcher import LocalDispatcher
from server.runner.samples import file_samples, load_samples
from server.runner.ticks import Ticks
from server.security.links import login_token
from server.settings import Settings
from server.start import prepare

if TYPE_CHECKING:
    from server.simulation.demo_year import DemoYear

THREADS = 8
# What is longer, waitress cuts off without an answer; up to there the application says 413 in its own words.
BODY_PER_UPLOAD = 10


class CannotListen(OSError):
    """The address to listen on is taken or not this machine's."""


def serve_forever(settings: Settings, host: str, port: int, *, demo: bool) -> None:
    """Runs until SIGINT or SIGTERM."""
    import waitress

    logs.configure(settings.log_level)
    context = build_context(settings)
    context.demo = demo
    prepare(context, demo=demo)
    listener = _listen(host, port)
    year = _prepare_demo(context) if demo else None
    server = waitress.create_server(
        create_app(context),
        sockets=[listener],
        threads=THREADS,
        max_request_body_size=BODY_PER_UPLOAD * context.settings.max_upload_mb * MEGABYTE,
        ident="Kesu",
        # waitress drops what a proxy says unless somebody reads it: with KESU_TRUSTED_PROXIES the application does.
        clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
    )
    dispatcher, ticks = _start_runner(context)
    _greet(context, f"http://{host}:{listener.getsockname()[1]}")
    if year is not None:
        threading.Thread(target=load_samples, args=(context,), name="samples", daemon=True).start()
        year.start()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        server.run()
    except KeyboardInterrupt:
        say(N_("Ending …"))
    finally:
        server.close()
        if year is not None:
            year.stop()
        ticks.stop()
        dispatcher.stop()
        context.database.close()


def _prepare_demo(context: Context) -> "DemoYear":
    """The handful of complaints gets the first numbers, the year the next ones, and who files meanwhile those after."""
    from server.simulation.demo_year import DemoYear

    year = DemoYear(context)
    file_samples(context)
    year.take_numbers()
    return year


def work_forever(settings: Settings, *, topics: Collection[str] | None, concurrency: int) -> None:
    """A process that runs jobs only, until SIGINT or SIGTERM."""
    logs.configure(settings.log_level)
    context = build_context(settings)
    prepare(context)
    dispatcher, ticks = _start_runner(context, topics=topics, concurrency=concurrency)
    say(N_("Working on {topics}"), topics=", ".join(sorted(topics or context.topics.topics)))
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say(N_("Ending …"))
    finally:
        ticks.stop()
        dispatcher.stop()
        context.database.close()


def _listen(host: str, port: int) -> socket.socket:
    """The bound port; connections are refused until the server stands behind it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        sentence = N_("{host}:{port} cannot be used ({why}). Choose another port with --port.")
        told = translate(sentence, terminal_language(), host=host, port=port, why=error.strerror)
        raise CannotListen(told) from error
    return listener


def _start_runner(
    context: Context, *, topics: Collection[str] | None = None, concurrency: int = 2
) -> tuple[LocalDispatcher, Ticks]:
    dispatcher = LocalDispatcher(context, concurrency=concurrency, topics=topics)
    context.bell = dispatcher
    dispatcher.start()
    ticks = Ticks(context, dispatcher)
    ticks.start()
    return dispatcher, ticks


def _greet(context: Context, url: str) -> None:
    if context.demo:
        click.echo(
            f"Kesu 客诉 → {url}  (demo: pick a person on the log-in page, e.g. sales1, quality1, manager, admin)"
        )
        return
    click.echo(f"Kesu 客诉 → {url}")
    link = _first_link(context, url)
    if link:
        click.echo(f"First start: set the password of “admin” within 24 hours at {link}")


def _first_link(context: Context, url: str) -> str | None:
    """On a server without people, an `admin` and the one-time link that sets the password."""
    with context.read() as connection:
        admin = connection.execute(select(UserAccount).where(UserAccount.username == "admin")).one_or_none()
        anybody = connection.execute(select(UserAccount.id).limit(1)).first()
    if admin is None and anybody is not None:
        return None
    if admin is None:
        context.execute(AddUser(actor=SYSTEM, username="admin", display_name="管理员 Admin", groups=("admin",)))
    elif admin.password_hash is not None:
        return None
    return f"{url}/login/{login_token('admin', None, context.settings.secret(), context.clock.now())}"


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
