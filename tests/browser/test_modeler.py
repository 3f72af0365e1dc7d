"""The diagram editor on the real server: what is set in the panel is in the file, and nothing else changes."""

import re
from collections.abc import Callable

import pytest
from lxml import etree
from playwright.sync_api import Route, expect

from server.casework.context import Context
from server.domain.bundle import bundled_root
from tests.browser.drawings import EVERYTHING
from tests.browser.foreign import DIALECTS, FOREIGN
from tests.browser.studio import PLAN, Studio, new_draft, stored

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
FILES = {path.name: path.read_text() for path in sorted((bundled_root() / "workflows" / "complaint").glob("*.bpmn"))}

pytestmark = pytest.mark.one_database("what a browser draws does not depend on the database")


def meaning(xml: str) -> list[str]:
    """What a diagram says, element by element: whose child it is, its attributes and text. Left out is what says nothing:
    blanks, prefixes, a default written out, an expression's type, in which order shapes are drawn and lanes name their steps."""
    said, drawn = [], []
    for node in etree.fromstring(xml.encode()).iter():
        place = (
            drawn if any(part in node.tag for part in ("omg.org/spec/DD", "BPMN/20100524/DI", "}flowNodeRef")) else said
        )
        values = {
            etree.QName(key).localname: _number(value)
            for key, value in node.attrib.items()
            if not key.endswith("}type")
        }
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
    draft = new_draft(shared_house, {"other.bpmn": DIALECTS["signavio"]})
    desk = studio().opens(draft, "other.bpmn")
    for dialect, written in DIALECTS.items():
        assert desk.call("async ({open}, xml) => open(xml)", written) == []
        desk.select("mine")
        desk.fill("dueDate", "working_hours(4)")
        desk.fill("name-en", f"Edited for {dialect}")
        desk.is_saved_after(shared_house, draft, "other.bpmn", f"Edited for {dialect}")
        saved = stored(shared_house, draft, "other.bpmn")
        assert 'value="working_hours(4)"' in saved
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
        owner = next((above.get("id") for above in node.iterancestors() if above.get("id")), "")
        if FOREIGN.match(node.tag) and not FOREIGN.match(node.getparent().tag):
            lone = etree.fromstring(etree.tostring(node, with_tail=False))
            found.append(owner.encode() + etree.tostring(_without_blanks(lone), method="c14n", exclusive=True))
        found += [
            f"{node.get('id')} {key}={value}".encode() for key, value in node.attrib.items() if FOREIGN.match(key)
        ]
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
    desk.page.locator("[data-entry-id=prompts]").get_by_label("Judge by the facts").set_checked(True)
    desk.page.locator("[data-element-id=plan]").first.dblclick()
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("Plan it")
    desk.page.locator("[data-canvas] svg").first.click(position={"x": 500, "y": 8})
    desk.is_saved_after(shared_house, draft, PLAN, "Plan it")
    assert element(stored(shared_house, draft, PLAN), "plan").get("name") == "提出改善方案\nPlan it"
    expect(desk.page.locator("[data-element-id=plan] .djs-visual").first).to_have_text("Plan it")
    saved = etree.fromstring(stored(shared_house, draft, PLAN).encode())
    (task,) = saved.xpath("//*[@id='verify_plan']")
    assert task.get("name") == "验证方案\nTry the plan"
    rows = {row.get("name"): row.get("value") for row in task.iter("{*}property")}
    assert rows | {"dueDate": "working_days(2)", "milestone": "D5", "priority": "80", "sendBackTo": "plan"} == rows
    assert (rows["formKey"], rows["prompts"]) == ("verify_plan", "facts")
    desk.is_quiet("422")


