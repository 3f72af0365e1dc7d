"""Deploy and export give back every byte, also of what another BPMN tool wrote into a file; nothing strange is overwritten."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server import app
from server.casework.context import Context
from server.cli import main
from server.domain.bundle import Bundle, bundled_root, files_under
from tests.house import copy_house, environment_of, forget

Kesu = Callable[..., Result]
ROOT = Path(__file__).parents[2]
FOREIGN = {
    "http://camunda.org/schema/1.0/bpmn": '<camunda:properties xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
    '<camunda:property name="cost centre" value="4711 &amp; more"/></camunda:properties>',
    "http://www.signavio.com": '<signavio:signavioMetaData xmlns:signavio="http://www.signavio.com" metaKey="bgcolor" metaValue="#ffffcc"/>',
    "http://example.org/house": '<house:audit xmlns:house="http://example.org/house" by="Müller">\r\n   <![CDATA[a < b]]>\r\n</house:audit>',
}
"""Extensions as other tools write them, by their namespace."""


@pytest.fixture
def kesu(prepared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kesu]:
    """Runs a command, in this process, on a data folder of its own in which the bundled application is published."""
    folder = copy_house(prepared_folder, tmp_path / "data")
    kept = {name: None for name in os.environ if name.startswith(("KESU_", "LC_", "LANG"))}
    env = {**kept, **environment_of(folder), "LANG": "en_US.UTF-8"}
    opened: list[Context] = []
    build = app.build_context

    def built(*given: Any, **named: Any) -> Context:
        opened.append(build(*given, **named))
        return opened[-1]

    def run(*words: str) -> Result:
        ran = CliRunner().invoke(main, words, env=env)
        while opened:  # a process of its own would end here
            opened.pop().database.close()
        return ran

    monkeypatch.setattr(app, "build_context", built)
    yield run
    forget(folder)


def put(files: dict[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        inner = path.removeprefix("forms/")
        place = folder / ("workflows" if inner == path else "forms") / "complaint" / inner
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder / "workflows" / "complaint"


def edited_elsewhere() -> dict[str, bytes]:
    """The application after another tool has been at its main diagram: its extensions, colours, notes, line ends, prolog."""
    files = dict(Bundle.from_folder(bundled_root(), "complaint"))
    text = files["complaint.bpmn"].decode()
    head = re.search(r"<bpmn:definitions[^>]*>", text)
    assert head is not None
    coloured = head[0][:-1] + (
        ' xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"'
        ' exporter="Another Modeler" exporterVersion="5.31.0">'
    )
    text = text.replace(head[0], f"{coloured}\n  <!-- seen by Müller, 2026-03-02 -->", 1)
    place = text.index("<bpmn:extensionElements>", text.index('<bpmn:userTask id="confirm"')) + len(
        "<bpmn:extensionElements>"
    )
    text = text[:place] + "".join(FOREIGN.values()) + text[place:]
    shape = re.search(r'<bpmndi:BPMNShape id="confirm_di" bpmnElement="confirm"', text)
    assert shape is not None
    colours = ' bioc:stroke="#831311" bioc:fill="#ffcdd2" color:background-color="#ffcdd2" color:border-color="#831311"'
    text = text.replace(shape[0], shape[0] + colours, 1)
    files["complaint.bpmn"] = b"\xef\xbb\xbf" + text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return files


def test_what_another_tool_wrote_is_deployed_and_exported_byte_for_byte(kesu: Kesu, tmp_path: Path) -> None:
    files = edited_elsewhere()
    folder = put(files, tmp_path / "theirs")
    checked = kesu("check", str(folder))
    assert checked.exit_code == 0, checked.stdout
    tested = kesu("test", str(folder), "--json")
    assert tested.exit_code == 0, tested.stdout
    deployed = kesu("deploy", str(folder), "--note", "from another tool")
    assert deployed.exit_code == 0, deployed.stderr
    assert "version 2" in deployed.stdout

    out = tmp_path / "out"
    exported = kesu("export", "complaint", str(out))
    assert exported.exit_code == 0, exported.stderr
    assert "version 2" in exported.stdout
    assert files_under(out, "complaint") == files
    diagram = (out / "workflows/complaint/complaint.bpmn").read_bytes().decode()
    for extension in FOREIGN.values():
        assert extension in diagram.replace("\r\n", "\n").replace("\n", "\r\n") or extension in diagram
    again = kesu("check", str(out / "workflows/complaint"))
    assert again.exit_code == 0, again.stdout
    assert kesu("deploy", str(out / "workflows/complaint")).stdout == "complaint: version 2 is published.\n", (
        "nothing is new"
    )


def test_an_older_version_replaces_what_was_exported_before(kesu: Kesu, tmp_path: Path) -> None:
    first = dict(Bundle.from_folder(bundled_root(), "complaint"))
    second = dict(first)
    second["application.toml"] += b"# second\n"
    second["extra.dmn"] = second["two_levels.dmn"].replace(b'id="two_levels"', b'id="two_levels_more"')
    del second["forms/documents/result.txt"]
    second["forms/documents/outcome.txt"] = first["forms/documents/result.txt"]
    assert kesu("deploy", str(put(second, tmp_path / "second"))).exit_code == 0

    out = tmp_path / "out"
    assert kesu("export", "complaint", str(out)).exit_code == 0
    assert files_under(out, "complaint") == second
    (out / "workflows/complaint/README.md").write_text("ours", encoding="utf-8")
    (out / "workflows/complaint/.gitkeep").write_text("", encoding="utf-8")
    older = kesu("export", "complaint", str(out), "--version", "1")
    assert older.exit_code == 0, older.stderr
    assert files_under(out, "complaint") == first
    assert (out / "workflows/complaint/README.md").read_text("utf-8") == "ours"
    assert (out / "workflows/complaint/.gitkeep").exists()


def test_what_is_from_no_version_is_not_overwritten(kesu: Kesu, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert kesu("export", "complaint", str(out)).exit_code == 0
    mine = out / "workflows/complaint/grading.dmn"
    mine.write_bytes(mine.read_bytes() + b"<!-- mine -->")
    (out / "forms/complaint/new.json").write_text("{}", encoding="utf-8")
    before = files_under(out, "complaint")
    refused = kesu("export", "complaint", str(out))
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "2 files" in refused.stderr
    assert "grading.dmn" in refused.stderr
    assert "forms/new.json" in refused.stderr
    assert files_under(out, "complaint") == before

    assert kesu("export", "complaint", str(out), "--force").exit_code == 0
    assert files_under(out, "complaint") == dict(Bundle.from_folder(bundled_root(), "complaint"))


def test_links_are_not_followed(kesu: Kesu, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (out / "workflows").mkdir(parents=True)
    elsewhere.mkdir()
    (out / "workflows" / "complaint").symlink_to(elsewhere)
    refused = kesu("export", "complaint", str(out), "--force")
    assert refused.exit_code == 1
    assert "is a link" in refused.stderr
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("export", "unheard_of", "{out}"), 1, "No process application “unheard_of” is published"),
        (("export", "complaint", "{out}", "--version", "9"), 1, "There is no version 9"),
        (("export", "complaint"), 2, "Missing argument"),
        (("test", "{out}"), 2, "does not exist"),
        (("test", str(ROOT / "docs")), 2, "holds nothing to test"),
    ],
)
def test_wrong_use(kesu: Kesu, tmp_path: Path, words: tuple[str, ...], status: int, sentence: str) -> None:
    ran = kesu(*(word.format(out=tmp_path / "nowhere") for word in words))
    assert ran.exit_code == status
    assert sentence in ran.stderr
    assert ran.stdout == ""


def test_kesu_test_says_what_differs(kesu: Kesu, tmp_path: Path) -> None:
    files = dict(Bundle.from_folder(bundled_root(), "complaint"))
    text = files["complaint.bpmn"].decode()
    files["complaint.bpmn"] = text.replace(
        'classification.validity == "not_valid"', 'classification.validity == "x"'
    ).encode()
    folder = put(files, tmp_path / "mine")
    ran = kesu("test", str(folder))
    assert ran.exit_code == 1
    assert "✗ tests/not-valid.json" in ran.stdout
    assert "✓ tests/withdrawn.json" in ran.stdout
    assert "At “Confirm the complaint” the answer went to" in ran.stdout

    one = kesu("test", str(folder / "tests/not-valid.json"), "--json")
    assert one.exit_code == 1
    told = json.loads(one.stdout)
    assert told["ok"] is False
    (test,) = told["tests"]
    assert (test["name"], test["file"], test["ok"]) == ("not-valid", "tests/not-valid.json", False)
    assert {"step", "expected", "found", "message"} <= set(test["difference"])

    whole = json.loads(kesu("test", str(tmp_path / "mine"), "--json").stdout)
    assert "workflows/complaint/tests/not-valid.json" in [test["file"] for test in whole["tests"]]
