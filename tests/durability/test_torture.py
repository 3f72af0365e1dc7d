"""The torture figures run, tell what they found in one JSON line and a sentence, and say what they cannot do."""

import json
import os
import subprocess
import sys

import pytest

from tests import postgres
from tests.durability.processes import ROOT
from tests.house import on_postgres

NAMES = ("commit-points", "server-kill", "worker-kill")


def torture(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.torture", *arguments]
    server = {"TEST_DATABASE_URL": postgres.address()} if on_postgres() else {}
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | server, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_figure(name: str) -> None:
    database = "postgres" if on_postgres() else "sqlite"
    done = torture(name, "--kills", "2", "--seed", "7", "--database", database)
    assert done.returncode == 0, done.stdout + done.stderr
    line, sentence = done.stdout.splitlines()
    figure = json.loads(line)
    assert figure["database"] == database
    assert {"name": name, "seed": 7, "kills": 2, "lost": 0, "doubled": 0, "broken": 0}.items() <= figure.items()
    assert figure["complaints"] >= 1
    assert figure["acknowledged"] >= 1
    assert sentence.endswith(".")


@pytest.mark.one_database("reads a list of names")
def test_an_unknown_name_is_told_the_known_ones() -> None:
    done = torture("nothing")
    assert done.returncode == 2
    assert all(name in done.stderr for name in NAMES)
