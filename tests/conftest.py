"""A whole house on a temporary folder: database, bundled applications, demo people, workers that run when told to.

`house` is new for each test, `shared_house` for each file. No thread runs: `drain_jobs(context)` does the jobs.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.clock import ManualClock
    from server.security.actor import Actor

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Shanghai."""


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that `kesu serve --demo` would find ready; copied, never used itself."""
    from server.start import prepare

    folder = tmp_path_factory.mktemp("prepared")
    context = build(folder)
    prepare(context, demo=True)
    context.database.close()
    return folder


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path) -> Iterator["Context"]:
    """A house of one's own."""
    yield from opened(prepared_folder, tmp_path / "data")


@pytest.fixture(scope="module")
def shared_house(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Context"]:
    """One house for the whole file; only for tests that do not mind each other's complaints."""
    yield from opened(prepared_folder, tmp_path_factory.mktemp("shared") / "data")


@pytest.fixture
def clock(house: "Context") -> "ManualClock":
    """The clock of `house`; it stands still until it is moved."""
    return house.clock  # type: ignore[return-value]


def opened(prepared: Path, folder: Path) -> Iterator["Context"]:
    shutil.copytree(prepared, folder)
    context = build(folder)
    yield context
    context.database.close()


def build(folder: Path) -> "Context":
    from server.app import build_context
    from server.clock import ManualClock
    from server.settings import Settings

    settings = Settings(data_dir=folder, database_url="", secret_key="a secret of the tests only")
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
