"""`population`: a year of complaints, played once for all tests of this shelf; see playing.py."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.population.playing import Population, play, populated


@pytest.fixture(scope="session")
def played_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the year, closed: the one of TEST_POPULATION, played first where it is not there yet."""
    given = os.environ.get("TEST_POPULATION")
    folder = Path(given) if given else tmp_path_factory.mktemp("played") / "data"
    if not folder.exists():
        with capture_logs():  # of the workers that fail
            play(folder)
    return folder


@pytest.fixture(scope="session")
def population(played_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Population]:
    """The whole shelf reads this one house; a test that changes something takes its own with `populated`."""
    with populated(played_folder, tmp_path_factory.mktemp("population") / "data") as found:
        yield found
