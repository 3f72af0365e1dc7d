"""What the guides say of tasks, properties, groups and fields is what the product does."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from server.casework.check_bundle import check_bundle
from server.domain.bundle import Bundle, bundled_root
from server.engine import parse_definition
from server.engine.check.extensions import _PROPERTIES
from server.jobs.registry import load_registry
from server.security.permissions import GROUPS
from tests.docs.pages import ROOT, blocks, rows, section, text
from tests.unit.process.tables import decided

GUIDES = ROOT / "docs/guides"
LANGUAGES = {"staff.zh-CN.md": 0, "staff.md": 1}
UNITS = {
    "hours": ("小时", "hours?"),
    "working_hours": ("个工作小时", "working hours?"),
    "days": ("天", "days?"),
    "working_days": ("个工作日", "working days?"),
}
TIMES = {"task": ("{}", "{}"), "received": ("受理起 {}", "{} from receipt")}


def user_tasks() -> list[Any]:
    folder = ROOT / "workflows/complaint"
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in (".bpmn", ".dmn")}
    return [one for one in parse_definition(files, "complaint").elements.values() if one.kind == "user_task"]


@pytest.mark.parametrize("guide", LANGUAGES)
def test_every_task_has_its_row_with_group_and_time(guide: str) -> None:
    language = LANGUAGES[guide]
    told = {}
    for row in re.findall(r"^\| (.+) \|$", text(GUIDES / guide), re.MULTILINE):
        cells = row.split(" | ")
        if len(cells) == 4 and re.search(r"\d", cells[2]):
            told[re.sub(r" ?[（(]D\d[)）]", "", cells[0])] = (cells[1], cells[2])
    assert set(told) == {task.name.splitlines()[language] for task in user_tasks()}
    for task in user_tasks():
        group, time = told[task.name.splitlines()[language]]
        assert GROUPS[task.group].splitlines()[language].lower().startswith(group), task.id
        limit = decided("deadlines", {"step": task.id})
        words = rf"{limit['amount']} {UNITS[limit['unit']][language]}"
        assert re.fullmatch(TIMES[limit["start"]][language].format(words), time), task.id


@pytest.mark.parametrize("guide", ["process-owner.md", "process-owner.zh-CN.md"])
def test_every_property_is_explained(guide: str) -> None:
    table = re.findall(r"^\| (`\w+`(?:[,、] ?`\w+`)*) \|", text(GUIDES / guide), re.MULTILINE)
    told = [name for cell in table for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(told) == sorted(_PROPERTIES)


@pytest.mark.parametrize(
    ("guide", "heading"), [("operator.md", "## People and tokens"), ("operator.zh-CN.md", "## 人员和令牌")]
)
def test_every_group_is_explained(guide: str, heading: str) -> None:
    assert set(rows(section(GUIDES / guide, heading))) == set(GROUPS)


@pytest.mark.parametrize("guide", ["process-owner.md", "process-owner.zh-CN.md"])
def test_the_field_of_the_guide_passes_the_check(guide: str, tmp_path: Path) -> None:
    for folder in ("workflows", "forms"):
        shutil.copytree(bundled_root() / folder / "complaint", tmp_path / folder / "complaint")
    in_case, in_form = (json.loads(block) for block in blocks(GUIDES / guide, "json"))
    forms = tmp_path / "forms/complaint"
    _add(forms / "case.schema.json", in_case, "properties", "problem")
    _add(forms / "record.json", in_form, "schema", "properties", "problem")
    bundle = Bundle.from_folder(tmp_path, "complaint")
    assert check_bundle(bundle, load_registry().topics) == []
    in_form["shift"]["$ref"] += "s"
    _add(forms / "record.json", in_form, "schema", "properties", "problem")
    assert [
        found.code for found in check_bundle(Bundle.from_folder(tmp_path, "complaint"), load_registry().topics)
    ] == ["K702"]


def _add(file: Path, fields: dict[str, Any], *way: str) -> None:
    whole = json.loads(file.read_text("utf-8"))
    here = whole
    for step in way:
        here = here[step]
    here["properties"] |= fields
    file.write_text(json.dumps(whole), "utf-8")


@pytest.mark.parametrize("guide", sorted(page.name for page in GUIDES.glob("*.md") if ".zh-CN" not in page.name))
def test_every_guide_is_there_in_both_languages(guide: str) -> None:
    english, chinese = GUIDES / guide, GUIDES / guide.replace(".md", ".zh-CN.md")
    for mark in (r"^#+ ", r"^\| "):
        counts = [len(re.findall(mark, text(one), re.MULTILINE)) for one in (english, chinese)]
        assert counts[0] == counts[1], mark
    assert [code for _, code in _code(english)] != [] or guide in ("staff.md", "manager.md")
    assert len(_code(english)) == len(_code(chinese))


def _code(page: Path) -> list[tuple[int, str]]:
    return list(enumerate(re.findall(r"^```.*?^```", text(page), re.DOTALL | re.MULTILINE)))
