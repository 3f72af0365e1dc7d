"""dev.py: what it says when it cannot go on, and how it sums up the shelves."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import dev as script

ROOT = Path(__file__).parents[2]
TWO = tuple("2" if word.isdigit() else word for word in script.TOGETHER)
"""As the script, on a machine of two processors."""


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, at home in an empty folder, with the set-up done."""
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(script, "set_up", lambda: None)
    monkeypatch.setattr(script, "TOGETHER", ())  # two more processes for each shelf
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # a quarter of the time
    return script


def put(root: Path, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def summary(dev: ModuleType, capfd: pytest.CaptureFixture[str]) -> tuple[str, int]:
    with pytest.raises(SystemExit) as end:
        dev.test([])
    return capfd.readouterr().out.splitlines()[-1], int(end.value.code or 0)


def test_shelves_are_summed_up_and_a_missing_one_is_left_out(dev, tmp_path, capfd):
    put(tmp_path, "tests/unit/test_a.py", "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('why')\n")
    put(tmp_path, "tests/docs/test_b.py", "def test_c(): pass\n")
    assert summary(dev, capfd) == ("2 passed, 0 failed, 1 skipped", 0)


@pytest.mark.parametrize("trouble", ["def test_c(): assert 1 == 2\n", "import nothing_of_that_name\n"])
def test_a_failure_on_any_shelf_fails_the_whole(dev, tmp_path, capfd, trouble):
    put(tmp_path, "tests/unit/test_a.py", "def test_a(): pass\n")
    put(tmp_path, "tests/security/test_b.py", trouble)
    assert summary(dev, capfd) == ("1 passed, 1 failed, 0 skipped", 1)


def test_no_test_at_all_is_no_success(dev, capfd):
    assert summary(dev, capfd) == ("0 passed, 0 failed, 0 skipped", 1)


def test_what_touches_the_database_runs_once_more_on_postgresql(dev, tmp_path, capfd):
    seen = tmp_path / "seen"
    told = f"import os, pathlib\ndef test_d():\n    with pathlib.Path({str(seen)!r}).open('a') as f: f.write(os.environ['TEST_DATABASE'] + ' ')\n"
    put(tmp_path, "tests/migration/test_d.py", told)
    put(tmp_path, "tests/unit/test_e.py", told)
    assert summary(dev, capfd) == ("3 passed, 0 failed, 0 skipped", 0)
    assert seen.read_text("utf-8").split() == ["sqlite", "sqlite", "postgres"]


@pytest.mark.parametrize(("shelf", "processes"), [("integration", 2), ("durability", 1)])
def test_files_share_the_processors_unless_they_have_an_eye_on_the_clock(
    dev, monkeypatch, tmp_path, capfd, shelf, processes
):
    monkeypatch.setattr(dev, "TOGETHER", TWO)
    seen = tmp_path / "seen"
    told = f"import os, pathlib, pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_d(n):\n    with pathlib.Path({str(seen)!r}).open('a') as f: f.write(f'{{os.environ[\"TEST_DATABASE\"]}} {{os.getpid()}} {{__file__[-4]}}\\n')\n"
    put(tmp_path, f"tests/{shelf}/test_1.py", told)
    put(tmp_path, f"tests/{shelf}/test_2.py", told)
    assert summary(dev, capfd) == ("12 passed, 0 failed, 0 skipped", 0)
    ran = {tuple(line.split()) for line in seen.read_text("utf-8").splitlines()}
    for database in ("sqlite", "postgres"):
        assert len({process for where, process, _ in ran if where == database}) == processes
    assert len(ran) == 4, "a file's tests stay in one process"


def test_a_failure_in_another_process_fails_the_whole(dev, monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(dev, "TOGETHER", TWO)
    put(tmp_path, "tests/unit/test_a.py", "def test_a(): pass\n")
    put(tmp_path, "tests/unit/test_b.py", "import os\ndef test_b(): os._exit(3)\n")
    words, status = summary(dev, capfd)
    assert (words, status) == ("1 passed, 1 failed, 0 skipped", 1)


def test_figures_are_listed_by_their_first_line_and_helpers_are_not(dev, tmp_path, capsys):
    put(tmp_path, "benchmarks/torture/server_kill.py", '"""Kills the server.\n\nLong."""\ndef main(argv): pass\n')
    put(tmp_path, "benchmarks/torture/tools.py", '"""No figure."""\n')
    dev.figure("benchmarks/torture", ["--list"], None)
    assert capsys.readouterr().out.split() == ["server-kill", "Kills", "the", "server."]


def test_a_wrong_word_gets_one_sentence_and_status_2():
    done = subprocess.run([sys.executable, ROOT / "dev.py", "nonsense"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "run, test, check, setup, bench, torture" in done.stderr


def test_an_old_python_gets_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as end:
        script.set_up()
    assert end.value.code == 2
    assert capsys.readouterr().err == "Kesu needs Python 3.11 or newer, and this is 3.9.\n"
