"""`kesu check` on the command line: exit status 0, 1 and 2, text and JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from tests.unit.check.drawing import chain, end, process, start


@pytest.fixture
def diagram(tmp_path: Path) -> Path:
    path = tmp_path / "x.bpmn"
    path.write_bytes(process(start() + end() + chain("s", "e")))
    return path


def test_good(diagram: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(diagram), "--json"])
    assert done.exit_code == 0
    shown = json.loads(done.output)
    assert shown["ok"] is True
    assert shown["files"] == ["x.bpmn"]
    assert shown["findings"] == []


def test_the_answer_is_no(diagram: Path) -> None:
    diagram.write_bytes(b"<!DOCTYPE a><a/>")
    done = CliRunner(env={"LC_ALL": "C"}).invoke(main, ["check", str(diagram)])
    assert done.exit_code == 1
    assert "error K104 x.bpmn" in done.output
    assert json.loads(CliRunner().invoke(main, ["check", str(diagram), "--json"]).output)["ok"] is False


def test_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(tmp_path / "nothing")])
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
