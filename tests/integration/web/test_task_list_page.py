"""The page of the task list: views, filters in the address, filters that are kept, and input of every kind."""

from urllib.parse import quote

import pytest

from server.casework.context import Context
from server.commands.add_comment import AddComment
from server.commands.delete_filter import DeleteFilter
from server.commands.rename_filter import RenameFilter
from server.commands.save_filter import SaveFilter
from server.domain.rejection import Rejected
from server.queries.saved_filters import saved_filters
from server.web.times import promise_left
from tests.house import actor

MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("working", "late", "english", "chinese"),
    [
        (-(2 * HOUR + 10 * MINUTE), True, ("late", "2 h 10 min late"), ("late", "已超时 2 小时 10 分")),
        (-20, True, ("late", "just late"), ("late", "刚超时")),
        (0, True, ("late", "just late"), ("late", "刚超时")),
        (40 * MINUTE, False, ("red", "40 min left"), ("red", "剩余 40 分钟")),
        (5 * HOUR, False, ("amber", "5 h left"), ("amber", "剩余 5 小时")),
        (35 * HOUR, False, ("green", "35 h left"), ("green", "剩余 35 小时")),
        (None, False, ("none", "no time limit"), ("none", "无时限")),
    ],
)
def test_what_is_left_is_said_in_words(
    working: int | None, late: bool, english: tuple[str, str], chinese: tuple[str, str]
) -> None:
    assert promise_left(working, late, "en") == english
    assert promise_left(working, late, "zh-CN")[0] == chinese[0]
    if working is not None:
        assert promise_left(working, late, "zh-CN") == chinese


def test_filters_stand_in_the_address_and_can_be_taken_away(visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks?view=all&number={number[-3:]}&level=&order=created")
    assert number in visitor.text
    chips = visitor.page.xpath("//ul[@class='chosen-filters no-print']//a/@href")
    assert len(chips) == 3
    assert any("number=" not in each and "order=created" in each for each in chips)
    visitor.get("/tasks?view=all&number=no-such-number")
    assert "No open task fits this search." in visitor.text
    assert "Show all again" in visitor.text


def test_a_row_counts_comments_in_words(house: Context, visit, number: str) -> None:
    for text in ("one", "two"):
        house.execute(AddComment(actor=actor(house, "sales1"), number=number, text=text))
    visitor = visit("sales1")
    visitor.get("/tasks")
    assert "2 comments" in visitor.text


@pytest.mark.parametrize("name", ["cursor", "before"])
@pytest.mark.parametrize("value", ["x", "e30", "🙂", "W251bGwsbnVsbCxudWxsXQ", "9" * 3000])
def test_a_strange_cursor_is_told_and_the_first_page_shown(visit, number: str, name: str, value: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks?{name}={quote(value)}")
    assert visitor.reply.status_code == 400
    assert "This cursor was not made here." in visitor.text
    assert number in visitor.text


@pytest.mark.parametrize("name", ["q", "number", "customer", "part", "order_no", "step", "level"])
@pytest.mark.parametrize(
    "value", ["🙂🙂", "%", "_", "' OR 1=1 --", '"', "\\", "ＡＣ１２", "<script>alert(1)</script>", "\u202e"]
)
def test_odd_input_finds_nothing_and_breaks_nothing(visit, number: str, name: str, value: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks?{name}={quote(value)}")
    assert visitor.reply.status_code == 200
    assert not visitor.page.xpath("//script[contains(., 'alert(1)')]")


def test_what_is_far_too_long_is_told(visit) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks?q={'x' * 50_000}")
    assert visitor.reply.status_code == 400
    assert "Look for 200 characters at most" in visitor.text


def test_a_filter_is_kept_applied_renamed_and_deleted(visit, number: str) -> None:
    visitor = visit("sales1")
    visitor.get(f"/tasks?q={number}&order=created")
    visitor.send("/tasks/filters", {"name": "  Mine  😀 "})
    assert "The filter is kept." in visitor.text
    (link,) = visitor.page.xpath("//nav[contains(@class, 'saved-filters')]/a")
    assert link.text == "Mine 😀"
    visitor.get(link.get("href"))
    assert visitor.reply.request.args.to_dict() == {"q": number, "order": "created"}
    assert number in visitor.text
    (action,) = [form.get("action") for form in visitor.page.forms if (form.get("action") or "")[-1:].isdigit()]
    visitor.send(action, {"name": "Other"})
    assert "The filter has its new name." in visitor.text
    visitor.send("/delete")
    assert "The filter is deleted." in visitor.text
    assert not visitor.page.xpath("//nav[contains(@class, 'saved-filters')]")


def test_nobody_sees_or_changes_the_filters_of_another(house: Context) -> None:
    one, other = actor(house, "sales1"), actor(house, "sales2")
    kept = house.execute(SaveFilter(actor=one, name="A", asked={"q": "x"})).body["id"]
    house.execute(SaveFilter(actor=other, name="A", asked={"q": "y"}))
    assert [each["asked"] for each in saved_filters(house, one)] == [{"q": "x"}]
    for command in (RenameFilter(actor=other, filter_id=kept, name="B"), DeleteFilter(actor=other, filter_id=kept)):
        with pytest.raises(Rejected) as caught:
            house.execute(command)
        assert caught.value.code == "not_found.filter"
    assert [each["name"] for each in saved_filters(house, one)] == ["A"]


@pytest.mark.parametrize(
    ("name", "asked", "code"),
    [
        ("", {"q": "x"}, "filter.name"),
        (" \u3000 ", {"q": "x"}, "filter.name"),
        ("长" * 61, {"q": "x"}, "filter.name"),
        ("taken", {"q": "x"}, "filter.taken"),
        ("new", {}, "filter.empty"),
        ("new", {"view": "all", "cursor": "x"}, "filter.empty"),
        ("new", {"q": "x" * 201}, "filter.long"),
    ],
)
def test_what_cannot_be_kept_is_refused(house: Context, name: str, asked: dict[str, str], code: str) -> None:
    who = actor(house, "sales1")
    house.execute(SaveFilter(actor=who, name="taken", asked={"q": "x"}))
    with pytest.raises(Rejected) as caught:
        house.execute(SaveFilter(actor=who, name=name, asked=asked))
    assert caught.value.code == code
    assert len(saved_filters(house, who)) == 1


def test_thirty_filters_are_enough(house: Context) -> None:
    who = actor(house, "sales1")
    for number in range(30):
        house.execute(SaveFilter(actor=who, name=f"{number}", asked={"q": "x"}))
    with pytest.raises(Rejected) as caught:
        house.execute(SaveFilter(actor=who, name="one more", asked={"q": "x"}))
    assert caught.value.code == "filter.many"
