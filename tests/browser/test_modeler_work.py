"""A process owner at work in the diagram editor: ready steps, the check and its counterexamples, two people, a crash."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from server.casework.command import Reply
from server.casework.context import Context
from server.commands.change_draft import ChangeDraft
from server.commands.discard_draft import DiscardDraft
from server.domain.rejection import Rejected
from tests.browser.drawings import TWICE
from tests.browser.studio import PATIENCE, PLAN, Studio, new_draft, stored
from tests.browser.test_modeler import meaning
from tests.house import actor

LATE = "Flow_approve_plan_Gateway_Approved"

pytestmark = pytest.mark.one_database("what a browser draws does not depend on the database")


def test_a_ready_approval_is_put_into_a_flow_and_taken_back_in_one_step(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    draft = new_draft(shared_house)
    desk = studio().opens(draft, PLAN)
    before = desk.call("({text}) => text()")
    desk.select(LATE)
    desk.page.locator("summary", has_text="Ready steps").click()
    desk.page.locator("[data-ready-step=approval]").click()
    findings = desk.page.locator(".studio-finding")
    expect(findings.filter(has_text="K409")).to_have_count(1, timeout=PATIENCE)
    assert desk.field("dueDate").input_value() == "working_days(1)"
    desk.field("formKey").select_option("approve_plan")
    expect(findings).to_have_count(0, timeout=PATIENCE)
    desk.is_saved_after(shared_house, draft, PLAN, 'id="approve"')
    saved = stored(shared_house, draft, PLAN)
    assert 'name="审批&#10;Approve"' in saved
    assert 'name="sendBackTo" value="approve_plan"' in saved
    for _step in range(2):
        desk.page.locator("[data-do=undo]").click()
    assert undrawn(desk.call("({text}) => text()")) == undrawn(before)
    desk.is_quiet()


def test_of_the_other_ready_steps_only_forms_and_workers_are_left_to_choose(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    draft = new_draft(shared_house)
    desk = studio().opens(draft, PLAN)
    for step in ("outside", "service", "round"):
        desk.select(LATE)
        desk.page.locator("summary", has_text="Ready steps").click()
        desk.page.locator(f"[data-ready-step={step}]").click()
    found = desk.page.locator(".studio-finding")
    expect(found).to_have_count(5, timeout=PATIENCE)
    codes = [one.get_attribute("data-code") for one in found.all()]
    assert sorted(codes) == ["K406", "K409", "K409", "K409", "K409"]
    desk.is_quiet()


def test_a_file_of_another_tool_is_taken_over_and_rubbish_is_not(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    draft = new_draft(shared_house)
    desk = studio().opens(draft, PLAN)
    before = desk.call("({text}) => text()")
    file = {"name": "other.bpmn", "mimeType": "application/xml"}
    desk.page.set_input_files("[data-take-over]", {**file, "buffer": b"<rubbish/>"})
    expect(desk.page.locator("[data-losses]")).to_contain_text("no diagram; nothing was changed")
    assert desk.call("({text}) => text()") == before
    desk.page.set_input_files("[data-take-over]", {**file, "buffer": TWICE.encode()})
    desk.is_saved_after(shared_house, draft, PLAN, 'id="drawn"')
    expect(desk.page.locator("[data-losses]")).to_be_hidden()
    expect(desk.page.locator("[data-code=K803]")).to_be_visible(timeout=PATIENCE)
    desk.is_quiet()


def undrawn(xml: str) -> list[str]:
    """What a diagram says, whatever its labels' sizes and in whichever order."""
    return sorted(line for line in meaning(xml) if "spec/DD" not in line and "BPMN/20100524/DI" not in line)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_counterexample_is_played_on_the_diagram(
    studio: Callable[..., Studio], shared_house: Context, motion: str
) -> None:
    draft = new_draft(shared_house, {"twice.bpmn": TWICE})
    desk = studio(reduced_motion=motion).opens(draft, "twice.bpmn")
    finding = desk.checked().locator("[data-code=K803]")
    expect(desk.page.locator(".studio-badge[data-severity=error]").first).to_be_visible()
    finding.locator(".studio-play").click()
    player = desk.page.locator("[data-player]")
    expect(player).to_be_visible()
    if motion == "reduce":
        desk.page.wait_for_timeout(1200)
        expect(player).to_have_attribute("data-step", "1")
    else:
        expect(player).to_have_attribute("data-step", "2")
        player.locator("[data-play=toggle]").click()
    player.locator("[data-play=first]").click()
    for _step in range(20):
        expect(player.locator("[data-play-text]")).to_have_text("")
        player.locator("[data-play=next]").click()
        if desk.page.locator(".play-token").count() == 2:
            break
    expect(desk.page.locator(".djs-element.play-now")).to_have_attribute("data-element-id", "split")
    expect(desk.page.locator(".play-runner")).to_have_count(0 if motion == "reduce" else 1)
    player.locator("[data-play=back]").click()
    expect(desk.page.locator(".play-token")).to_have_count(1)
    while player.get_attribute("data-end") != "1":
        player.locator("[data-play=next]").click()
    expect(player.locator("[data-play-text]")).to_contain_text("can be reached twice in one case")
    expect(desk.page.locator(".djs-element.play-wrong")).to_have_attribute("data-element-id", "done")
    desk.page.keyboard.press("Escape")
    expect(player).to_be_hidden()
    expect(desk.page.locator(".play-done, .play-now, .play-token")).to_have_count(0)
    finding.locator("button.studio-where").click()
    expect(desk.page.locator(".djs-element.selected")).to_have_attribute("data-element-id", "done")
    desk.is_quiet()


