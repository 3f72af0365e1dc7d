"""Building a house on a folder, and the few things tests do with one; the fixtures are in conftest.py.

Its database is a file in the folder, or with TEST_DATABASE=postgres one of the folder's own on a real server.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.persistence.database import Database
    from server.security.actor import Actor

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Shanghai."""


def opened(prepared: Path, folder: Path) -> Iterator["Context"]:
    copy_house(prepared, folder)
    context = build(folder)
    yield context
    context.database.close()


def copy_house(prepared: Path, folder: Path) -> Path:
    """A folder like `prepared`, whose house must be closed, with a database like its own."""
    shutil.copytree(prepared, folder)
    database_url(folder, like=prepared)
    return folder


def on_postgres() -> bool:
    """Whether the houses of this run stand on PostgreSQL."""
    return os.environ.get("TEST_DATABASE", "sqlite") == "postgres"


def database_url(folder: Path, like: Path | None = None) -> str:
    """KESU_DATABASE_URL of the folder's house, empty for SQLite's file in it; `like` is whose copy a new one is."""
    if not on_postgres():
        return ""
    from tests import postgres

    return postgres.database_url(folder, like)


def open_database(folder: Path) -> "Database":
    """The folder's database as it is, perhaps without a table yet; close it afterwards."""
    from server.persistence.database import Database
    from server.settings import Settings

    return Database(Settings(data_dir=folder, database_url=database_url(folder)).database_url)


def environment_of(folder: Path) -> dict[str, str]:
    """Variables with which a `kesu` process finds the folder's house."""
    url = database_url(folder)
    # A year that is played in the background would only take the time of what is tested.
    own = {"KESU_DATA_DIR": str(folder), "KESU_DEMO_COMPLAINTS": "0"}
    return own | ({"KESU_DATABASE_URL": url} if url else {})


def forget(folder: Path) -> None:
    """The folder's database is needed no more; the folder itself goes with the other temporary ones."""
    if on_postgres():
        from tests import postgres

        postgres.drop(folder)


def build(folder: Path, *, workers: tuple[str, ...] = ()) -> "Context":
    from server.app import build_context
    from server.clock import ManualClock
    from server.settings import Settings

    settings = Settings(
        data_dir=folder, database_url=database_url(folder), secret_key="a secret of the tests only", workers=workers
    )
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
