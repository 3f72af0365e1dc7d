"""`kesu check` on the command line: exit status 0, 1 and 2, text and JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import main
from tests.unit.check.drawing import chain, end, process, start, table


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


def test_a_folder_without_diagrams_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    for path in (tmp_path, tmp_path / "notes.txt"):
        done = CliRunner().invoke(main, ["check", str(path), "--json"])
        assert (done.exit_code, done.stdout) == (2, "")
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_may_not_be_read_is_told_in_one_sentence(diagram: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    done = CliRunner().invoke(main, ["check", str(diagram)])
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(diagram) in done.stderr


def test_a_lone_table(tmp_path: Path) -> None:
    path = tmp_path / "x.dmn"
    path.write_bytes(table(("> 5", '"much"'), ("10-20", '"more"'), source="amount", output="level"))
    done = CliRunner().invoke(main, ["check", str(path), "--json"])
    shown = json.loads(done.stdout)
    assert (done.exit_code, shown["ok"], shown["files"]) == (1, False, ["x.dmn"])
    (error,) = [one for one in shown["findings"] if one["severity"] == "error"]
    assert {key: error[key] for key in ("code", "file", "process")} == {
        "code": "K603",
        "file": "x.dmn",
        "process": None,
    }
    assert error["element"]