def test_a_finding_of_another_file_leads_to_its_place(studio: Callable[..., Studio], shared_house: Context) -> None:
    draft = new_draft(shared_house, {"twice.bpmn": TWICE})
    desk = studio(language="zh-CN").opens(draft, PLAN)
    findings = desk.checked()
    expect(findings.locator(".studio-finding")).to_have_count(0)
    findings.locator("[data-finding-filter=all]").click()
    findings.locator("[data-code=K803] a.studio-where").click()
    desk.page.wait_for_url("**/edit/twice.bpmn#*")
    expect(desk.page.locator("[data-player]")).to_be_visible()
    desk.page.locator("[data-code=K803] .studio-code").click()
    desk.is_quiet()


def test_two_people_see_both_drawings_and_choose(studio: Callable[..., Studio], shared_house: Context) -> None:
    draft = new_draft(shared_house)
    mine, theirs = studio().opens(draft, PLAN), studio(who="admin").opens(draft, PLAN)
    theirs.select("plan")
    theirs.fill("priority", "11")
    theirs.is_saved_after(shared_house, draft, PLAN, 'value="11"')
    mine.select("verify_plan")
    mine.fill("priority", "22")
    dialog = mine.page.locator(".saving-conflict")
    expect(dialog).to_be_visible()
    for side in (0, 1):
        place = dialog.locator(".saving-place").nth(side)
        expect(place.locator(".compare-differs[data-element-id=plan]")).to_be_attached()
        expect(place.locator(".compare-differs[data-element-id=verify_plan]")).to_be_attached()
        expect(place.locator(".compare-differs.djs-shape")).to_have_count(2)
    expect(dialog.locator(".saving-side h3").nth(1)).to_contain_text("Theirs")
    dialog.locator("[data-choice=mine]").click()
    mine.is_saved_after(shared_house, draft, PLAN, 'value="22"')
    assert 'value="11"' not in stored(shared_house, draft, PLAN)

    theirs.fill("priority", "33")
    theirs.page.locator(".saving-conflict [data-choice=theirs]").click()
    theirs.is_saved()
    assert 'value="22"' in theirs.call("({text}) => text()")
    assert 'value="33"' not in stored(shared_house, draft, PLAN)
    mine.is_quiet("409")
    theirs.is_quiet("409")


def test_what_never_reached_the_server_survives_a_crash(
    studio: Callable[..., Studio], shared_house: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = new_draft(shared_house)
    desk = studio().opens(draft, PLAN)
    desk.page.route("**/files/**", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    desk.select("plan")
    desk.fill("priority", "44")
    expect(desk.page.locator("[data-saving-status]")).to_contain_text("No connection: kept in this browser")
    desk.page.on("dialog", lambda asked: asked.accept())
    with monkeypatch.context() as crashed:
        # What a dying page sends at its very end goes round the route: the server is not there for it, either.
        crashed.setattr(ChangeDraft, "handle", not_there)
        desk.page.goto("about:blank")
        desk.page.wait_for_timeout(1000)
    desk.page = desk.context.new_page()
    desk.page.goto(f"{desk.address}/design/drafts/{draft}/edit/{PLAN}")
    desk.page.locator(".saving-recovery [data-choice=mine]").click()
    desk.waits()
    desk.is_saved_after(shared_house, draft, PLAN, 'value="44"')
    desk.page.reload()
    desk.waits()
    expect(desk.page.locator(".saving-recovery")).to_have_count(0)
    desk.is_quiet("ERR_FAILED")


def not_there(_command: ChangeDraft, _work: object) -> Reply:
    raise Rejected("unavailable", "The server is not there.")


def test_what_is_no_longer_a_draft_can_only_be_looked_at(studio: Callable[..., Studio], shared_house: Context) -> None:
    draft = new_draft(shared_house)
    shared_house.execute(DiscardDraft(actor=actor(shared_house, "owner"), draft_id=draft))
    desk = studio().opens(draft, PLAN)
    desk.select("plan")
    expect(desk.field("name-en")).to_be_disabled()
    expect(desk.page.locator(".djs-palette")).to_be_hidden()
    expect(desk.page.locator("[data-do=undo], [data-ready-steps]")).to_have_count(0)
    before = desk.call("({text}) => text()")
    box = desk.page.locator("[data-element-id=plan]").first.bounding_box()
    assert box
    desk.page.mouse.move(box["x"] + 20, box["y"] + 20)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] + 90, box["y"] + 60, steps=4)
    desk.page.mouse.up()
    desk.page.keyboard.press("Delete")
    desk.page.locator("[data-element-id=plan]").first.dblclick()
    expect(desk.page.locator(".djs-direct-editing-parent")).to_have_count(0)
    assert desk.call("({text}) => text()") == before
    desk.is_quiet()


def test_a_diagram_that_cannot_be_read_is_mended_as_a_text(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    whole = stored(shared_house, new_draft(shared_house), PLAN)
    draft = new_draft(shared_house, {PLAN: whole.replace("</bpmn:process>", "")})
    desk = studio(language="zh-CN").goes(f"/design/drafts/{draft}/edit/{PLAN}")
    expect(desk.page.locator(".studio-desk")).to_be_hidden()
    desk.page.get_by_role("link", name="以文本方式打开").click()
    desk.page.locator("[data-text-editor][data-ready]").wait_for()
    desk.page.locator("textarea").fill(whole)
    expect(desk.page.locator("[data-text-editor]")).to_have_attribute("data-saving", "saved", timeout=PATIENCE)
    desk.opens(draft, PLAN)
    desk.is_quiet()
