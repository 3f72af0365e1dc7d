"""A simulated year repeats itself: the same seed plays the same one, in whatever process, and another seed another.

That a year can have everything in it is tried in tests/population.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import copy_house

ROOT = Path(__file__).parents[2]
PLAY = """
import sys
from datetime import timedelta
from pathlib import Path
from server.logs import configure
from server.simulation.account import account_of
from server.simulation.year import Plan, Year
from tests.house import build

configure("critical")
context = build(Path(sys.argv[1]))
year = Year(context, Plan(sys.argv[2], 4, context.clock.now() + timedelta(days=70), open=3, days=70, breakdown=0.3))
year.run()
print(account_of(year.world).digest)
"""

pytestmark = pytest.mark.one_database("what is played is the same on both; that each call is, other tests say")


def test_the_same_seed_is_the_same_year_and_another_is_not(prepared_folder: Path, tmp_path: Path) -> None:
    runs = [begun(copy_house(prepared_folder, tmp_path / f"{run}"), seed, run) for run, seed in enumerate("778")]
    told = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], told
    first, again, other = (out for out, _ in told)
    assert first == again
    assert first != other


def begun(folder: Path, seed: str, run: int) -> "subprocess.Popen[str]":
    """A process that prints the digest of a small year; its sets lie in an order of their own."""
    variables = {**os.environ, "PYTHONHASHSEED": str(run + 1), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PLAY, str(folder), seed]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=variables, cwd=folder, text=True, **pipes)
