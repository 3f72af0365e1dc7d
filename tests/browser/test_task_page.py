"""The page of a task on a desk and on a phone, in both languages: what comes first, what is folded, and what opens it."""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from server.app import create_app
from server.casework.context import Context
from server.commands.add_comment import AddComment
from server.commands.ask_colleague import AskColleague
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.upload_file import UploadFile
from server.queries.task_list import task_list
from tests import stories
from tests.browser.together import Person
from tests.house import actor, drain_jobs

pytestmark = pytest.mark.one_database("what a browser draws does not depend on the database")

PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
STORY = "housing-sink-marks"


def photo(red: int) -> bytes:
    """A picture of 240 by 180 points with a dark spot (ISO/IEC 15948)."""
    rows = b"".join(
        b"\0" + b"".join(bytes((60, 40, 40) if 90 < x < 150 and 60 < y < 110 else (red, 190, 200)) for x in range(240))
        for y in range(180)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 240, 180, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def number(shared_house: Context) -> str:
    """A complaint at its third step, with three photos, comments and a question that is not answered."""
    house = shared_house
    fields = {**stories.fields(STORY)}
    made = house.execute(FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)).body["number"]
    drain_jobs(house)
    given = stories.answers(STORY)
    photos = [
        house.execute(
            UploadFile(actor=actor(house, "sales1"), name=f"缩水 {red}.png", stream=io.BytesIO(photo(red)))
        ).body["id"]
        for red in (90, 150, 210)
    ]
    for element in ("receive", "record"):
        data = {**given[element]}
        if element == "record":
            data["problem"] = {**data.get("problem", {}), "photos": photos}
        house.execute(CompleteTask(actor=actor(house, "sales1"), task_id=task(house, made, element), data=data))
        drain_jobs(house)
    for count in range(7):
        house.execute(AddComment(actor=actor(house, "sales1"), number=made, text=f"第 {count + 1} 条：已通知仓库。"))
    ask = AskColleague(
        actor=actor(house, "quality1"), task_id=task(house, made, "confirm"), of="production1", text="哪台机？"
    )
    house.execute(ask)
    return str(made)


def task(house: Context, number: str, element_id: str) -> str:
    items = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return next(str(item["id"]) for item in items if item["element_id"] == element_id)


@pytest.fixture(scope="module")
def site(shared_house: Context, serve) -> Iterator[str]:
    with serve(create_app(shared_house)) as address:
        yield address


def reads(person: Person, language: str) -> Person:
    """Whatever his account says, from now on he reads that language."""
    button = person.page.locator(f"button[name=language][value={language}]")
    if button.count():
        button.click()
        person.page.wait_for_load_state()
    return person


def look(person: Person, name: str) -> None:
    """A picture for whoever wants to see it: KESU_PICTURES names the folder."""
    if folder := os.environ.get("KESU_PICTURES"):
        person.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(
    ("language", "first", "prompt", "here"),
    [
        ("zh-CN", "办理要求", "依据事实客观判断", "当前位置"),
        ("en", "What to do", "Judge by the facts", "You are here"),
    ],
)
def test_on_a_phone_what_to_do_comes_first_then_the_form_and_the_rest_is_folded(
    shared_house: Context, number: str, site: str, browser: Browser, language: str, first: str, prompt: str, here: str
) -> None:
    person = reads(Person(browser, site, "quality1", language, **PHONE), language)
    person.opens(f"/tasks/{task(shared_house, number, 'confirm')}")
    page = person.page
    expect(page.locator("main h2").first).to_have_text(first)
    expect(page.locator(".prompts")).to_contain_text(prompt)
    tops = [
        page.locator(each).first.bounding_box()["y"] for each in (".guide", "[data-case-form]", "#glance", "#story")
    ]
    assert tops == sorted(tops)
    for fold in ("#glance", "#where", "#files", "#comments", "#story"):
        assert page.locator(fold).get_attribute("open") is None, fold
    assert page.locator("#where > summary").inner_text().startswith(here)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    look(person, f"phone-{language}")
    for fold in page.locator("aside > details").all():
        fold.locator("> summary").click()
    expect(page.locator(".miniature [data-state=here] text").first).to_be_visible()
    look(person, f"phone-open-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert person.trouble == []
    person.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_on_a_desk_the_complaint_and_the_place_stand_beside_the_form(
    shared_house: Context, number: str, site: str, browser: Browser, language: str
) -> None:
    person = reads(Person(browser, site, "quality1", language), language)
    person.opens(f"/tasks/{task(shared_house, number, 'confirm')}")
    page = person.page
    expect(page.locator("#glance")).to_have_attribute("open", "")
    expect(page.locator("#glance")).to_contain_text("A68-02-B")
    box, form = page.locator("#glance").bounding_box(), page.locator("[data-case-form]").bounding_box()
    assert box["x"] > form["x"] + form["width"] - 1
    expect(page.locator(".miniature")).to_be_visible()
    look(person, f"desk-{language}")
    with page.context.expect_page() as large:
        page.locator(".photos a").first.click()
    assert large.value.url.endswith("/picture")
    person.opens(f"/complaints/{number}")
    expect(page.locator("#comments")).to_have_attribute("open", "")
    look(person, f"complaint-{language}")
    assert person.trouble == []
    person.context.close()


def test_a_colleague_is_chosen_while_his_name_is_typed(
    shared_house: Context, number: str, site: str, browser: Browser
) -> None:
    person = reads(Person(browser, site, "quality1", "en"), "en")
    page = person.opens(f"/complaints/{number}").page
    area = page.locator("#comment-text")
    area.press_sequentially("请 @nobody")
    expect(page.locator(".mentions")).to_contain_text("Nobody of this name may see the complaint.")
    area.fill("")
    area.press_sequentially("请@qua")
    options = page.locator(".mentions [role=option]")
    expect(options.first).to_contain_text("@quality2")
    look(person, "mention")
    expect(options.first).to_have_attribute("aria-selected", "true")
    area.press("Enter")
    assert area.input_value() == "请@quality2 "
    area.press_sequentially("看一下")
    person.sends("/comment")
    person.reads("请@quality2 看一下")
    area.fill("@service1 too")
    page.locator("#comments form button").click()
    person.reads("@service1 may not see this complaint")
    assert page.locator("#comment-text").input_value() == "@service1 too"
    look(person, "mention-refused")
    assert [each for each in person.trouble if "422" not in each] == []
    person.context.close()


def test_without_scripts_every_fold_opens_and_nothing_is_missing(
    shared_house: Context, number: str, site: str, browser: Browser
) -> None:
    person = reads(Person(browser, site, "quality1", "en", java_script_enabled=False, **PHONE), "en")
    page = person.opens(f"/tasks/{task(shared_house, number, 'confirm')}").page
    for fold, text in (
        ("#glance", "A68-02-B"),
        ("#where", "Afterwards"),
        ("#comments", "第 7 条"),
        ("#story", "Record the complaint"),
    ):
        page.locator(f"{fold} > summary").click()
        expect(page.locator(fold)).to_contain_text(text)
        expect(page.locator(f"{fold} > :not(summary)").first).to_be_visible()
    page.get_by_role("link", name="Who may see this complaint?").click()
    person.context.close()
