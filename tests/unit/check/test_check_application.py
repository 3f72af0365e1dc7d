"""The check of folders, roots and lone files, in the shape that docs/interfaces promises."""

import json
import shutil
from pathlib import Path

import pytest
from lxml import etree

from server.casework.check_bundle import check_bundle
from server.domain.bundle import Bundle, bundled_root
from server.domain.rejection import Rejected
from server.engine.check import Finding
from server.queries.check_application import Report, check_application, check_applications
from tests.unit.check.drawing import chain, choice, end, process, start, step, user

APPLICATION = """
key = "demo"
title = "示例\\nDemo"
process_id = "p"
filing_form = "file"
[groups]
sales = "销售\\nSales"
"""
CASE = {
    "type": "object",
    "properties": {"amount": {"type": "number", "title": "数量\nAmount"}},
}
FORM = {"schema": {"type": "object", "properties": {"amount": {"$ref": "case.schema.json#/properties/amount"}}}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with one small sound application `demo`."""
    write(tmp_path, "workflows/demo/application.toml", APPLICATION)
    write(tmp_path, "workflows/demo/demo.bpmn", step(user(), "u", lanes="u"))
    write(tmp_path, "forms/demo/case.schema.json", json.dumps(CASE))
    for form in ("file", "u"):
        write(tmp_path, f"forms/demo/{form}.json", json.dumps(FORM))
    return tmp_path


def write(root: Path, name: str, content: str | bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def findings(root: Path) -> list[Finding]:
    return check_application(root, None).findings


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_the_bundled_applications_are_without_a_finding() -> None:
    report = check_application(bundled_root(), None)
    assert report.ok
    assert [finding.to_json(str.format) for finding in report.findings] == []


@pytest.mark.parametrize(
    ("name", "right", "wrong", "code", "word"),
    [
        ("deadlines.dmn", '"receive"', '"recieve"', "K416", "receive"),
        ("deadlines.dmn", '"working_hours"', '"workinghours"', "K618", "working_hours"),
        ("deadlines.dmn", "<text>24</text>", '<text>"24"</text>', "K620", "amount"),
        ("deadlines.dmn", "grading.two_level", "grading.twolevel", "K308", "two_level"),
        ("grading.dmn", '"whole_module"', '"whole_modul"', "K309", "whole_module"),
        ("grading.dmn", "&gt;= 10000<", "&gt; 100000<", "K616", "grading"),
        ("grading.dmn", "<text>4</text>", "<text>6</text>", "K620", "grading.level"),
        ("two_levels.dmn", '"serious"', '"serius"', "K309", "serious"),
        ("approvals.dmn", '"vp"', '"wp"', "K618", "approvals.plan"),
        ("participants.dmn", 'hitPolicy="FIRST"', 'hitPolicy="UNIQUE"', "K615", "grading.level = 1"),
        ("complaint.bpmn", "approvals.closing ==", "approvals.closng ==", "K308", "closing"),
        ("complaint.bpmn", "grading.two_level == 1", 'grading.two_level == "1"', "K321", "grading.two_level"),
        ("corrective_action.bpmn", '"refused"', '"refussed"', "K309", "refused"),
        (
            "corrective_action.bpmn",
            "rounds.plan &lt;",
            'rounds.plan &lt; "3" and rounds.plan &lt;',
            "K320",
            "rounds.plan",
        ),
    ],
)
def test_a_slip_of_the_pen_in_the_complaint_process_is_told(
    tmp_path: Path, name: str, right: str, wrong: str, code: str, word: str
) -> None:
    for part in ("workflows", "forms"):
        shutil.copytree(bundled_root() / part / "complaint", tmp_path / part / "complaint")
    file = tmp_path / "workflows" / "complaint" / name
    text = file.read_text("utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), "utf-8")
    found = [finding for finding in findings(tmp_path) if finding.code == code]
    shown = [finding.to_json(lambda text, **params: text.format(**params)) for finding in found]
    assert any(word in told["message"] + told["fix"] for told in shown), shown
    assert all(told["file"].endswith(name) for told in shown)


def test_a_step_without_a_deadline_is_told(tmp_path: Path) -> None:
    for part in ("workflows", "forms"):
        shutil.copytree(bundled_root() / part / "complaint", tmp_path / part / "complaint")
    file = tmp_path / "workflows" / "complaint" / "deadlines.dmn"
    kept = etree.parse(file)
    for rule in ("due_any_other", "due_archive"):
        (found,) = kept.xpath(f"//*[@id='{rule}']")
        found.getparent().remove(found)
    kept.write(file, encoding="utf-8")
    assert [(finding.code, finding.severity, finding.element) for finding in findings(tmp_path)] == [
        ("K415", "warning", "archive")
    ]


def test_a_sound_application_by_folder_and_by_root(root: Path) -> None:
    by_folder = check_application(root / "workflows" / "demo", {"topic@1"})
    by_root = check_application(root, {"topic@1"})
    assert by_folder.ok
    assert codes(by_folder) == codes(by_root) == []
    assert "demo.bpmn" in by_folder.files
    assert {"workflows/demo/demo.bpmn", "forms/demo/file.json"} <= set(by_root.files)


def test_the_shape_of_the_answer(root: Path) -> None:
    write(root, "workflows/demo/demo.bpmn", choice("amuont == 1", None, default="b"))
    shown = check_application(root / "workflows" / "demo", None).to_json("en")
    assert set(shown) == {"ok", "seconds", "files", "findings"}
    assert shown["ok"] is False
    assert 0 <= shown["seconds"] < 5
    (finding,) = shown["findings"]
    assert finding == {
        "code": "K302",
        "severity": "error",
        "file": "demo.bpmn",
        "process": "p",
        "element": "f_g_a",
        "message": "The expression amuont == 1 uses amuont, which is no field of the case.",
        "fix": "Did you mean amount?",
    }
    assert json.loads(json.dumps(shown)) == shown


def test_a_loop_speaks_of_fields_of_the_case(root: Path) -> None:
    loop = '[loops.plan]\ntitle = "Plan"\nkeeps = ["amount"]\nclears = ["amount.part"]\nreason = ["why"]\n'
    write(root, "workflows/demo/application.toml", APPLICATION + loop)
    told = [(finding.code, finding.params["entry"], finding.params["field"]) for finding in findings(root)]
    assert told == [
        ("K706", "loops.plan", "rounds.plan"),
        ("K706", "loops.plan", "rounds.limit"),
        ("K706", "loops.plan", "plan_rounds"),
        ("K706", "loops.plan.clears", "amount.part"),
        ("K706", "loops.plan.reason", "why"),
    ]
    rounds = {"type": "object", "properties": {"plan": {"type": "integer"}, "limit": {"type": "integer"}}}
    part = {"type": "object", "properties": {"part": {"type": "number"}}}
    fields = {"amount": part, "rounds": rounds, "plan_rounds": {"type": "array"}, "why": {"type": "string"}}
    write(root, "forms/demo/case.schema.json", json.dumps({"type": "object", "properties": fields}))
    assert "K706" not in [finding.code for finding in findings(root)]


def test_a_cost_belongs_to_a_number_of_the_case_and_a_step_of_a_diagram(root: Path) -> None:
    item = '[costs.items.{0}]\ntitle = "X"\npointer = "{1}"\nstep = "{2}"\n'
    costs = '[costs]\ncurrency = "CNY"\n' + "".join(
        item.format(*each)
        for each in (
            ("good", "/amount", "u"),
            ("nowhere", "/amuont", "u"),
            ("deeper", "/amount/part", "u"),
            ("text", "/why", "u"),
            ("stepless", "/amount", "v"),
        )
    )
    fields = {"amount": {"type": "number"}, "why": {"type": "string"}}
    write(root, "forms/demo/case.schema.json", json.dumps({"type": "object", "properties": fields}))
    write(root, "workflows/demo/application.toml", APPLICATION + costs)
    told = [(one.code, one.params["entry"]) for one in findings(root) if one.code in ("K708", "K709")]
    assert told == [
        ("K708", "costs.items.nowhere"),
        ("K708", "costs.items.deeper"),
        ("K708", "costs.items.text"),
        ("K709", "costs.items.stepless"),
    ]


def test_a_prompt_is_shown_somewhere_and_has_a_text(root: Path) -> None:
    head = APPLICATION.replace("[groups]", 'filing_prompts = ["calm"]\n[groups]')
    prompts = '[prompts]\ncalm = "Calm first"\nlisten = "Listen"\nfacts = "Facts"\n'
    write(root, "workflows/demo/application.toml", head + prompts)
    write(root, "workflows/demo/demo.bpmn", step(user(prompts="listen, lissten", formKey="file"), "u", lanes="u"))
    told = {(one.code, one.params.get("entry") or one.params.get("key")) for one in findings(root)}
    assert {("K417", "lissten"), ("K710", "prompts.facts")} <= told
    assert not {("K710", "prompts.calm"), ("K710", "prompts.listen"), ("K417", "listen")} & told


def test_the_text_says_what_where_and_what_to_do(root: Path) -> None:
    write(root, "workflows/demo/demo.bpmn", choice("amuont == 1", None, default="b"))
    text = check_application(root, None).to_text("en")
    assert "error K302 workflows/demo/demo.bpmn p f_g_a" in text
    assert "Did you mean amount?" in text


def test_a_lone_diagram_is_only_warned_about_its_neighbours(root: Path) -> None:
    write(root, "lone.bpmn", step('<userTask id="u" name="u"/>', "u"))
    report = check_application(root / "lone.bpmn", set())
    assert report.ok
    assert codes(report) == ["K409", "K411"]
    assert report.files == ("lone.bpmn",)


def test_a_folder_of_diagrams_knows_its_own_processes(tmp_path: Path) -> None:
    write(tmp_path, "a.bpmn", step('<callActivity id="c" calledElement="q"/>', "c"))
    write(tmp_path, "b.bpmn", process(start("s1") + end("e1") + chain("s1", "e1"), key="q"))
    assert codes(check_application(tmp_path, None)) == []
    assert codes(check_application(tmp_path / "a.bpmn", None)) == ["K402"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("workflows/demo/application.toml", "key = ", "K701"),
        ("workflows/demo/application.toml", APPLICATION.replace('"demo"', '"other"'), "K701"),
        ("workflows/demo/application.toml", APPLICATION.replace('"p"', '"q"'), "K703"),
        ("workflows/demo/application.toml", APPLICATION.replace('"file"', '"missing"'), "K704"),
        ("workflows/demo/application.toml", APPLICATION.replace("sales =", "quality ="), "K412"),
        ("workflows/demo/more.bpmn", process(start("s1") + end("e1") + chain("s1", "e1"), key="q"), "K705"),
        ("forms/demo/u.json", "{", "K702"),
        ("forms/demo/u.json", '{"schema": {"type": "object"}, "schema": {}}', "K702"),
        ("forms/demo/u.json", '{"schema": {"$ref": "nowhere.json#/a"}}', "K702"),
        ("forms/demo/u.json", '{"schema": {"type": "object", "patternProperties": {}}}', "K702"),
        ("forms/demo/u.json", "[" * 5000 + "]" * 5000, "K702"),
        ("forms/demo/case.schema.json", "[]", "K702"),
        ("workflows/demo/demo.bpmn", "<!DOCTYPE a><a/>", "K104"),
    ],
)
def test_what_is_wrong_with_an_application_is_a_finding(root: Path, name: str, content: str | bytes, code: str) -> None:
    write(root, name, content)
    report = check_application(root / "workflows" / "demo", None)
    assert code in codes(report)
    for finding in report.to_json("en")["findings"]:
        assert finding["message"]
        assert finding["fix"]


def test_a_missing_form_is_an_error_in_a_bundle(root: Path) -> None:
    (root / "forms" / "demo" / "u.json").unlink()
    bundle = Bundle.from_folder(root, "demo")
    (found,) = check_bundle(bundle, None)
    assert (found.code, found.severity, found.element) == ("K410", "error", "u")


def test_nothing_to_check_is_wrong_use(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.bpmn", tmp_path / "missing"):
        with pytest.raises(Rejected) as refused:
            check_application(path, None)
        assert refused.value.code == "not_found.file"


def test_several_paths_are_one_report(root: Path) -> None:
    write(root, "lone.bpmn", b"<!DOCTYPE a><a/>")
    report = check_applications([root / "workflows" / "demo", root / "lone.bpmn"], None)
    assert codes(report) == ["K104"]
    assert not report.ok
    assert {"demo.bpmn", "lone.bpmn"} <= set(report.files)
