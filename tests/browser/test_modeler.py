"""The diagram editor on the real server: what is set in the panel is in the file, and nothing else changes."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import Browser, expect

from server.app import create_app
from server.casework.context import Context
from server.domain.bundle import bundled_root
from tests.browser.foreign import DIALECTS, FOREIGN
from tests.browser.studio import Studio, new_draft, stored, write

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
FILES = {path.name: path.read_text() for path in sorted((bundled_root() / "workflows" / "complaint").glob("*.bpmn"))}
PLAN = "corrective_action.bpmn"

pytestmark = pytest.mark.one_database("what a browser draws does not depend on the database")


@pytest.fixture(scope="module")
def address(shared_house: Context, serve: Callable[[Flask], Any]) -> Iterator[str]:
    with serve(create_app(shared_house)) as found:
        yield found


@pytest.fixture
def studio(browser: Browser, address: str) -> Iterator[Callable[..., Studio]]:
    made: list[Studio] = []

    def make(**more: Any) -> Studio:
        made.append(Studio(browser, address, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def meaning(xml: str) -> list[str]:
    """What a diagram says, element by element: whose child it is, its attributes and text. Left out is what says nothing:
    blanks, prefixes, a default written out, an expression's type, and in which order the shapes are drawn."""
    said, drawn = [], []
    for node in etree.fromstring(xml.encode()).iter():
        place = drawn if "omg.org/spec/DD" in node.tag or "BPMN/20100524/DI" in node.tag else said
        values = {etree.QName(key).localname: _number(value) for key, value in node.attrib.items() if not key.endswith("}type")}
        if values.get("cancelActivity") == "true":
            del values["cancelActivity"]
        above = node.getparent()
        owner = "" if above is None else above.get("id") or etree.QName(above).localname
        place.append(f"{owner} > {node.tag} {sorted(values.items())} {(node.text or '').strip()}")
    return said + sorted(drawn)


def _number(value: str) -> str:
    return value.removesuffix(".0")


def test_every_bundled_diagram_opened_and_saved_untouched_says_the_same(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    desk = studio().opens(new_draft(shared_house), PLAN)
    assert len(FILES) == 8
    for name, text in FILES.items():
        assert desk.call("async ({open}, xml) => open(xml)", text) == [], name
        assert meaning(desk.call("({text}) => text()")) == meaning(text), name
    desk.is_quiet()


def test_settings_of_other_tools_are_as_they_were_after_another_element_is_edited(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    draft, desk = new_draft(shared_house), studio()
    for dialect, written in DIALECTS.items():
        file = f"{dialect}.bpmn"
        write(shared_house, draft, {file: written})
        desk.opens(draft, file)
        desk.select("mine")
        desk.fill("name-en", "Edited")
        desk.fill("dueDate", "working_hours(4)")
        desk.is_saved_after(shared_house, draft, file, 'value="working_hours(4)"')
        saved = stored(shared_house, draft, file)
        assert "Edited" in saved
        assert len(foreign_parts(written)) >= 3
        assert foreign_parts(saved) == foreign_parts(written), dialect
    desk.is_quiet("422")


def foreign_parts(xml: str) -> list[bytes]:
    """Elements and attributes of other tools' namespaces, byte for byte in canonical form, each with whom it belongs to."""
    root = etree.fromstring(xml.encode())
    found: list[bytes] = []
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        owner = (node.getparent().getparent().get("id") or "") if node.getparent() is not None and node.getparent().getparent() is not None else ""
        if FOREIGN.match(node.tag) and not FOREIGN.match(node.getparent().tag):
            lone = etree.fromstring(etree.tostring(node, with_tail=False))
            found.append(owner.encode() + etree.tostring(_without_blanks(lone), method="c14n", exclusive=True))
        found += [f"{node.get('id')} {key}={value}".encode() for key, value in node.attrib.items() if FOREIGN.match(key)]
    return sorted(found)


def _without_blanks(node: etree._Element) -> etree._Element:
    for each in node.iter():
        each.tail = None
        if len(each) and not (each.text or "").strip():
            each.text = None
    return node


def test_what_is_set_in_the_panel_is_in_the_file(studio: Callable[..., Studio], shared_house: Context) -> None:
    draft = new_draft(shared_house)
    desk = studio().opens(draft, PLAN)
    desk.select("verify_plan")
    desk.fill("name-en", "Try the plan")
    desk.field("dueDate").fill("")
    desk.field("dueDate").press_sequentially("working_da")
    desk.page.locator(".kesu-suggestions li").first.click()
    desk.field("dueDate").press_sequentially("2)")
    expect(desk.page.locator(".kesu-due strong")).to_have_text("Wed 4 Mar 2026 09:00")
    desk.field("milestone").select_option("D5")
    desk.field("priority").fill("80")
    desk.page.locator("[data-entry-id=sendBackTo]").get_by_label("Propose the improvement plan").set_checked(True)
    desk.is_saved_after(shared_house, draft, PLAN, "Try the plan")
    saved = etree.fromstring(stored(shared_house, draft, PLAN).encode())
    (task,) = saved.xpath("//*[@id='verify_plan']")
    assert task.get("name") == "验证方案\nTry the plan"
    rows = {row.get("name"): row.get("value") for row in task.iter("{*}property")}
    assert rows | {"dueDate": "working_days(2)", "milestone": "D5", "priority": "80", "sendBackTo": "plan"} == rows
    assert rows["formKey"] == "verify_plan"
    desk.is_quiet("422")
