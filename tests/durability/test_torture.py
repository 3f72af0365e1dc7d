"""The torture figures run, tell what they found in one JSON line and a sentence, and say what they cannot do."""

import json
import subprocess
import sys

import pytest

from tests.durability.processes import ROOT

NAMES = ("commit-points", "server-kill", "worker-kill")


def torture(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.torture", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_figure(name: str) -> None:
    done = torture(name, "--kills", "2", "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    line, sentence = done.stdout.splitlines()
    figure = json.loads(line)
    assert {"name": name, "seed": 7, "kills": 2, "lost": 0, "doubled": 0, "broken": 0}.items() <= figure.items()
    assert figure["complaints"] >= 1
    assert figure["acknowledged"] >= 1
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_postgres_is_refused_in_one_sentence(name: str) -> None:
    done = torture(name, "--database", "postgres")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_name_is_told_the_known_ones() -> None:
    done = torture("nothing")
    assert done.returncode == 2
    assert all(name in done.stderr for name in NAMES)
