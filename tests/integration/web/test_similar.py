"""Similar complaints on the pages: a folded part that is fetched when it is opened, and a link for who has no script."""

import pytest

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.file_complaint import FileComplaint
from server.queries.task_list import task_list
from tests.house import actor, drain_jobs


def filed(house: Context, text: str, part_no: str = "A68-02-B") -> str:
    fields = {
        "customer": {"name": "ACME <b>"},
        "product": {"part_no": part_no},
        "problem": {"title": text, "description": text},
    }
    filing = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)
    return str(house.execute(filing).body["number"])


@pytest.fixture
def earlier(house: Context) -> str:
    number = filed(house, "外壳周边飞边")
    data = {"root_cause": {"occurrence": "<i>锁模力</i>偏低"}, "plan": {"summary": "修模"}}
    house.execute(AmendCase(actor=actor(house, "admin"), number=number, data=data, reason="found"))
    return number


def test_task_and_complaint_lead_to_similar_ones_without_loading_them(house: Context, visit, earlier: str) -> None:
    new = filed(house, "housing with flash", "A6802B")
    drain_jobs(house)
    (task,) = task_list(house, actor(house, "admin"), language="en", case=new)["items"]
    visitor = visit("sales1")
    for page in (f"/tasks/{task['id']}", f"/complaints/{new}"):
        visitor.get(page)
        (fold,) = visitor.page.xpath("//details[@hx-get]")
        assert (fold.get("hx-get"), fold.get("open")) == (f"/complaints/{new}/similar", None)
        assert fold.xpath(".//a/@href") == [f"/complaints/{new}/similar"]
        assert "锁模力" not in visitor.text
    visitor.get(f"/complaints/{new}/similar")
    (shown,) = visitor.page.xpath("//*[@id='similar']//li")
    assert shown.xpath(".//a/@href") == [f"/complaints/{earlier}"]
    words = " ".join(shown.text_content().split())
    for part in (
        "外壳周边飞边",
        "ACME <b>",
        "Root cause<i>锁模力</i>偏低",
        "Corrective action修模",
        "Part number: A68-02-B",
    ):
        assert part in words


def test_nothing_similar_is_said_in_words(house: Context, visit) -> None:
    number = filed(house, "水压低", "")
    visitor = visit("sales1")
    visitor.get(f"/complaints/{number}/similar")
    assert "No earlier complaint is similar to this one." in visitor.text


def test_a_complaint_one_may_not_see_has_no_similar_ones(house: Context, visit) -> None:
    visitor = visit("sales1")
    assert visitor.get("/complaints/HQ-2026-9999/similar").status_code == 404
