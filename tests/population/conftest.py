"""`population`: a year of complaints, played once for all tests of this shelf; see playing.py."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.population.playing import Population, play, populated

PATIENCE = 1200
"""Seconds; the year takes a minute or two."""


@pytest.fixture(scope="session")
def played_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the year, closed: the one of TEST_POPULATION, played first where it is not there yet."""
    given = os.environ.get("TEST_POPULATION")
    folder = Path(given) if given else tmp_path_factory.mktemp("played") / "data"
    turn = folder.with_name(f"{folder.name}.turn")
    give_up = time.monotonic() + PATIENCE
    while not folder.exists():
        try:
            turn.mkdir()  # of several processes one plays, the others wait for it
        except FileExistsError:
            assert time.monotonic() < give_up, f"nobody plays the year any more: remove {turn}"
            time.sleep(0.2)
            continue
        try:
            if not folder.exists():
                with capture_logs():  # of the workers that fail
                    play(folder)
        finally:
            turn.rmdir()
    return folder


@pytest.fixture(scope="session")
def population(played_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Population]:
    """The whole shelf reads this one house; a test that changes something takes its own with `populated`."""
    with populated(played_folder, tmp_path_factory.mktemp("population") / "data") as found:
        yield found