def test_ways_out_of_a_gateway_are_tried_in_the_order_shown_and_have_a_default(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    draft = new_draft(shared_house)
    desk = studio().opens(draft, PLAN)
    desk.select("Gateway_PlanRounds")
    rows = desk.page.locator(".kesu-order li")
    expect(rows.first).to_have_attribute("data-row", "Flow_Gateway_PlanRounds_plan")
    rows.first.get_by_role("button", name="Later").click()
    expect(rows.first).to_have_attribute("data-row", "Flow_Gateway_PlanRounds_End_PlanLimit")
    desk.field("default").select_option("Flow_Gateway_PlanRounds_plan")
    desk.select("Flow_Gateway_PlanRounds_End_PlanLimit")
    desk.fill("condition", "rounds.plan >= rounds.limit")
    desk.is_saved_after(shared_house, draft, PLAN, "rounds.plan &gt;= rounds.limit")
    gateway = element(stored(shared_house, draft, PLAN), "Gateway_PlanRounds")
    assert gateway.get("default") == "Flow_Gateway_PlanRounds_plan"
    assert [one.text for one in gateway.iter(f"{BPMN}outgoing")] == [
        "Flow_Gateway_PlanRounds_End_PlanLimit",
        "Flow_Gateway_PlanRounds_plan",
    ]
    on = element(stored(shared_house, draft, PLAN), "Flow_Gateway_PlanRounds_plan")
    assert on.find(f"{BPMN}conditionExpression") is None
    for _step in ("condition", "default"):
        desk.page.locator("[data-do=undo]").click()
    on = element(desk.call("({text}) => text()"), "Flow_Gateway_PlanRounds_plan")
    assert on.find(f"{BPMN}conditionExpression") is not None
    desk.is_quiet()


def element(xml: str, key: str) -> etree._Element:
    (found,) = etree.fromstring(xml.encode()).xpath("//*[@id=$key]", key=key)
    return found


def with_an_error(route: Route) -> None:
    """None of our workers raises an error, but those of a site may."""
    answer = route.fetch()
    vocabulary = answer.json()
    for topic in vocabulary["topics"]:
        topic["errors"] = ["no_figures"] if topic["topic"] == "grading.inputs@1" else topic["errors"]
    route.fulfill(response=answer, json=vocabulary)


def test_services_messages_and_loops_are_written_as_the_engine_reads_them(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    draft = new_draft(shared_house, {"all.bpmn": EVERYTHING})
    desk = studio()
    desk.page.route("**/vocabulary", with_an_error)
    desk.opens(draft, "all.bpmn")
    desk.select("service")
    desk.field("topic").select_option("grading.inputs@1")
    desk.page.locator("[data-entry-id=error-no_figures] button").click()
    desk.select("service")
    expect(desk.page.locator("[data-entry-id=error-no_figures] button")).to_have_count(0)
    desk.fill("parameter-months", "6")
    desk.fill("result", "grading")
    desk.fill("retries", "3")
    desk.select("catch_message")
    desk.field("message-new").fill("parcel.found")
    expect(desk.field("message-ref")).to_have_value("parcel.found")
    expect(desk.field("correlation")).to_have_value("number")
    desk.page.locator("[data-do=undo]").click()
    assert "parcel.found" not in desk.call("({text}) => text()")
    desk.page.locator("[data-do=redo]").click()
    desk.select("many")
    expect(desk.field("loop-loopDataInputRef")).to_have_value("containment.actions")
    desk.field("loop-kind").select_option("one-by-one")
    desk.fill("loop-completionCondition", "one.done")
    desk.is_saved_after(shared_house, draft, "all.bpmn", "one.done")
    saved = stored(shared_house, draft, "all.bpmn")
    operator = element(saved, "service").find(".//{*}serviceTaskOperator")
    assert (operator.get("id"), operator.get("resultVariable")) == ("grading.inputs@1", "grading")
    (parameter,) = operator.iter("{*}parameter")
    assert (parameter.get("id"), parameter.get("value")) == ("months", "6")
    assert operator.find("{*}retry").get("retries") == "3"
    (error,) = etree.fromstring(saved.encode()).xpath("//*[local-name()='error'][@errorCode='no_figures']/@id")
    (border,) = etree.fromstring(saved.encode()).xpath(
        "//*[local-name()='errorEventDefinition'][@errorRef=$id]/..", id=error
    )
    assert (border.get("attachedToRef"), border.tag) == ("service", f"{BPMN}boundaryEvent")
    event = element(saved, "catch_message")
    message = event.find(f"{BPMN}messageEventDefinition").get("messageRef")
    assert element(saved, message).get("name") == "parcel.found"
    assert [one.text for one in event.iter("{*}propertyId", "{*}expression")] == ["number", "number"]
    (retrieval,) = etree.fromstring(saved.encode()).iter(f"{BPMN}correlationPropertyRetrievalExpression")
    assert (retrieval.get("messageRef"), retrieval.find(f"{BPMN}messagePath").text) == (message, "number")
    loop = element(saved, "many").find(f"{BPMN}multiInstanceLoopCharacteristics")
    assert loop.get("isSequential") == "true"
    assert loop.find(f"{BPMN}loopDataInputRef").text == "containment.actions"
    assert loop.find(f"{BPMN}inputDataItem").get("id") == "one"
    desk.is_quiet("422")


def test_in_chinese_nothing_is_left_in_english(studio: Callable[..., Studio], shared_house: Context) -> None:
    desk = studio(language="zh-CN").opens(new_draft(shared_house, {"all.bpmn": EVERYTHING}), "all.bpmn")
    for key in re.findall(r'bpmnElement="(\w+)"', EVERYTHING):
        if key != "drawn":
            desk.select(key)
            # The menu of kinds an element can be changed to.
            desk.call(
                "({modeler}, id) => modeler.get('popupMenu').open(modeler.get('elementRegistry').get(id), 'bpmn-replace', {x: 1, y: 1})",
                key,
            )
            expect(desk.page.locator(".djs-popup")).to_be_visible()
            offered = [one.get_attribute("data-id") or "" for one in desk.page.locator(".djs-popup .entry").all()]
            assert not {
                one
                for one in offered
                if re.search("script|complex|ad-hoc|data-store|transaction|event-sub|compensation|link", one)
            }
            desk.call("({modeler}) => modeler.get('popupMenu').close()")
    desk.select("user")
    panel = desk.page.locator("[data-panel]")
    assert panel.get_by_text("期限").count()
    desk.page.locator("[data-simulate]").click()
    expect(desk.page.locator("[title='重新开始']")).to_be_visible()
    expect(desk.page.locator("html")).not_to_have_attribute("data-untranslated", re.compile("."))
    desk.is_quiet()


@pytest.mark.parametrize("width", [1400, 390])
def test_the_mark_of_the_library_stays_uncovered_and_the_policy_is_kept(
    studio: Callable[..., Studio], shared_house: Context, width: int
) -> None:
    phone = {"has_touch": True, "is_mobile": True} if width < 500 else {}
    desk = studio(viewport={"width": width, "height": 800}, **phone).opens(new_draft(shared_house), PLAN)
    desk.checked()
    mark = desk.page.locator(".bjs-powered-by")
    mark.scroll_into_view_if_needed()
    for button in (None, "[data-simulate]"):
        if button:
            desk.page.locator(button).click()
        assert mark.evaluate(
            "(mark) => { const box = mark.getBoundingClientRect(); const at = document.elementFromPoint(box.x + box.width / 2, "
            "box.y + box.height / 2); return mark.contains(at) && box.width > 40; }"
        )
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    desk.is_quiet()
