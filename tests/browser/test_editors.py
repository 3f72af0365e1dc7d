"""The editors of tables, forms and plain files on the real server: what is done in them is in the files, nothing else."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import Browser, StorageState, expect

from server.app import create_app
from server.casework.context import Context
from server.domain.bundle import Bundle, bundled_root
from tests.bpmn_builder import decision_table
from tests.browser.desk import PATIENCE, Desk, begin

pytestmark = pytest.mark.one_database("what a browser edits does not depend on the database")
FILES = Bundle.from_folder(bundled_root(), "complaint")
PLAN = "forms/approve_plan.json"
CASE = "forms/case.schema.json"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


@pytest.fixture(scope="module")
def address(shared_house: Context, serve: Callable[[Flask], Any]) -> Iterator[str]:
    with serve(create_app(shared_house)) as found:
        yield found


@pytest.fixture(scope="module")
def cookies() -> dict[Any, StorageState]:
    """Of who logged in before, by person and language."""
    return {}


@pytest.fixture
def desk(browser: Browser, address: str, cookies: dict[Any, StorageState]) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(language: str = "en", who: str = "") -> Desk:
        # A person's language is kept for all his windows, so that each language has a person of its own.
        made.append(Desk(browser, address, language, who or {"en": "owner", "zh-CN": "admin"}[language], cookies))
        return made[-1]

    yield make
    for one in made:
        one.leave()


def form(text: str) -> Any:
    return json.loads(text)


def test_a_cell_that_the_engine_refuses_is_told_as_it_is_typed(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, "grading.dmn")
    expect(one.page.locator(".bjs-powered-by, .powered-by").first).to_be_visible()
    one.type(one.cell(1, 1), "1..5")
    expect(one.told("K603")).to_contain_text("Write it in brackets: [1..5].")
    one.page.locator("h1").click()
    one.told("K603").get_by_role("button").click()
    expect(one.cell(1, 1)).to_be_focused()
    one.type(one.cell(1, 1), "[1..5]")
    one.told("K603", 0)
    text = one.saved(shared_house, draft, "grading.dmn", lambda text: "[1..5]" in text)
    before, after = (
        list(etree.fromstring(each.encode()).iter(f"{DMN}text")) for each in (FILES["grading.dmn"].decode(), text)
    )
    assert [a.text for a, b in zip(before, after, strict=True) if a.text != b.text] == ["> 5000000"]


def test_a_table_is_tried_before_it_is_saved(desk: Any, shared_house: Context) -> None:
    one = desk(language="zh-CN").opens(begin(shared_house), "grading.dmn")
    one.page.locator("[data-try='grading.cost']").fill("6000000")
    expect(one.page.locator("[data-tables]")).to_have_attribute("data-tried", "1")
    expect(one.page.locator("[data-output='grading.level']")).to_contain_text("1")
    assert (
        one.cell(1, 1).locator("xpath=ancestor::td").evaluate("td => getComputedStyle(td).backgroundColor")
        == "rgb(226, 243, 233)"
    )
    one.type(one.cell(1, 1), "> 9000000")
    expect(one.page.locator("[data-tables]")).not_to_have_attribute("data-tried", "1")
    one.page.locator("[data-try='grading.other_level']").select_option("")
    one.type(one.cell(1, 1), "> (")
    expect(one.page.locator("[data-try-result]")).to_contain_text("暂时无法试算")


def test_the_values_of_a_field_are_put_in_by_a_click(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, "grading.dmn")
    one.enter(one.cell(1, 3))
    for value in ("whole_module", "some_components", "whole_module"):
        one.page.locator("[data-cell] button", has_text=value).click()
    one.page.locator("[data-cell] button", has_text="auxiliary_part").click()
    expect(one.cell(1, 3)).to_have_text('"some_components", "auxiliary_part"')
    one.saved(
        shared_house,
        draft,
        "grading.dmn",
        lambda text: '"some_components", "auxiliary_part"' in text.replace("&quot;", '"'),
    )


def test_every_menu_of_the_table_speaks_chinese_and_offers_what_the_engine_has(
    desk: Any, shared_house: Context
) -> None:
    one = desk(language="zh-CN").opens(begin(shared_house), "grading.dmn")
    one.page.locator(".hit-policy-edit-policy-select .dms-input").click()
    assert one.page.locator(".options .option").all_inner_texts() == [
        "唯一", "首个", "任意", "收集", "收集（求和）", "收集（最小值）", "收集（最大值）", "收集（计数）", "按规则顺序",
    ]  # fmt: skip
    one.page.keyboard.press("Escape")
    for column in (1, 3, 6, 11):
        one.enter(one.cell(2, column), button="right")
        expect(one.page.locator(".context-menu")).to_contain_text("删除规则")
        one.page.keyboard.press("Escape")
        one.enter(one.cell(2, column))
        one.page.locator(".simple-mode-button").click()
        expect(one.page.locator(".context-menu .dms-heading").first).to_contain_text("编辑")
        one.page.keyboard.press("Escape")
    for head in (one.page.locator("th.input-cell").first, one.page.locator("th.output-cell").first):
        head.click(button="right")
        one.page.keyboard.press("Escape")
        head.locator(".edit-button").dispatch_event("click")
        one.page.locator(".context-menu .type-ref-edit-select .dms-input").click()
        assert one.page.locator(".options .option").all_inner_texts() == ["文本", "数字", "是/否"]
        one.page.keyboard.press("Escape")
        one.page.locator("h1").click()


def test_columns_are_named_in_both_languages_and_taken_back(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, "participants.dmn")
    one.page.locator("summary", has_text="Columns").click()
    column = one.page.locator("details.column").first
    column.locator("summary").click()
    column.get_by_label("Title (en)").fill("Grade")
    column.get_by_label("Field of the case, or an expression").fill("grading.nothing")
    column.get_by_label("Title (en)").focus()
    one.told("K308")
    one.saved(
        shared_house,
        draft,
        "participants.dmn",
        lambda text: "级别&#10;Grade" in text and "grading.nothing" in text,
    )
    one.press("↶ Undo")
    one.told("K308", 0)
    one.press("↶ Undo")
    one.saved(shared_house, draft, "participants.dmn", lambda text: "级别&#10;Level" in text)


def test_a_finding_leads_into_another_table_of_the_file(desk: Any, shared_house: Context) -> None:
    first, second = (
        decision_table(
            name, ["grading.cost"], ["grading.reason"], [([cell], ['"x"']), ([""], ['"y"'])], "FIRST"
        ).decode()
        for name, cell in (("one", "1"), ("two", "bad"))
    )
    more = second[second.index("<decision ") : second.index("</definitions>")]
    for name in ("t", "i0", "ie0", "o0", "r0", "r1", "r0i0", "r1i0", "r0o0", "r1o0"):
        more = more.replace(f'id="{name}"', f'id="second_{name}"')
    draft = begin(shared_house, {"two.dmn": first.replace("</definitions>", f"{more}</definitions>")})
    one = desk().opens(draft, "two.dmn")
    assert one.page.locator("[data-decisions] option").count() == 2
    one.told("K604").get_by_role("button").click()
    expect(one.page.locator("[data-decisions]")).to_have_value("two")
    expect(one.cell(1, 1)).to_be_focused()
    expect(one.cell(1, 1)).to_have_text("bad")


def test_a_field_of_the_case_comes_into_the_form_and_into_view(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, PLAN)
    one.field("/approval/decision").locator(".form-item-name").click()
    one.press("+ Field of the case")
    one.page.keyboard.type("customer/phone")
    one.page.keyboard.press("Enter")
    one.page.get_by_label("Required", exact=True).check()
    expect(one.preview().locator("[name=customer-phone]")).to_be_visible()
    text = one.saved(shared_house, draft, PLAN, lambda text: '"required": ["phone"]' in text)
    found = form(text)
    assert found["schema"]["properties"]["customer"]["properties"] == {
        "phone": {"$ref": "case.schema.json#/properties/customer/properties/phone"}
    }
    assert found["schema"]["required"][-1] == "customer"
    assert found["ui"]["sections"][1]["fields"][-1] == "/customer/phone"
    before = FILES[PLAN].decode().splitlines()
    assert [line for line in before if line not in text.splitlines()] != before
    assert all(line in text.splitlines() for line in before if "$ref" in line or '"if"' in line), (
        "hand-written lines stay"
    )
    one.field("/customer/phone").get_by_role("button", name="Take the field out of the form").click()
    one.saved(shared_house, draft, PLAN, lambda text: form(text) == form(FILES[PLAN].decode()))


def test_what_is_taken_back_leaves_no_letter_changed(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, PLAN)
    one.field("/approval/opinion").locator(".form-item-name").click()
    one.page.get_by_label("Required", exact=True).check()
    one.saved(shared_house, draft, PLAN, lambda text: '"required": ["decision", "opinion"]' in text)
    one.page.get_by_label("Required", exact=True).uncheck()
    one.saved(shared_house, draft, PLAN, lambda text: text == FILES[PLAN].decode())


def test_fields_are_moved_with_the_keyboard_and_by_dragging(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, PLAN)
    up = one.field("/approval/opinion").get_by_role("button", name="Field up")
    up.focus()
    for _ in range(2):
        one.page.keyboard.press("Enter")
    text = one.saved(
        shared_house, draft, PLAN, lambda text: form(text)["ui"]["sections"][1]["fields"][0] == "/approval/opinion"
    )
    assert form(text)["ui"]["order"] == [path for section in form(text)["ui"]["sections"] for path in section["fields"]]
    one.page.keyboard.press("Enter")
    expect(one.page.locator(".form-fields").first.locator("[data-pointer='/approval/opinion']")).to_be_visible()
    one.field("/approval/opinion").drag_to(one.field("/plan/summary"))
    one.saved(
        shared_house, draft, PLAN, lambda text: form(text)["ui"]["sections"][0]["fields"][0] == "/approval/opinion"
    )


def test_sections_conditions_and_titles(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, PLAN)
    one.press("+ Section")
    one.page.get_by_label("Title of the section (zh-CN)").fill("附注")
    one.page.get_by_label("Title of the section (en)").fill("Remarks")
    one.page.get_by_label("Folded away until somebody opens it").check()
    one.field("/approval/approved_on").locator(".form-item-name").click()
    one.page.get_by_label("Shown", exact=True).select_option("/approval/decision")
    one.page.get_by_label("Refused", exact=True).check()
    one.page.get_by_label("Title here (en)").fill("Day of approval")
    one.page.get_by_label("Title here (en)").blur()
    found = form(one.saved(shared_house, draft, PLAN, lambda text: "Day of approval" in text))
    assert found["ui"]["sections"][-1] == {"title": "附注\nRemarks", "fields": [], "collapsed": True}
    assert found["ui"]["show_when"]["/approval/approved_on"] == {
        "field": "/approval/decision",
        "in": ["approved", "refused"],
    }
    assert (
        found["schema"]["properties"]["approval"]["properties"]["approved_on"]["title"] == "批准日期\nDay of approval"
    )
    preview = one.preview()
    expect(preview.locator("[name=approval-approved_on]")).to_be_hidden()
    preview.get_by_text("Refused", exact=True).click()
    expect(preview.locator("[name=approval-approved_on]")).to_be_visible()
    one.press("Phone")
    assert preview.locator("html").evaluate("html => html.clientWidth") == 390


def test_a_new_field_is_added_to_the_case_and_shown(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk(language="zh-CN").opens(draft, PLAN)
    one.press("新增资料字段…")
    dialog = one.page.get_by_role("dialog")
    dialog.get_by_label("标题（zh-CN）").first.fill("风险等级")
    dialog.get_by_label("标题（en）").first.fill("Risk class")
    expect(dialog.get_by_label("键名", exact=True).last).to_have_value("risk_class")
    dialog.locator("[data-kind]").select_option("choice")
    dialog.get_by_role("button", name="添加字段").click()
    expect(dialog.get_by_role("alert")).to_contain_text("至少列出一个选项")
    dialog.locator("[data-choice]").fill("high")
    dialog.get_by_label("标题（en）").nth(1).fill("High")
    dialog.get_by_label("标题（zh-CN）").nth(1).fill("高")
    dialog.get_by_label("分组", exact=True).select_option("plan")
    dialog.get_by_role("button", name="添加字段").click()
    expect(one.preview().get_by_text("风险等级")).to_be_visible()
    schema = form(one.saved(shared_house, draft, CASE, lambda text: "risk_class" in text))
    added = schema["properties"]["plan"]["properties"].pop("risk_class")
    assert added == {
        "type": "string",
        "title": "风险等级\nRisk class",
        "oneOf": [{"const": "high", "title": "高\nHigh"}],
    }
    assert schema == form(FILES[CASE].decode()), "nothing else of the case has changed"
    one.saved(shared_house, draft, PLAN, lambda text: "#/properties/plan/properties/risk_class" in text)
    expect(one.page.locator("[data-findings]")).to_contain_text("此文件没有问题。")


def test_json_by_hand_and_what_is_none(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk().opens(draft, PLAN)
    one.press("JSON")
    raw = one.page.locator("[data-raw]")
    text = raw.input_value()
    raw.fill(text[:-3])
    expect(one.page.locator("[data-broken]")).to_be_visible()
    one.told("K702")
    expect(one.page.locator(".preview-problems")).to_contain_text("Shown as it was before")
    raw.fill(text.replace("Approve the plan", "Decide on the plan"))
    expect(one.page.locator("[data-broken]")).to_be_hidden()
    expect(one.preview().locator("h1")).to_have_text("Decide on the plan")
    one.press("↶ Undo")
    one.press("↶ Undo")
    one.saved(shared_house, draft, PLAN, lambda now: now == text)


def test_a_mail_is_written_beside_its_preview(desk: Any, shared_house: Context) -> None:
    draft, mail = begin(shared_house), "forms/documents/answer.txt"
    one = desk().opens(draft, mail)
    area = one.page.locator("textarea")
    area.fill("[en]\nAnswer {{ number }}\n")
    expect(one.page.locator(".preview-text")).to_have_text("Answer KS-2026-0001\n")
    area.press("Control+Home")
    area.press("Tab")
    one.saved(shared_house, draft, mail, lambda text: text.startswith("  [en]"))
    area.press("Shift+Tab")
    one.saved(shared_house, draft, mail, lambda text: text.startswith("[en]"))
    area.press("Escape")
    area.press("Tab")
    expect(area).not_to_be_focused()
    assert one.page.locator(".text-lines > div").count() == 3


def test_the_check_stands_beside_a_text(desk: Any, shared_house: Context) -> None:
    one = desk().opens(begin(shared_house), "application.toml")
    area = one.page.locator("textarea")
    area.fill(area.input_value().replace('filing_form = "file"', 'filing_form = "nothing"'))
    expect(one.told("K704")).to_contain_text("nothing")


def test_who_may_only_read_changes_nothing(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one = desk(who="sales1").opens(draft, "grading.dmn")
    assert one.page.locator("[contenteditable]").count() == 0
    expect(one.page.locator("[data-undo]")).to_have_count(0)
    one.page.locator("[data-try='grading.cost']").fill("6000000")
    expect(one.page.locator("[data-tables]")).to_have_attribute("data-tried", "1")
    one.opens(draft, PLAN)
    one.field("/approval/opinion").locator(".form-item-name").click()
    expect(one.page.get_by_label("Required", exact=True)).to_be_disabled()
    one.opens(draft, "application.toml")
    expect(one.page.locator("textarea")).not_to_be_editable()


def test_what_was_typed_while_logged_out_is_sent_after_a_new_log_in(
    browser: Browser, address: str, shared_house: Context
) -> None:
    draft, path = begin(shared_house), "forms/documents/answer.txt"
    one = Desk(browser, address, "en", "owner", {}).opens(draft, path)
    other = one.context.new_page()
    other.goto(f"{address}/tasks")
    other.locator("form[action$='/logout']").first.evaluate("form => form.submit()")
    other.wait_for_url("**/login*")
    one.page.locator("textarea").fill("Typed meanwhile")
    expect(one.page.locator("[data-saving-status]")).to_contain_text("You are logged out", timeout=PATIENCE)
    other.goto(f"{address}/login")
    other.locator(".faces").get_by_role("button", name=re.compile("· owner$")).click()
    other.wait_for_url("**/tasks")
    one.page.locator("textarea").press("ControlOrMeta+End")
    one.page.keyboard.type(", and after")
    one.saved(shared_house, draft, path, lambda text: text == "Typed meanwhile, and after")
    assert [each for each in one.trouble if "401" not in each and "400" not in each] == []
    one.context.close()


def test_two_texts_are_shown_where_they_begin_to_differ(desk: Any, shared_house: Context) -> None:
    draft = begin(shared_house)
    one, two = desk().opens(draft, "grading.dmn"), desk(language="zh-CN").opens(draft, "grading.dmn")
    one.type(one.cell(5, 1), "> 41")
    one.saved(shared_house, draft, "grading.dmn", lambda text: "&gt; 41" in text)
    two.type(two.cell(5, 1), "> 42")
    differing = two.page.locator(".saving-conflict .saving-differs")
    expect(differing.first).to_be_in_viewport()
    expect(differing.last).to_be_in_viewport()
    two.page.locator("[data-choice=theirs]").click()
    expect(two.cell(5, 1)).to_have_text("> 41")
    two.trouble[:] = [each for each in two.trouble if "409" not in each]


def test_a_new_rule_is_where_one_looks(desk: Any, shared_house: Context) -> None:
    one = desk().opens(begin(shared_house), "grading.dmn")
    one.page.get_by_role("button", name="+ Rule").click()
    expect(one.page.locator("tbody tr").last.locator("td.input-cell [contenteditable]").first).to_be_focused()
