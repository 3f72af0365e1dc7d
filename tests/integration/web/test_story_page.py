"""The story of a complaint on its page, and the complaint as it stood at any moment."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from server.casework.context import Context
from server.casework.recorder import Recorder
from server.commands.amend_case import AmendCase
from server.domain.history import EventType
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, ProcessInstance
from server.queries.case_at import case_at
from server.queries.complaint_detail import complaint_detail
from tests.house import actor


@pytest.fixture
def amended(house: Context, number: str) -> str:
    """A day after its filing the customer's contact was put right."""
    house.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    data = {"customer": {"contact": "李工"}}
    house.execute(AmendCase(actor=actor(house, "admin"), number=number, data=data, reason="new contact"))
    return number


def moment(house: Context, number: str, **which: Any) -> dict[str, Any]:
    return case_at(house, actor(house, "admin"), number, "en", **which)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_begins_with_the_sentence(house: Context, visit, amended: str, language: str) -> None:
    visitor = visit("sales1", language)
    visitor.get(f"/complaints/{amended}")
    (lead,) = visitor.page.xpath("//section[@id='standing']/p[contains(@class, 'waits-for')]")
    assert lead.text_content() == complaint_detail(house, actor(house, "sales1"), amended, language)["waits_for"]


def test_events_are_told_by_day_and_kind(visit, amended: str) -> None:
    visitor = visit("admin")
    visitor.get(f"/complaints/{amended}")
    days = visitor.page.xpath("//section[@id='story']//h3")
    assert [day.text_content() for day in days] == ["2026-03-03", "2026-03-02"]
    visitor.get(f"/complaints/{amended}?kind=data")
    told = [each.text_content() for each in visitor.page.xpath("//ol[@class='story']/li/div")]
    assert any("amended the case: new contact" in each for each in told)
    assert not any("completed" in each for each in told)
    assert "李工" in visitor.page.xpath("//section[@id='story']")[0].text_content()
    visitor.get(f"/complaints/{amended}?kind=papers")
    papers = visitor.page.xpath("//ul[@class='story-papers']//a/@href")
    assert any("mailbox#mail-" in address for address in papers)
    assert visitor.get(f"/complaints/{amended}?kind=nonsense&before=x").status_code == 200


def test_steps_have_their_times(visit, amended: str) -> None:
    """Filed on Monday at 9:00; on Tuesday at 9:00 the first task is open for 7.5 h and half an hour."""
    visitor = visit("admin")
    visitor.get(f"/complaints/{amended}")
    rows = visitor.page.xpath("//section[@id='steps']//tbody/tr")
    (here,) = [row for row in rows if row.get("data-state") == "open"]
    cells = [cell.text_content().split("\n")[0].strip() for cell in here]
    assert cells[0] == "Receive the complaint"
    assert cells[2:5] == ["2026-03-02 09:00", "open", "8 h"]


def test_a_moment_is_shown_as_it_was(house: Context, visit, amended: str) -> None:
    last = moment(house, amended)
    visitor = visit("sales1")
    visitor.get(f"/complaints/{amended}/at?seq={last['seq']}")
    assert "new contact" in visitor.page.xpath("//section[@id='event']")[0].text_content()
    assert visitor.page.xpath("//dt[mark and contains(., 'Contact person')]")
    assert "李工" in visitor.text
    (before,) = visitor.page.xpath("//a[text()='Earlier moment']/@href")
    visitor.get(before)
    assert "李工" not in visitor.text
    assert "As it stood on 2026-03-02" in visitor.text
    assert "Receive the complaint" in visitor.page.xpath("//section[@id='standing']")[0].text_content()
    assert b"bpmn:definitions" in visitor.fetch(visitor.page.xpath("//@data-diagram")[0]).data


def test_a_moment_is_found_by_time(house: Context, visit, amended: str) -> None:
    last = moment(house, amended)["seq"]
    visitor = visit("sales1")
    visitor.get(f"/complaints/{amended}/at?at=2026-03-03T08:59")
    assert f"of {last}" in visitor.text
    assert "李工" not in visitor.text
    visitor.get(f"/complaints/{amended}/at?at=2026-03-03T09:00")
    assert "李工" in visitor.text


@pytest.mark.parametrize(
    ("query", "status"), [("seq=99999", 404), ("at=2020-01-01T00:00", 404), ("at=yesterday", 400), ("seq=0", 404)]
)
def test_a_moment_that_is_none_is_refused(visit, number: str, query: str, status: int) -> None:
    assert visit("sales1").get(f"/complaints/{number}/at?{query}").status_code == status


def test_nobody_sees_the_past_of_what_he_may_not_see(visit) -> None:
    assert visit("sales1").get("/complaints/HQ-2026-9999/at").status_code == 404


def test_two_thousand_events_are_told_page_by_page_and_fast(house: Context, visit, number: str) -> None:
    lengthen(house, number, 2000)
    visitor = visit("admin")
    visitor.get(f"/complaints/{number}")
    began = time.perf_counter()
    visitor.get(f"/complaints/{number}")
    took = time.perf_counter() - began
    assert took < 3, f"{took:.1f} s for the page of a complaint with 2000 events"
    assert len(visitor.reply.data) < 400_000
    seen: list[str] = []
    address = f"/complaints/{number}?kind=data"
    for _ in range(100):
        visitor.get(address)
        seen += visitor.page.xpath("//ol[@class='story']/li/@id")
        following = visitor.page.xpath("//a[text()='Earlier events']/@href")
        if not following:
            break
        address = following[0]
    assert len(seen) == len(set(seen)) >= 1000
    (count,) = visitor.page.xpath("//nav[contains(@class, 'tabs')]/a[@aria-current and contains(., 'Data')]/span")
    assert int(count.text_content()) == len(seen)


def lengthen(house: Context, number: str, count: int) -> None:
    """Write a longer history than any test could live through: amendments and claims by turns."""
    with house.read() as connection:
        row = connection.execute(
            select(ProcessInstance)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .where(CaseFile.number == number)
        ).one()
    recorder = Recorder(row.id, row.history_seq, row.history_hash)
    task_id = next(line["id"] for line in row.waits if line["kind"] == "user_task")
    now = house.clock.now()
    for turn in range(count // 2):
        change = {"pointer": "/customer/phone", "after": f"021-{turn}"}
        change |= {"before": f"021-{turn - 1}"} if turn else {}
        recorder.record(now, 1, EventType.CASE_AMENDED, reason=f"call {turn}", changes=[change])
        kind = EventType.TASK_CLAIMED if turn % 2 == 0 else EventType.TASK_UNCLAIMED
        recorder.record(now, 1, kind, "receive", task_id=task_id)
    recorder.close()
    with house.database.write("test") as connection:
        connection.execute(insert(HistoryEvent), recorder.rows)
        connection.execute(insert(HistoryPayload), recorder.payloads)
        head = {"history_seq": recorder.seq, "history_hash": recorder.head}
        connection.execute(update(ProcessInstance).where(ProcessInstance.id == row.id).values(**head))


def test_the_story_of_a_complaint_has_no_holes_in_its_texts(visit, amended: str) -> None:
    visitor = visit("admin", "zh-CN")
    for address in (f"/complaints/{amended}", f"/complaints/{amended}/at"):
        visitor.get(address)
        assert not re.search(r"\{\w+\}|None|…", visitor.page.xpath("//main")[0].text_content())
