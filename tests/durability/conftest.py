"""`workshop_house`: a house with the workers of a site, on which a test publishes its own diagram."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.casework.context import Context
from tests.durability import workshop
from tests.durability.processes import copy_prepared
from tests.house import build


@pytest.fixture
def workshop_house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    context = build(copy_prepared(prepared_folder, tmp_path / "data"), workers=(workshop.WORKERS,))
    yield context
    context.database.close()
