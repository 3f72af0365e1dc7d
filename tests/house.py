"""Building a house on a folder, and the few things tests do with one; the fixtures are in conftest.py."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.security.actor import Actor

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Shanghai."""


def opened(prepared: Path, folder: Path) -> Iterator["Context"]:
    shutil.copytree(prepared, folder)
    context = build(folder)
    yield context
    context.database.close()


def build(folder: Path, *, workers: tuple[str, ...] = ()) -> "Context":
    from server.app import build_context
    from server.clock import ManualClock
    from server.settings import Settings

    settings = Settings(data_dir=folder, database_url="", secret_key="a secret of the tests only", workers=workers)
    context = build_context(settings, clock=ManualClock(START))
    context.demo = True
    return context


def drain_jobs(context: "Context") -> int:
    """Run every job that is due, and those that follow from them; returns how many attempts that were."""
    from server.runner.local_dispatcher import LocalDispatcher

    return LocalDispatcher(context).drain()


def actor(context: "Context", username: str) -> "Actor":
    """One of the demo's people."""
    from server.queries.sign_in import actor_named

    found = actor_named(context, username)
    assert found is not None, f"the demo has no {username}"
    return found


def token_of(context: "Context", username: str) -> str:
    """A new API token."""
    from server.commands.create_token import CreateToken

    token: str = context.execute(CreateToken(actor=actor(context, "admin"), username=username)).body["token"]
    return token
