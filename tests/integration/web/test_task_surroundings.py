"""What stands around the form of a task: conduct, the complaint at a glance, the place, files, comments, the story."""

import io
from random import Random
from typing import Any

import pytest
from lxml import etree

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.add_comment import AddComment
from server.commands.amend_case import AmendCase
from server.commands.ask_colleague import AskColleague
from server.commands.complete_task import CompleteTask
from server.commands.publish_version import PublishVersion
from server.commands.upload_file import UploadFile
from server.domain.bundle import Bundle, bundled_root
from server.queries.task_list import task_list
from tests.acceptance.support.samples import pdf, png
from tests.house import actor, drain_jobs
from tests.integration import desk_house
from tests.integration.test_statement_budget import tally

MOST_STATEMENTS = 25
BARE = b"""
key = "complaint"
title = "Bare"
process_id = "complaint"
filing_form = "file"
[groups]
sales = "Sales"
quality = "Quality"
production = "Production"
"""


def open_task(house: Context, number: str, element_id: str = "receive") -> str:
    items = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return next(str(each["id"]) for each in items if each["element_id"] == element_id)


def within(page: Any, fold: str) -> str:
    (found,) = page.xpath(f"//*[@id='{fold}']")
    return " ".join(" ".join(found.itertext()).split())


def attach(house: Context, number: str, count: int) -> None:
    """So many pictures and one other file, in the case file."""
    rng = Random(count)
    ids = []
    for make in [png] * count + [pdf]:
        name, data = make(rng)
        upload = UploadFile(actor=actor(house, "admin"), name=name, stream=io.BytesIO(data))
        ids.append(house.execute(upload).body["id"])
    amend = AmendCase(
        actor=actor(house, "admin"),
        number=number,
        data={"problem": {"photos": ids[:-1], "evidence": ids[-1:]}},
        reason="seen",
    )
    house.execute(amend)


def say(house: Context, number: str, count: int, by: str = "sales1") -> None:
    for position in range(count):
        house.execute(AddComment(actor=actor(house, by), number=number, text=f"remark {position}"))


def test_conduct_is_told_in_the_readers_language_as_the_application_has_it(house: Context, visit, number: str) -> None:
    task = open_task(house, number)
    prompts = {}
    for language in ("en", "zh-CN"):
        visitor = visit("sales1", language)
        visitor.get(f"/tasks/{task}")
        prompts[language] = [each.text for each in visitor.page.xpath("//*[contains(@class, 'prompts')]//li")]
        visitor.get("/complaints/new")
        assert visitor.page.xpath("//*[contains(@class, 'prompts')]//li")
    assert prompts["en"][0] == "Calm first, then record; stay composed."
    assert prompts["zh-CN"][0] == "先安抚情绪，再受理记录；保持冷静、平和。"
    assert len(prompts["en"]) == len(prompts["zh-CN"]) == 4
    assert any("No arguing" in each for each in prompts["en"])


