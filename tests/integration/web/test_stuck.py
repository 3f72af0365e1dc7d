"""Where complaints are stuck, without a script: who may look, what a choice keeps, what odd addresses are told."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from server.casework.context import Context
from server.queries.stuck_filters import Filters
from server.queries.where_stuck import where_stuck
from tests.crowd import Crowd
from tests.house import actor
from tests.integration import life, strip


@pytest.fixture
def crowd(house: Context) -> Crowd:
    found = Crowd(house, 7)
    for steps in (1, 3, 6, 9, 12):
        found.walk(found.file(), steps)
        house.clock.advance(timedelta(hours=20))  # type: ignore[attr-defined]
    return found


def arguments(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def rows(visitor: Any) -> dict[str, list[str]]:
    """Cells of the table by the element's name."""
    return {
        row.xpath("./th/a")[0].text_content(): [cell.text_content() for cell in row.xpath("./td")]
        for row in visitor.page.xpath("//tr[@data-element]")
    }


def test_only_who_may(visit: Any, crowd: Crowd) -> None:
    sales = visit("sales1")
    for path in ("/stuck", "/stuck/step?element=receive", "/stuck/diagram.bpmn?definition=complaint"):
        assert sales.get(path).status_code == 403
    sales.get("/tasks")
    assert not sales.page.xpath("//a[@href='/stuck']")


def test_the_table_says_what_the_query_says(visit: Any, crowd: Crowd) -> None:
    house, manager = crowd.context, visit("manager")
    manager.get("/stuck")
    told = where_stuck(house, actor(house, "manager"), "complaint", Filters(), language="en")
    assert {name: cells[0] for name, cells in rows(manager).items()} == {
        one["name"]: str(one["cases"]) for one in told["elements"]
    }
    assert str(told["totals"]["cases"]) in manager.page.xpath("//div[@class='figure-box'][1]")[0].text_content()
    for one in told["elements"]:
        if not one["calls"]:
            manager.get(f"/stuck/step?element={one['element_id']}")
            assert len(manager.page.xpath("//li[contains(@class, 'card-item')]")) == one["steps"]


def test_links_keep_what_was_chosen(visit: Any, crowd: Crowd) -> None:
    manager = visit("manager")
    manager.get("/stuck?customer=ACME&group=quality&mode=waiting&sort=longest_seconds")
    chosen = {"customer": "ACME", "group": "quality", "mode": "waiting", "sort": "longest_seconds"}
    for link in manager.page.xpath("//tr[@data-element]/th/a"):
        assert chosen.items() <= arguments(link.get("href")).items()
    waits = [cells[1] for cells in rows(manager).values()]
    manager.get("/stuck?customer=ACME&group=quality&sort=cases")
    assert sorted(cells[1] for cells in rows(manager).values()) == sorted(waits)
    assert manager.page.xpath("//input[@name='customer']/@value") == ["ACME"]
    assert manager.page.xpath("//select[@name='group']/option[@selected]/@value") == ["quality"]


def test_a_period_tells_of_what_was_done(visit: Any, crowd: Crowd) -> None:
    manager = visit("manager")
    manager.get("/stuck?from=2026-03-01&to=2026-03-31")
    assert "What left a step from 2026-03-01 to 2026-03-31." in manager.text
    assert int(rows(manager)["Receive the complaint"][0]) == 5
    manager.get("/stuck?from=2020-01-01&to=2020-01-31")
    assert "Nothing left a step then." in manager.text


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/stuck?from=yesterday", 400, "is no date"),
        ("/stuck?from=2026-03-05&to=2026-03-04", 400, "ends before it begins"),
        ("/stuck?definition=nothing", 404, "no process application"),
        ("/stuck?inside=receive", 404, "no part"),
        ("/stuck?inside=containment_case/containment_case", 404, "no part"),
        ("/stuck?mode=odd&sort=odd", 200, "Number of complaints"),
        ("/stuck?customer=%ff'\"<b>", 200, "Nothing stands here"),
        ("/stuck/step?element=nothing", 200, "No complaint stands at this step now"),
        ("/stuck/step?element=receive&cursor=made-up", 400, "cursor"),
        ("/stuck?from=0001-01-01&to=9999-12-31", 200, "steps done"),
    ],
)
def test_odd_addresses(visit: Any, crowd: Crowd, address: str, status: int, words: str) -> None:
    manager = visit("manager")
    assert manager.get(address).status_code == status
    assert words in manager.text


def test_another_process_without_costs_and_steps_of_before(visit: Any, house: Context) -> None:
    """Steps that the version in force does not draw stand below, under the names they had."""
    crowd = Crowd(house, 3)
    number = crowd.file()
    strip.publish(house)
    life.filed(house)
    manager = visit("manager")
    manager.get("/stuck")
    assert set(rows(manager)) == {"receive"} or len(rows(manager)) >= 1
    told = where_stuck(house, actor(house, "manager"), "complaint", Filters(), language="en")
    assert told["totals"]["cases"] == 2
    assert number
    assert sum(one["cases"] for one in (*told["elements"], *told["beyond"])) == 2
