"""The page of one's mails and the badge beside the menu, in a browser without scripts."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from server.casework.context import Context
from server.commands.add_comment import AddComment
from server.commands.add_signers import AddSigners
from server.commands.ask_colleague import AskColleague
from server.commands.claim_task import ClaimTask
from server.commands.escalate_task import EscalateTask
from server.commands.name_substitute import NameSubstitute
from server.commands.see_mention import SeeMention
from server.commands.transfer_task import TransferTask
from server.queries import badge as badges
from server.queries.badge import Badge, badge
from server.queries.requests import asked_of_me
from server.runner.notices import tell_of_tasks
from tests import plans
from tests.house import START, actor
from tests.integration.desk_house import complete, filed, publish, task
from tests.integration.life import do
from tests.integration.notice_house import PATIENCE, mails, pass_time, settle
from tests.integration.web.conftest import Visitor

Visit = Callable[[str], Visitor]


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


def told(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visitor.fetch("/me/badge").get_data())
    return found


def title(visitor: Visitor) -> str:
    return " ".join(visitor.page.findtext("head/title").split())


def test_switching_a_kind_off_and_back_to_the_setting(site: Context, visit: Visit) -> None:
    seller = visit("sales2")
    seller.get("/me/notifications")
    assert "assignment" in seller.fields("/me/notifications").getlist("kind")
    kinds = [kind for kind in seller.fields("/me/notifications").getlist("kind") if kind != "assignment"]
    assert seller.send("/me/notifications", {"kind": kinds}).status_code == 200
    assert seller.fields("/me/notifications").getlist("kind") == kinds
    do(site, TransferTask, "sales1", task_id=task(site, filed(site), "receive")["id"], to="sales2")
    settle(site)
    assert mails(site, "sales2") == []
    sent = seller.fields("/me/notifications")
    sent["do"] = "default"
    seller.post("/me/notifications", sent)
    assert "assignment" in seller.fields("/me/notifications").getlist("kind")


def test_the_last_mails_stand_on_the_page_of_who_got_them(site: Context, visit: Visit) -> None:
    number = filed(site)
    do(site, TransferTask, "sales1", task_id=task(site, number, "receive")["id"], to="sales2", reason="<b>Yours</b>")
    settle(site)
    assert number in visit("sales2").get("/me/notifications").text
    assert "&lt;b&gt;Yours" in visit("sales2").get("/me/notifications").text
    assert number not in visit("sales1").get("/me/notifications").text


def test_the_badge_counts_what_is_ones_own(site: Context) -> None:
    """One task free, one in hand, one handed over, one gone up; questions, signatures, mentions, until they are seen."""
    numbers = [filed(site) for _ in range(4)]
    ids = [task(site, number, "receive")["id"] for number in numbers]
    do(site, ClaimTask, "sales1", task_id=ids[1])
    do(site, TransferTask, "sales1", task_id=ids[2], to="sales1")
    do(site, ClaimTask, "sales2", task_id=ids[3])
    assert badge(site, actor(site, "sales1")) == Badge(mine=2, late=0, asked=0, free=1)
    do(site, EscalateTask, "sales2", task_id=ids[3], reason="Help")
    assert badge(site, actor(site, "sales1")) == Badge(mine=3, late=0, asked=0, free=1)
    do(site, AddComment, "sales1", number=numbers[1], text="@quality1 please look")
    do(site, AskColleague, "sales1", task_id=ids[1], of="quality1", text="Is it ours?")
    do(site, AddSigners, "sales1", task_id=ids[1], signers=("quality1",), text="Please")
    assert badge(site, actor(site, "quality1")) == Badge(asked=3)
    (mention,) = (
        each for each in asked_of_me(site, actor(site, "quality1"), "en")["items"] if each["kind"] == "mention"
    )
    do(site, SeeMention, "quality1", request_id=mention["id"])
    assert badge(site, actor(site, "quality1")) == Badge(asked=2)


def test_a_substitute_counts_the_absent_persons_too(site: Context) -> None:
    do(site, ClaimTask, "sales1", task_id=task(site, filed(site), "receive")["id"])
    filed(site)
    week = {"starts_at": START, "ends_at": START + timedelta(days=7)}
    do(site, NameSubstitute, "sales1", absent="sales1", substitute="service1", **week)
    assert badge(site, actor(site, "service1")) == Badge(mine=1, free=1)


def test_the_same_badge_is_not_sent_again_and_a_changed_one_is(site: Context, visit: Visit) -> None:
    seller = visit("sales1")
    first = seller.fetch("/me/badge")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = seller.fetch("/me/badge", headers=tag)
    assert (again.status_code, again.get_data()) == (304, b"")
    filed(site)
    assert seller.fetch("/me/badge", headers=tag).status_code == 200
    assert told(seller)["free"] == 1


def test_asking_renews_no_session_and_a_stranger_is_told_nothing(site: Context, visit: Visit) -> None:
    seller = visit("sales1")
    assert "Set-Cookie" in seller.fetch("/tasks").headers
    assert "Set-Cookie" not in seller.fetch("/me/badge").headers
    stranger = Visitor(seller.app)
    assert stranger.fetch("/me/badge").status_code in (302, 303)


def test_the_numbers_are_right_in_the_page_itself(site: Context, visit: Visit) -> None:
    seller = visit("sales1")
    seller.get("/tasks")
    assert title(seller) == "Tasks · Kesu"
    assert seller.page.xpath("//*[@data-badge='mine'][@hidden]")
    do(site, ClaimTask, "sales1", task_id=task(site, filed(site), "receive")["id"])
    seller.get("/tasks")
    assert title(seller) == "(1) Tasks · Kesu"
    (shown,) = seller.page.xpath("//*[@data-badge='mine'][not(@hidden)]")
    assert (shown.text, shown.get("data-late")) == ("1", "0")
    assert "Your tasks: 1, late: 0." in seller.page.xpath("string(//*[@data-badge='said'])")
    assert seller.page.xpath("//*[@data-badge='asked-link'][@hidden]")


def test_late_ones_are_told_in_words(house: Context, visit: Visit) -> None:
    from tests.integration import deadline_house

    deadline_house.publish(house)
    number = deadline_house.file(house)
    do(house, ClaimTask, "sales1", task_id=deadline_house.task(house, number, "record").id)
    pass_time(house, timedelta(days=1))
    found = told(visit("sales1"))
    assert (found["mine"], found["late"]) == (1, 1)
    assert "late: 1." in found["said"]


def test_no_more_than_ninety_nine_are_counted(site: Context, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(badges, "MOST", 3)
    monkeypatch.setattr("server.web.me.badge.MOST", 3)
    for _ in range(5):
        do(site, ClaimTask, "sales1", task_id=task(site, filed(site), "receive")["id"])
    found = told(visit("sales1"))
    assert (found["mine"], found["shown"]["mine"], found["shown"]["total"]) == (3, "2+", "2+")


@pytest.mark.one_database("PostgreSQL reads so small a table whole")
def test_each_count_goes_along_an_index(site: Context) -> None:
    complete(site, filed(site), "receive", "sales1")
    everybody = actor(site, "sales1")
    tell_of_tasks(site, PATIENCE)
    counting = plans.sent_by(site, lambda: badge(site, everybody))
    used = [(statement, plans.plan_of(site, statement, values)) for statement, values in counting]
    assert [statement for statement, plan in used if plans.scanned(site, plan)] == []
    telling = plans.sent_by(site, lambda: tell_of_tasks(site, PATIENCE))
    used += [(statement, plans.plan_of(site, statement, values)) for statement, values in telling]
    found = {name for _statement, plan in used for name in plans.indexes(site, plan)}
    wanted = {f"ix_user_task_{name}" for name in ("claimed", "assignee", "escalated", "free", "not_told")}
    assert sorted(wanted - found) == []