def test_the_complaint_at_a_glance_and_who_is_on_it(house: Context, visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{open_task(house, number)}")
    told = within(visitor.page, "glance")
    assert number in told
    assert "Customer 海天塑胶" in told
    assert "Received at 2026-03-02 09:00" in told
    assert "Promised next D0 · 2026-03-0" in told
    assert "Receive the complaint : waits for Sales" in told
    house.execute(
        AmendCase(
            actor=actor(house, "admin"),
            number=number,
            data={"product": {"part_no": "A-7", "quantity_defective": 126}},
            reason="told",
        )
    )
    visitor.get(f"/tasks/{open_task(house, number)}")
    assert "Part number A-7" in within(visitor.page, "glance")
    assert "Defective quantity 126" in within(visitor.page, "glance")


def test_you_are_here_in_words_and_drawn_without_a_script(house: Context, visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks/{open_task(house, number)}")
    told = within(visitor.page, "where")
    assert "You are here: Receive the complaint" in told
    assert "Afterwards Record the complaint" in told
    (drawn,) = visitor.page.xpath("//*[@id='where']//*[name()='svg']")
    (here,) = drawn.xpath(".//*[@data-state='here']")
    assert " ".join(" ".join(here.itertext()).split()) == "Receive the complaint"
    assert drawn.xpath(".//*[@data-state='done']"), "the way it came is marked"
    assert not visitor.page.xpath("//script[contains(@src, 'diagram')]")
    finished = CompleteTask(
        actor=actor(house, "sales1"), task_id=open_task(house, number), data={"intake": {"urgency": "high"}}
    )
    house.execute(finished)
    drain_jobs(house)
    visitor.get(f"/tasks/{open_task(house, number, 'record')}")
    assert "completed “Receive the complaint”" in within(visitor.page, "where")


def test_photos_are_fetched_when_they_are_seen_and_open_large(house: Context, visit, number: str) -> None:
    attach(house, number, 3)
    visitor = visit("sales1")
    visitor.get(f"/tasks/{open_task(house, number)}")
    pictures = visitor.page.xpath("//*[@id='files']//img")
    assert len(pictures) == 3
    assert {each.get("loading") for each in pictures} == {"lazy"}
    (fold,) = visitor.page.xpath("//details[@id='files']")
    assert fold.get("open") is None
    large = visitor.page.xpath("//*[@id='files']//a[img]/@href")[0]
    assert visitor.fetch(large).mimetype == "image/png"
    (paper,) = visitor.page.xpath("//*[@id='files']//li/a[not(img)]/text()")
    assert paper.endswith(".pdf")


def test_what_happened_last_stands_in_words_the_newest_first(house: Context, visit, number: str) -> None:
    say(house, number, 5)
    visitor = visit("sales1")
    visitor.get(f"/tasks/{open_task(house, number)}")
    (fold,) = visitor.page.xpath("//details[@id='story']")
    assert len(fold.xpath("./ol/li")) == 5
    assert "wrote: remark 4" in " ".join(fold.xpath("./ol/li")[0].text_content().split())
    assert "filed complaint" in within(visitor.page, "story")
    assert fold.xpath(f".//a[@href='/complaints/{number}#story']")


def test_comments_stand_on_both_pages_and_are_written_on_both(house: Context, visit, number: str) -> None:
    visitor, task = visit("sales1"), open_task(house, number)
    visitor.get(f"/tasks/{task}")
    visitor.send("/comment", {"text": "at the task"})
    visitor.get(f"/complaints/{number}")
    visitor.send("/comment", {"text": "of the complaint, @sales2"})
    told = within(visitor.page, "comments")
    assert "at the task" in told
    assert "of the complaint, @sales2" in told
    assert visitor.page.xpath(f"//*[@id='comments']//a[@href='/tasks/{task}']")
    visitor.get(f"/tasks/{task}")
    assert "of the complaint, @sales2" in within(visitor.page, "comments")


def test_a_refused_mention_keeps_the_text_and_says_why(house: Context, visit, number: str) -> None:
    visitor = visit("sales1")
    for page in (f"/complaints/{number}", f"/tasks/{open_task(house, number)}"):
        visitor.get(page)
        visitor.send("/comment", {"text": "@service1 look"})
        assert visitor.reply.status_code == 422
        assert visitor.fields("/comment")["text"] == "@service1 look"
        assert "@service1 may not see this complaint" in visitor.text
        assert visitor.page.xpath("//details[@id='comments'][@open]")


def test_older_comments_are_reached_from_page_to_page(house: Context, visit, number: str) -> None:
    say(house, number, 23)
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}")
    shown = visitor.page.xpath("//*[@id='comments']//*[@class='said']/text()")
    assert len(shown) == 20
    visitor.get(visitor.page.xpath("//*[@id='comments']//a[contains(@href, 'said=')]/@href")[0])
    older = visitor.page.xpath("//*[@id='comments']//*[@class='said']/text()")
    assert sorted([*shown, *older]) == sorted(f"remark {position}" for position in range(23))


def test_who_may_not_see_the_case_sees_nothing_of_it(house: Context, visit, number: str) -> None:
    say(house, number, 1)
    stranger = visit("service1")
    for address in (f"/tasks/{open_task(house, number)}", f"/complaints/{number}", f"/complaints/{number}/people"):
        stranger.get(address)
        assert stranger.reply.status_code == 404, address
        assert "remark 0" not in stranger.text
    assert "service1" not in visit("sales1").get(f"/complaints/{number}/people?q=service").get_data(
        as_text=True
    ).partition("<main")[2].replace('value="service"', "")


def test_another_complaints_words_and_files_are_not_on_the_page(house: Context, visit, number: str) -> None:
    other = desk_house.filed(house)
    drain_jobs(house)
    say(house, other, 2)
    attach(house, other, 2)
    visitor = visit("sales1")
    visitor.get(f"/tasks/{open_task(house, number)}")
    assert other not in visitor.text
    assert "remark" not in visitor.text
    assert not visitor.page.xpath("//*[@id='files']")


def test_an_application_without_prompts_and_columns_says_so_plainly(house: Context, visit) -> None:
    bundled = Bundle.from_folder(bundled_root(), "complaint")
    kept = {name: data for name, data in bundled.items() if name.startswith("forms/")}
    kept |= {"application.toml": BARE, "complaint.bpmn": desk_house.DIAGRAM}
    kept["forms/empty.json"] = b'{"schema": {"type": "object", "properties": {}}, "ui": {}}'
    house.execute(PublishVersion(actor=SYSTEM, bundle=Bundle(kept).to_zip(), note="bare"))
    number = desk_house.filed(house)
    visitor = visit("sales1")
    visitor.get(f"/tasks/{open_task(house, number)}")
    assert visitor.reply.status_code == 200
    assert not visitor.page.xpath("//*[contains(@class, 'prompts')]")
    told = within(visitor.page, "glance")
    assert "This process application names no columns to be shown here." in told
    assert "No promise to the customer is running." in told
    assert "Receive : waits for Sales" in told
    visitor.get("/complaints/new")
    assert not visitor.page.xpath("//*[contains(@class, 'prompts')]")


def test_the_page_asks_the_database_no_more_often_when_there_is_more(house: Context, visit, number: str) -> None:
    visitor, task = visit("sales1"), open_task(house, number)
    visitor.get(f"/tasks/{task}")
    with tally(house) as before:
        visitor.get(f"/tasks/{task}")
    say(house, number, 30)
    attach(house, number, 12)
    house.execute(AskColleague(actor=actor(house, "sales1"), task_id=task, of="quality1", text="Ours?"))
    drain_jobs(house)
    for _ in range(3):
        house.execute(AskColleague(actor=actor(house, "sales1"), task_id=task, of="quality2", text="Ours?"))
    with tally(house) as after:
        visitor.get(f"/tasks/{task}")
    assert visitor.reply.status_code == 200
    assert len(after.statements) <= MOST_STATEMENTS, "\n\n".join(after.statements)
    # Requests at the task are read only where there are any.
    assert len(after.statements) <= len(before.statements) + 1, (len(before.statements), len(after.statements))


def test_the_page_stays_sound_markup(house: Context, visit, number: str) -> None:
    attach(house, number, 2)
    say(house, number, 7)
    visitor = visit("sales1")
    page = visitor.get(f"/tasks/{open_task(house, number)}").get_data(as_text=True)
    ids = visitor.page.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    assert "style=" not in page
    assert etree.HTML(page) is not None


@pytest.mark.parametrize("path", ["people", "people?q=qua", "people?q=%25_"])
def test_the_people_who_can_be_named(house: Context, visit, number: str, path: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}/{path}")
    names = visitor.page.xpath("//*[@id='people']/li/@data-username")
    assert "sales1" not in names, "nobody names himself"
    expected = {"people": "manager", "people?q=qua": "quality1"}.get(path)
    assert (expected in names) if expected else names == []
