"""What a complaint has cost so far: the hours of its tasks and the money entered; and where nothing is declared."""

import dataclasses
from datetime import timedelta

import pytest

from server.casework.context import Context
from server.casework.library import Library
from server.commands.amend_case import AmendCase
from server.domain.rejection import Rejected
from server.queries.case_cost import case_cost
from tests.house import actor
from tests.integration.web.test_task_page import open_task


@pytest.fixture
def spent(house: Context, number: str) -> str:
    """Its first task has been open for two working hours, and sorting has cost 6800."""
    assert open_task(house, number)["created_at"] == "2026-03-02T01:00:00.000Z"
    house.clock.advance(timedelta(hours=2))  # from nine to eleven on a Monday
    change = {"costs": {"sorting": 6800}}
    house.execute(AmendCase(actor=actor(house, "admin"), number=number, data=change, reason="invoice"))
    return number


def test_hours_at_their_price_and_the_money_entered(house: Context, spent: str) -> None:
    # 2 h at the 80 of application.toml are 160; 160 + 6800 are 6960.
    assert case_cost(house, actor(house, "sales1"), spent, "en") == {
        "currency": "CNY",
        "hours": 2.0,
        "steps": 160.0,
        "items": [{"key": "sorting", "title": "Sorting", "amount": 6800.0}],
        "total": 6960.0,
    }


def test_the_page_shows_it_in_the_reader_s_language(spent: str, visit) -> None:
    for language, words in (
        ("en", ("Cost so far", "CN¥6,960", "Sorting")),
        ("zh-CN", ("至今费用", "¥6,960", "挑选费用")),
    ):
        visitor = visit("sales1", language)
        visitor.get(f"/complaints/{spent}")
        shown = visitor.page.get_element_by_id("cost").text_content()
        assert [word for word in words if word not in shown] == []


def test_nights_and_weekends_cost_nothing(house: Context, spent: str) -> None:
    house.clock.advance(timedelta(hours=22))  # until nine on Tuesday
    # Monday 9:00-12:00 and 13:00-17:30 are 7.5 h, Tuesday 8:30-9:00 half an hour: 8 h at 80 are 640.
    told = case_cost(house, actor(house, "sales1"), spent, "en")
    assert told is not None
    assert (told["hours"], told["steps"]) == (8.0, 640.0)


def test_an_application_without_costs_shows_none(house: Context, spent: str, visit, monkeypatch) -> None:
    real = Library.version

    def without(library: Library, version_id: int):
        version = real(library, version_id)
        return dataclasses.replace(version, application=dataclasses.replace(version.application, costs=None))

    monkeypatch.setattr(Library, "version", without)
    assert case_cost(house, actor(house, "sales1"), spent, "en") is None
    visitor = visit("sales1")
    visitor.get(f"/complaints/{spent}")
    assert visitor.reply.status_code == 200
    assert not visitor.page.xpath("//*[@id='cost']")


def test_who_may_not_see_the_complaint_does_not_see_its_cost(house: Context) -> None:
    with pytest.raises(Rejected) as refused:
        case_cost(house, actor(house, "sales1"), "KS-2026-99999", "en")
    assert refused.value.code == "not_found.case"
