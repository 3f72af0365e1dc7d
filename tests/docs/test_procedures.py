"""The page of the procedures keeps its word: one row each, and nothing it points to is missing."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from server.domain.bundle import Bundle
from server.domain.forms import FormBook
from server.jobs.registry import load_registry
from server.web.api.document import Document
from tests.docs.pages import ROOT, text

PAGE = ROOT / "docs/procedures.md"
ROW = re.compile(r"^\| (S\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
CALL = re.compile(r"(GET|POST|PATCH) (/\S+)")
LATER = re.compile(r"\bLater: \w")
TABLE: dict[str, tuple[str, str, str]] = {
    name: (asks, lives, walked) for name, _title, asks, lives, walked in ROW.findall(text(PAGE))
}
BUNDLE = Bundle.from_folder(ROOT, "complaint")
CASE = FormBook(BUNDLE).case_schema()


def test_one_row_each_in_order() -> None:
    assert [name for name, *_ in ROW.findall(text(PAGE))] == [f"S{number}" for number in range(1, 44)]


@pytest.mark.parametrize("name", TABLE)
def test_what_a_row_points_to_is_there(name: str) -> None:
    _asks, lives, walked = TABLE[name]
    assert [one for one in CODE.findall(lives) if not is_there(one)] == []
    assert [one for one in CODE.findall(walked) if not is_a_test(one)] == []


@pytest.mark.parametrize("name", TABLE)
def test_what_lives_somewhere_is_walked(name: str) -> None:
    asks, lives, walked = TABLE[name]
    assert bool(CODE.findall(lives)) == bool(CODE.findall(walked))
    assert CODE.findall(lives) or LATER.search(asks), "neither there nor announced"


@pytest.mark.parametrize(
    "gone",
    ["no_such_step", "/intake/no_such_field", "no.topic@1", "POST /no/call", "server/no_file.py", "/cause/side/inner"],
)
def test_a_row_that_points_nowhere_is_found(gone: str) -> None:
    assert not is_there(gone)


@pytest.mark.parametrize("gone", ["acceptance/test_no_file.py::test_x", "acceptance/test_s4_procedure.py::test_gone"])
def test_a_test_that_is_gone_is_found(gone: str) -> None:
    assert not is_a_test(gone)


def is_there(one: str) -> bool:
    call = CALL.fullmatch(one)
    if call is not None:
        return any(f"{each.method.upper()} {each.path}" == one for each in Document().operations)
    if one.startswith("/"):
        return is_a_field(one)
    if "@" in one:
        return one in load_registry().topics
    return (ROOT / one).is_file() if "/" in one else one in elements()


def is_a_field(pointer: str) -> bool:
    here = CASE
    for name in pointer.split("/")[1:]:
        if name not in here.get("properties", {}):
            return False
        here = here["properties"][name]
    return True


@cache
def elements() -> set[str]:
    """Ids of the processes, of what is drawn in them, and of the decision tables."""
    drawn = (data for name, data in BUNDLE.items() if name.endswith((".bpmn", ".dmn")))
    return {
        each.get("id", "")
        for data in drawn
        for each in etree.fromstring(data).iter()
        if isinstance(each.tag, str)
        and (each.tag.endswith("}decision") or each.tag.startswith("{http://www.omg.org/spec/BPMN/20100524/MODEL}"))
    }


def is_a_test(one: str) -> bool:
    file, _, name = one.partition("::")
    path: Path = ROOT / "tests" / file
    if not path.is_file():
        return False
    functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
    return name.startswith("test_") and name in {node.name for node in functions}
