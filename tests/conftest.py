"""A whole house on a temporary folder: database, bundled applications, demo people, workers that run when told to.

`house` is new for each test, `shared_house` for each file. No thread runs: `drain_jobs` of tests.house does the jobs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import once
from tests.house import START, actor, build, drain_jobs, forget, on_postgres, opened, token_of

__all__ = ["START", "actor", "drain_jobs", "token_of"]

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.clock import ManualClock


def pytest_configure() -> None:
    once.install()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second run, on PostgreSQL, leaves out what would say the same again; the first, what is of no use there."""
    mark = "one_database" if on_postgres() else "postgresql"
    left_out = [item for item in items if item.get_closest_marker(mark)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker(mark)]


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
    forget(tmp_path / "data")


@pytest.fixture(scope="module")
def shared_house(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Context"]:
    """One house for the whole file; only for tests that do not mind each other's complaints."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    yield from opened(prepared_folder, folder)
    forget(folder)


@pytest.fixture
def clock(house: "Context") -> "ManualClock":
    """The clock of `house`; it stands still until it is moved."""
    return house.clock  # type: ignore[return-value]
