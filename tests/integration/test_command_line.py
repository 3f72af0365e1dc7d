"""`kesu` as an operator uses it: exit status, one sentence for an error, nothing else on standard output."""

import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from tests.house import environment_of, on_postgres
from tests.reading_xes import Head, read

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kesu(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Runs a command on a data folder of its own."""

    def run(*words: str, stdin: str | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KESU_", "LC_", "LANG"))}
        env = {**kept, **environment_of(tmp_path / "data"), "LANG": "en_US.UTF-8", **variables}
        command = [sys.executable, "-m", "server", *words]
        return subprocess.run(
            command, cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_init_makes_the_data_folder_and_may_be_repeated(kesu, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    first, second = kesu("init"), kesu("init")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert (tmp_path / "data" / "kesu.db").is_file() != on_postgres()


def test_a_process_log_goes_into_a_file_or_to_standard_output(kesu, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "log.xes"
    written = kesu("xes", "complaint", str(file), "--from", "2026-01-01", "--pseudonyms")
    assert (written.returncode, written.stdout) == (0, ""), written.stderr
    assert written.stderr.strip() == "0 complaints with 0 events."
    assert [path.name for path in tmp_path.iterdir() if "log" in path.name] == ["log.xes"]
    shown = kesu("xes", "complaint", "-")
    head = Head()
    assert list(read(BytesIO(shown.stdout.encode()), head)) == []
    assert head.attributes["concept:name"] == "Customer complaint"
    assert file.read_text("utf-8") == shown.stdout

    unknown = kesu("xes", "nothing", str(file))
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "nothing" in unknown.stderr
    assert kesu("xes", "complaint", str(tmp_path / "no" / "log.xes")).returncode == 2
    assert kesu("xes", "complaint", str(file), "--from", "tomorrow").returncode == 2


def test_a_person_a_token_and_the_end_of_both(kesu) -> None:  # type: ignore[no-untyped-def]
    added = kesu(
        "user",
        "add",
        "li.na",
        "--name",
        "李娜",
        "--groups",
        "quality,sales",
        "--password-stdin",
        stdin="correct horse\n",
    )
    assert added.returncode == 0, added.stderr
    assert "li.na\t李娜\tquality,sales\tactive" in kesu("user", "list").stdout

    token = kesu("token", "create", "li.na")
    assert token.returncode == 0
    assert len(token.stdout.split()) == 1, "the token stands alone"

    assert kesu("user", "disable", "li.na").returncode == 0
    assert "disabled" in kesu("user", "list").stdout
    refused = kesu("token", "create", "li.na")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "There is no active user “li.na”.\n"


def test_without_a_password_a_one_time_link_is_printed(kesu) -> None:  # type: ignore[no-untyped-def]
    added = kesu("user", "add", "wang")
    assert added.stdout.startswith("http://127.0.0.1:8000/login/")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("user", "add", "Bad Name"), "A user name has 1 to 50 small letters"),
        (("user", "add", "wu", "--groups", "nobody"), "There is no group “nobody”."),
        (("user", "disable", "nobody"), "There is no user “nobody”."),
        (("token", "create", "nobody"), "There is no active user “nobody”."),
    ],
)
def test_a_refusal_is_one_sentence_and_status_1(kesu, words: tuple[str, ...], sentence: str) -> None:  # type: ignore[no-untyped-def]
    refused = kesu(*words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(sentence)
    assert refused.stderr.count("\n") == 1


@pytest.mark.one_database("settings and words only")
@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (("serve", "--port", "99999"), {}),
        (("serve", "--demo", "--host", "0.0.0.0"), {}),
        (("serve", "--workers", "2"), {}),
        (("unknown",), {}),
        (("init",), {"KESU_TIMEZONE": "Mars/Olympus"}),
        (("init",), {"KESU_WORKERS": "no_such_package"}),
        (("init",), {"KESU_DATABASE_URL": "sqlite:////no/such/folder/kesu.db"}),
    ],
)
def test_wrong_use_is_status_2_and_no_traceback(kesu, words: tuple[str, ...], variables: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    wrong = kesu(*words, **variables)
    assert wrong.returncode == 2, wrong.stderr
    assert wrong.stderr
    assert "Traceback" not in wrong.stderr


NOBODY_THERE = "postgresql://kesu:hidden@127.0.0.1:1/kesu"


@pytest.mark.parametrize("words", [("init",), ("serve", "--port", "0"), ("worker",), ("user", "list")])
def test_a_database_server_that_is_not_there_is_told_in_one_sentence(kesu, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    away = kesu(*words, KESU_DATABASE_URL=NOBODY_THERE)
    assert (away.returncode, away.stdout) == (2, "")
    assert away.stderr.startswith("The database cannot be opened: ")
    assert "127.0.0.1" in away.stderr
    assert away.stderr.count("\n") == 1
    assert "hidden" not in away.stderr


@pytest.mark.one_database("settings only")
def test_settings_are_listed_and_secrets_masked(kesu) -> None:  # type: ignore[no-untyped-def]
    listed = kesu(
        "settings",
        KESU_SECRET_KEY="a very secret key 1234",
        KESU_SMTP_URL="smtp://me:hidden@mail.example:587",
        KESU_MAIL_FROM="Kesu <kesu@mail.example>",
        KESU_DATABASE_URL=NOBODY_THERE + "?sslpassword=hidden",
    )
    assert listed.returncode == 0
    assert "KESU_TIMEZONE=Asia/Shanghai" in listed.stdout
    assert "very secret" not in listed.stdout
    assert "hidden" not in listed.stdout


@pytest.mark.one_database("words only")
def test_the_terminal_decides_the_language(kesu) -> None:  # type: ignore[no-untyped-def]
    chinese = kesu("user", "disable", "nobody", LANG="zh_CN.UTF-8")
    assert chinese.returncode == 1
    assert "nobody" in chinese.stderr
    assert "There is no user" not in chinese.stderr


def test_check_and_deploy(kesu, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert kesu("check", "workflows/complaint").returncode == 0
    copy = tmp_path / "own"
    for part in ("workflows", "forms"):
        shutil.copytree(ROOT / part / "complaint", copy / part / "complaint")
    folder = copy / "workflows" / "complaint"

    first = kesu("deploy", str(folder))
    assert (first.returncode, first.stdout) == (0, "complaint: version 1 is published.\n"), first.stderr

    diagram = folder / "complaint.bpmn"
    diagram.write_text(diagram.read_text("utf-8").replace("接到客户投诉", "接听客户投诉"), "utf-8")
    assert kesu("deploy", str(folder), "--note", "wording").stdout == "complaint: version 2 is published.\n"

    diagram.write_text(diagram.read_text("utf-8").replace('id="customer.acknowledge@1"', 'id="no.such@1"'), "utf-8")
    assert kesu("check", str(folder)).returncode == 1
    refused = kesu("deploy", str(folder))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "was not published" in refused.stderr


def test_a_draft_is_rehearsed_and_what_runs_is_migrated(kesu, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for folder in ("workflows", "forms"):
        shutil.copytree(ROOT / folder / "complaint", tmp_path / folder / "complaint")
    draft = tmp_path / "workflows" / "complaint"
    told = kesu("rehearse", str(draft), "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["cases"] == 0
    assert kesu("rehearse", "complaint").stdout.startswith("0 open complaints")
    run = kesu("migrate", "complaint", "--to", "1", "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["state"] == "done"
    unknown = kesu("rehearse", "complaint", "--map", "receive=nowhere")
    assert (unknown.returncode, "nowhere, which the new version does not have" in unknown.stderr) == (1, True)
    twice = kesu("migrate", "complaint", "--to", "1", "--map", "receive=record", "--map", "receive=meeting")
    assert (twice.returncode, "--map OLD=NEW" in twice.stderr) == (1, True)
    missing = kesu("migrate", "complaint", "--to", "2")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr == "There is no version 2 of the application “complaint”.\n"
