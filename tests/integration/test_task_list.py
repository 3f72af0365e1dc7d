"""Each list of tasks against a reckoning that looks at every row: views, orders, filters, pages in both directions."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import update

from server.casework.context import Context
from server.domain.rejection import Rejected
from server.persistence.models import UserTask
from server.queries import task_walk, task_ways
from server.queries.task_filters import ORDERS, VIEWS, TaskFilter
from server.queries.task_list import task_list, task_page
from server.security.actor import Actor, StandIn
from tests.house import actor, drain_jobs
from tests.integration.desk_rows import SITES, Rows, fill, ids_of, people_of, reckoned

WHO = ("sales1", "quality1", "production1", "admin", "substitute")
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"q": "acme"},
    {"q": "中国 飞边"},
    {"q": "％"},
    {"q": "x_y"},
    {"q": "100%"},
    {"q": "a\\b"},
    {"q": "🙂"},
    {"q": "Ｌ-7"},
    {"q": 'o\'brien "&"'},
    {"q": "华"},
    {"q": "nothing like it"},
    {"number": "2026-003"},
    {"number": "００１"},
    {"customer": "söhne"},
    {"customer": "_"},
    {"part": "p-3"},
    {"part": "P"},
    {"order_no": "po00"},
    {"level": "2"},
    {"level": "重大 A"},
    {"step": "record"},
    {"group": "quality"},
    {"assignee": "sales1"},
    {"assignee": "nobody-at-all"},
    {"case": "HQ-2026-0007"},
    {"customer": "acme", "level": "1", "step": "receive"},
    {"q": "sink", "part": "3", "group": "production"},
)


@pytest.fixture(scope="module")
def rows(shared_house: Context) -> Rows:
    return fill(shared_house, random.Random(7))


@pytest.fixture(params=["many", "few"])
def measure(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """With limits so low that a small house meets them, and as they are."""
    caches = (task_ways._probing, task_walk._page, task_walk._horizon)
    if request.param == "few":
        monkeypatch.setattr(task_ways, "FEW", 12)
        monkeypatch.setattr(task_ways, "VERY_FEW", 2)
        monkeypatch.setattr(task_walk, "LOOKED_THROUGH", 25)
    for cache in caches:
        cache.cache_clear()
    yield request.param
    for cache in caches:
        cache.cache_clear()


def person(house: Context, name: str) -> Actor:
    """Of both sites; the substitute stands in for everything of one and for a group of another."""
    found = replace(actor(house, "sales1" if name == "substitute" else name), sites=frozenset(SITES))
    if name != "substitute":
        return found
    one, other = actor(house, "quality1"), actor(house, "production1")
    return replace(
        found,
        stands_in=(
            StandIn(one.user_id, one.username, one.display_name, frozenset()),
            StandIn(other.user_id, other.username, other.display_name, other.groups, whole=False),
        ),
    )


def pages(house: Context, who: Actor, asked: dict[str, str], limit: int) -> Iterator[dict[str, Any]]:
    """All pages from the first on."""
    wanted, cursor = TaskFilter.read(asked), None
    while True:
        page = task_page(house, who, wanted, language="en", limit=limit, cursor=cursor)
        yield page
        cursor = page["next"]
        if cursor is None:
            return


@pytest.mark.parametrize("view", VIEWS)
def test_every_list_is_what_a_look_at_every_row_finds(
    shared_house: Context, rows: Rows, measure: str, view: str
) -> None:
    people = people_of(shared_house)
    turn = VIEWS.index(view) + (measure == "few")
    for place, asked in enumerate(FILTERS):
        # Each filter in each view for one of them; without a filter for everybody.
        for name in WHO if not asked else (WHO[(place + turn) % len(WHO)],):
            who = person(shared_house, name)
            question = {"view": view, "order": ORDERS[(place + turn) % 2], **asked}
            found = list(islice(pages(shared_house, who, question, 25), 500))
            shown = [one for page in found for one in ids_of(page["items"])]
            assert shown == reckoned(rows, who, question, people), (name, question)
            full = [page for page in found[:-1] if not page["is_partial"]]
            assert all(len(page["items"]) == 25 for page in full), (name, question)
            if measure == "many":
                assert len(full) == len(found) - 1


def test_ended_tasks_are_listed_by_whatever_the_register_says(shared_house: Context, rows: Rows, measure: str) -> None:
    people = people_of(shared_house)
    for asked in (
        *({}, {"customer": "acme"}, {"level": "2"}, {"level": "重大 A"}, {"case": "HQ-2026-0007"}, {"q": "sink"}),
        *({"part": "P-1"}, {"order_no": "po00"}, {"q": "p-1"}, {"q": "PO00 acme"}, {"q": "装配"}, {"q": "100%"}),
    ):
        question = {"state": "completed", **asked}
        who = person(shared_house, "admin")
        shown = [one for page in pages(shared_house, who, question, 30) for one in ids_of(page["items"])]
        assert shown == reckoned(rows, who, question, people), asked
        assert shown or asked == {"case": "HQ-2026-0007"}


@pytest.mark.parametrize("order", ORDERS)
def test_the_way_back_is_the_way_there(shared_house: Context, rows: Rows, measure: str, order: str) -> None:
    for name, asked in (("sales1", {}), ("quality1", {"view": "groups"}), ("admin", {"q": "acme"}), ("admin", {})):
        who = person(shared_house, name)
        question = {"order": order, **asked}
        everything = reckoned(rows, who, question, {})
        *_before, last = pages(shared_house, who, question, 20)
        back, page = ids_of(last["items"]), last
        for _ in range(500):
            if page["previous"] is None:
                break
            page = task_page(
                shared_house, who, TaskFilter.read(question), language="en", limit=20, before=page["previous"]
            )
            # The first page is shown whole, even where less is left before.
            back = [one for one in ids_of(page["items"]) if one not in back] + back
        assert back == everything
        assert page["previous"] is None


def test_pages_stay_where_they_are_while_rows_disappear(house: Context) -> None:
    rows = fill(house, random.Random(3), cases=40)
    who = person(house, "admin")
    everything = reckoned(rows, who, {}, {})
    first = task_page(house, who, TaskFilter(), language="en", limit=10)
    gone = everything[4:12]
    with house.database.write("gone") as connection:
        connection.execute(update(UserTask).where(UserTask.id.in_(gone)).values(state="completed"))
    second = task_page(house, who, TaskFilter(), language="en", limit=10, cursor=first["next"])
    assert ids_of(second["items"]) == everything[12:22]
    back = task_page(house, who, TaskFilter(), language="en", limit=10, before=second["previous"])
    # Four are left before, so the first page is shown whole.
    assert ids_of(back["items"]) == everything[:4] + everything[12:18]
    assert back["previous"] is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "e30",
        "W10",
        "WzFd",
        "W251bGwsbnVsbCxudWxsXQ",
        "W251bGwsIjIwMjYtMDMtMDJUMDE6MDA6MDArMDA6MDAiLCJcdTAwMDAiXQ",
        "é",
        "🙂",
    ],
)
def test_a_cursor_that_was_not_made_here_is_refused(shared_house: Context, cursor: str) -> None:
    for where in ({"cursor": cursor}, {"before": cursor}):
        with pytest.raises(Rejected) as caught:
            task_page(shared_house, actor(shared_house, "admin"), TaskFilter(), language="en", **where)
        assert caught.value.code == "malformed.cursor"


def test_the_cursor_of_another_order_is_refused(shared_house: Context, rows: Rows) -> None:
    who = person(shared_house, "admin")
    cursor = task_page(shared_house, who, TaskFilter(), language="en", limit=1)["next"]
    with pytest.raises(Rejected) as caught:
        task_page(shared_house, who, TaskFilter(order="created"), language="en", cursor=cursor)
    assert caught.value.code == "malformed.cursor"


@pytest.mark.parametrize("name", ["view", "state", "order"])
def test_unknown_words_are_refused(name: str) -> None:
    with pytest.raises(Rejected) as caught:
        TaskFilter.read({name: "else"})
    assert caught.value.code == f"malformed.{name}"


@pytest.mark.parametrize("name", ["q", "number", "customer", "step", "group", "case"])
def test_what_is_too_long_is_refused_and_what_is_odd_is_not(shared_house: Context, name: str) -> None:
    who = actor(shared_house, "admin")
    with pytest.raises(Rejected) as caught:
        TaskFilter.read({name: "长" * 50_000})
    assert caught.value.code == "malformed.value"
    for odd in ("🙂" * 100, "%" * 200, "'; DROP TABLE user_task; --", "\0", "\\", "\u202e", "(", "[a-z]*"):
        assert len(task_list(shared_house, who, language="en", limit=1000, **{name: odd})["items"]) < 1000


def test_a_row_tells_what_the_reader_decides_by(house: Context) -> None:
    from server.commands.add_comment import AddComment
    from server.commands.file_complaint import FileComplaint

    fields = {
        "customer": {"name": "ACME"},
        "product": {"part_no": "P-7", "order_no": "PO-1"},
        "problem": {"description": "Cracked"},
    }
    sales = actor(house, "sales1")
    number = str(house.execute(FileComplaint(actor=sales, channel="phone", fields=fields)).body["number"])
    drain_jobs(house)
    house.execute(AddComment(actor=sales, number=number, text="Ask them again"))
    (item,) = task_list(house, sales, language="en", part="p-7")["items"]
    told = {name: item[name] for name in ("case_number", "customer", "part", "order_no", "comments", "files")}
    assert told == {
        "case_number": number, "customer": "ACME", "part": "P-7", "order_no": "PO-1", "comments": 1, "files": 0,
    }  # fmt: skip
    assert 0 < item["working_seconds_left"] <= item["time_left_seconds"]
