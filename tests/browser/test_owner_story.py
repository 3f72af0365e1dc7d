"""The owner's whole story: an approval step with a deadline is drawn, objected to, mended, rehearsed, published and
given to the open complaints, and a member of staff finds the new task on his list."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.app import create_app
from server.casework.context import Context
from server.runner.migrations import continue_runs
from server.runner.rehearsals import continue_rehearsals
from tests.acceptance.procedure import Procedure
from tests.browser.studio import PATIENCE, Studio
from tests.house import token_of
from tests.rest import Api

pytestmark = pytest.mark.one_database("what a browser draws does not depend on the database")

TITLE = "The plant manager approves the plan"
PLAN = "corrective_action.bpmn"
AFTER_APPROVAL = "Flow_approve_plan_Gateway_Approved"
SECONDS = 60.0


def look(desk: Studio, name: str) -> None:
    """A picture for whoever wants to see it: KESU_PICTURES names the folder."""
    if folder := os.environ.get("KESU_PICTURES"):
        desk.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_an_approval_step_comes_to_the_complaints_that_are_open(
    studio: Callable[..., Studio], shared_house: Context
) -> None:
    house = shared_house
    desk = Api(house, create_app(house), token_of(house, "admin"))
    case = Procedure(desk).filed().up_to("approve_plan")
    younger = Procedure(desk).filed().up_to("record")
    owner = studio()
    begins_a_draft(owner)
    draws_the_step(owner)
    makes_a_mistake_and_sees_it_played(owner)
    sees_what_it_means(owner, house, [case.number, younger.number])
    publishes(owner)
    moves_the_open_complaints(owner, house)
    owner.is_quiet("422")
    case.does("approve_plan")
    manager = studio(who="manager").goes("/tasks")
    entry = manager.page.locator(".card-item", has_text=case.number)
    expect(entry).to_contain_text("The plant manager approves")
    expect(entry.locator(".time-left")).to_contain_text("8 h left")  # of working time: tomorrow at the same hour
    look(manager, "9-new-task")
    entry.get_by_role("link", name="The plant manager approves").click()
    expect(manager.page.get_by_role("button", name="Complete")).to_be_visible()
    manager.is_quiet()


def begins_a_draft(owner: Studio) -> None:
    page = owner.goes("/design/complaint").page
    page.get_by_placeholder("What is to change").fill(TITLE)
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_role("listitem").filter(has_text=PLAN).get_by_role("link", name="Corrective action").click()
    owner.waits()


def draws_the_step(owner: Studio) -> None:
    owner.select(AFTER_APPROVAL)
    owner.page.locator("summary", has_text="Ready steps").click()
    owner.page.locator("[data-ready-step=approval]").click()
    owner.fill("name-zh-CN", "厂长审批")
    owner.fill("name-en", "The plant manager approves")
    owner.field("formKey").select_option("approve_plan")
    owner.fill("dueDate", "working_hours(8)")
    expect(owner.page.locator(".studio-finding")).to_have_count(0, timeout=PATIENCE)
    look(owner, "1-drawn")


def makes_a_mistake_and_sees_it_played(owner: Studio) -> None:
    page = owner.page
    gateway = owner.call("({modeler}) => modeler.get('elementRegistry').get('approve').outgoing[0].target.id")
    owner.select(gateway)
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.locator(".djs-popup [data-id=replace-with-parallel-gateway]").click()
    objection = page.locator(".studio-finding[data-code=K803]")
    expect(objection).to_contain_text("can be reached twice", timeout=PATIENCE)
    look(owner, "2-objection")
    objection.locator(".studio-play").click()
    player = page.locator("[data-player]")
    while player.get_attribute("data-end") != "1":
        player.locator("[data-play=next]").click()
    expect(player.locator("[data-play-text]")).to_contain_text("can be reached twice")
    expect(page.locator(".djs-element.play-wrong")).to_have_attribute("data-element-id", "End_PlanApproved")
    look(owner, "3-played")
    page.keyboard.press("Escape")
    page.locator("[data-do=undo]").click()
    expect(page.locator(".studio-finding")).to_have_count(0, timeout=PATIENCE)
    owner.is_saved()


def sees_what_it_means(owner: Studio, house: Context, numbers: list[str]) -> None:
    page = owner.page
    page.get_by_role("link", name=TITLE).click()
    way = page.get_by_role("navigation", name="The way to a version")
    way.get_by_role("link", name="What changes").click()
    expect(page.locator(".consequences")).to_contain_text("The plant manager approves")
    look(owner, "4-difference")
    way.get_by_role("link", name="Rehearse").click()
    page.get_by_role("button", name="Begin the rehearsal").click()
    continue_rehearsals(house, SECONDS)
    expect(page.get_by_text(f"{len(numbers)} open complaints tried")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name=f"{len(numbers)} safe")).to_be_visible()
    look(owner, "5-rehearsed")
    way.get_by_role("link", name="Publish").click()


def publishes(owner: Studio) -> None:
    page = owner.page
    expect(page.get_by_text("recorded complaints go another way now")).to_be_visible()
    page.get_by_label("What changed").fill("The plant manager agrees to each plan within a day.")
    page.get_by_label("It is right that these recorded complaints go another way").check()
    look(owner, "6-publish")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Version 2 is published")).to_be_visible()
    look(owner, "7-published")
    page.get_by_role("link", name="Move the open complaints to it").click()


def moves_the_open_complaints(owner: Studio, house: Context) -> None:
    page = owner.page
    page.get_by_role("button", name="On to the last question").click()
    page.get_by_role("button", name="Move 2 complaints").click()
    continue_runs(house, SECONDS)
    page.reload()
    expect(page.get_by_role("link", name="2 moved")).to_be_visible()
    look(owner, "8-moved")
