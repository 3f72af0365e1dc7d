"""Substitutes: what they may do, for how long, and that both names stand in the history."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.disable_user import DisableUser
from server.commands.end_substitution import EndSubstitution
from server.commands.name_substitute import NameSubstitute
from server.commands.set_group import SetGroup
from server.commands.transfer_task import TransferTask
from server.queries.case_story import case_story
from server.queries.substitutions import substitutions
from server.queries.task_list import task_list
from tests.durability.audit import audit_house
from tests.house import START, actor
from tests.integration.desk_house import URGENT, complete, filed, publish, received, task
from tests.integration.life import case, do, events, refused

WEEK: Mapping[str, Any] = {"starts_at": START, "ends_at": START + timedelta(days=7)}


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


def stand_in(site: Context, absent: str, substitute: str, by: str | None = None, **more: Any) -> int:
    named = do(site, NameSubstitute, by or absent, absent=absent, substitute=substitute, **{**WEEK, **more})
    return int(named["id"])


def seen(site: Context, username: str, mine: bool = True) -> list[str]:
    found = task_list(site, actor(site, username), language="en", mine=mine)["items"]
    return [item["element_id"] for item in found]


def test_the_substitute_does_the_work_and_both_names_stand_in_the_history(site: Context) -> None:
    number = filed(site)
    assert seen(site, "service1") == []
    assert refused(site, ClaimTask, "service1", task_id=task(site, number, "receive")["id"]).code == "not_found.task"
    stand_in(site, "sales1", "service1")
    assert seen(site, "service1") == ["receive"]
    wanted = task(site, number, "receive")["id"]
    (item,) = task_list(site, actor(site, "service1"), language="en", mine=True)["items"]
    assert item["on_behalf_of"] == actor(site, "sales1").display_name
    do(site, ClaimTask, "service1", task_id=wanted)
    do(site, CompleteTask, "service1", task_id=wanted, data={})
    for kind in ("task.claimed", "task.completed"):
        (event,) = events(site, number, kind)
        assert (event["actor"], event["data"]["on_behalf"]) == ("service1", "sales1")
    deputy, absent = actor(site, "service1").display_name, actor(site, "sales1").display_name
    told = [event["sentence"] for event in case_story(site, actor(site, "admin"), number, "en")]
    assert f"{deputy} (for {absent}) completed “Receive”." in told
    assert case(site, number, "service1")["number"] == number
    assert audit_house(site) == []


def test_what_is_meant_for_the_absent_person_and_what_he_holds(site: Context) -> None:
    number = filed(site)
    wanted = task(site, number, "receive")["id"]
    do(site, TransferTask, "sales1", task_id=wanted, to="engineering1")
    do(site, ClaimTask, "engineering1", task_id=wanted)
    stand_in(site, "engineering1", "service1")
    assert seen(site, "service1") == ["receive"]
    assert refused(site, ClaimTask, "sales2", task_id=wanted).code == "task.claimed"
    do(site, ClaimTask, "service1", task_id=wanted)
    assert do(site, CompleteTask, "service1", task_id=wanted, data={})["task"]["state"] == "completed"


def test_before_and_after_the_period_he_may_do_nothing(site: Context, clock: ManualClock) -> None:
    wanted = task(site, filed(site), "receive")["id"]
    stand_in(site, "sales1", "service1", starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=2))
    assert refused(site, ClaimTask, "service1", task_id=wanted).code == "not_found.task"
    clock.advance(timedelta(days=1))
    do(site, ClaimTask, "service1", task_id=wanted)
    clock.advance(timedelta(days=1))
    assert seen(site, "service1") == []
    refusal = refused(site, CompleteTask, "service1", task_id=wanted, data={})
    assert refusal.code == "forbidden.task", "not even what he had claimed meanwhile"
    assert do(site, ClaimTask, "sales1", task_id=wanted)["task"]["claimed_by"] == "sales1", "it was his all the time"
    assert do(site, CompleteTask, "sales1", task_id=wanted, data={})["task"]["state"] == "completed"


def test_only_the_groups_it_is_for(site: Context) -> None:
    number = filed(site)
    stand_in(site, "admin", "service1", groups=("quality",))
    assert seen(site, "service1") == []
    complete(site, number, "receive", "sales1")
    assert seen(site, "service1") == ["record"]
    secure = task(site, number, "secure")["id"]
    assert refused(site, ClaimTask, "service1", task_id=secure).code == "forbidden.task"
    assert refused(site, CompleteTask, "service1", task_id=task(site, number, "record")["id"], data={}).code == (
        "case.invalid"
    )


def test_no_permission_is_passed_on(site: Context) -> None:
    stand_in(site, "admin", "service1")
    assert not actor(site, "service1").may("task.complete_any")
    assert not actor(site, "service1").may("user.manage")


def test_it_ends_early_and_with_the_account(site: Context) -> None:
    wanted = task(site, filed(site), "receive")["id"]
    first = stand_in(site, "sales1", "service1")
    assert refused(site, EndSubstitution, "quality1", substitution_id=first).code == "not_found.substitution"
    do(site, EndSubstitution, "service1", substitution_id=first)
    assert refused(site, ClaimTask, "service1", task_id=wanted).code == "not_found.task"
    assert refused(site, EndSubstitution, "sales1", substitution_id=999).code == "not_found.substitution"
    stand_in(site, "sales1", "service1")
    assert seen(site, "service1") == ["receive"]
    do(site, DisableUser, username="sales1")
    assert seen(site, "service1") == []
    assert [each["state"] for each in substitutions(site, actor(site, "service1"))] == ["ended", "ended"]


def test_no_substitute_of_a_substitute(site: Context) -> None:
    filed(site)
    stand_in(site, "sales1", "service1")
    stand_in(site, "service1", "engineering1")
    assert seen(site, "service1") == ["receive"]
    assert seen(site, "engineering1") == []
    refusal = refused(site, NameSubstitute, "sales2", absent="sales2", substitute="service1", **WEEK)
    assert refusal.code == "substitute.absent"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"substitute": "sales1"}, "substitute.oneself"),
        ({"substitute": "nobody"}, "substitute.unknown"),
        ({"absent": "nobody"}, "substitute.unknown"),
        ({"absent": "quality1"}, "forbidden.substitute"),
        ({"ends_at": START}, "substitute.period"),
        ({"starts_at": START - timedelta(days=9), "ends_at": START - timedelta(days=2)}, "substitute.period"),
        ({"ends_at": START + timedelta(days=900)}, "substitute.period"),
        ({"groups": ("quality",)}, "substitute.group"),
    ],
)
def test_what_is_refused(site: Context, given: dict[str, Any], code: str) -> None:
    asked: dict[str, Any] = {"absent": "sales1", "substitute": "service1", **WEEK, **given}
    assert refused(site, NameSubstitute, "sales1", **asked).code == code


def test_one_substitute_at_a_time_for_the_same_tasks(site: Context) -> None:
    stand_in(site, "admin", "service1", groups=("quality",))
    stand_in(site, "admin", "engineering1", groups=("sales",))
    for groups in ((), ("sales",), ("quality", "production")):
        told: dict[str, Any] = {"absent": "admin", "substitute": "production1", "groups": groups, **WEEK}
        assert refused(site, NameSubstitute, **told).code == "substitute.overlap"
    later = {"starts_at": WEEK["ends_at"], "ends_at": WEEK["ends_at"] + timedelta(days=1)}
    stand_in(site, "admin", "production1", **later)


def test_the_lead_names_one_for_his_people(site: Context) -> None:
    do(site, SetGroup, key="sales", title="销售部\nSales", lead="manager", parent="management")
    assert refused(site, NameSubstitute, "sales2", absent="sales1", substitute="service1", **WEEK).code == (
        "forbidden.substitute"
    )
    stand_in(site, "sales1", "service1", by="manager")
    assert refused(site, NameSubstitute, "manager", absent="quality1", substitute="service1", **WEEK).code == (
        "forbidden.substitute"
    )


def test_a_substitute_does_not_approve_what_he_did_even_without_the_four_eyes_setting(site: Context) -> None:
    assert not site.settings.four_eyes
    number = received(site)
    stand_in(site, "quality1", "service1")
    complete(site, number, "record", "service1", URGENT)
    complete(site, number, "secure", "production1")
    approve = task(site, number, "approve")["id"]
    refusal = refused(site, CompleteTask, "service1", task_id=approve, data={})
    assert refusal.code == "forbidden.four_eyes"
    complete(site, number, "approve", "quality2")


def test_nor_what_the_absent_person_did(site: Context) -> None:
    number = received(site)
    complete(site, number, "record", "quality1", URGENT)
    complete(site, number, "secure", "production1")
    stand_in(site, "quality1", "service1")
    approve = task(site, number, "approve")["id"]
    do(site, ClaimTask, "service1", task_id=approve)
    assert refused(site, CompleteTask, "service1", task_id=approve, data={}).code == "forbidden.own_case"
    assert audit_house(site) == []


def test_nor_a_complaint_he_filed(site: Context) -> None:
    number = filed(site)
    complete(site, number, "receive", "sales2")
    complete(site, number, "record", "quality2", URGENT)
    complete(site, number, "secure", "production1")
    stand_in(site, "quality1", "sales1")
    approve = task(site, number, "approve")["id"]
    assert refused(site, CompleteTask, "sales1", task_id=approve, data={}).code == "forbidden.own_case"


def test_two_who_name_one_at_the_same_moment(site: Context) -> None:
    from tests.integration.test_competing import DONE, Pair

    who = actor(site, "sales1")
    named = [NameSubstitute(actor=who, absent="sales1", substitute=name, **WEEK) for name in ("service1", "quality1")]
    assert Pair(site).run(named[0], named[1]) == (DONE, "substitute.overlap")


def test_a_moment_of_the_period_is_exact(site: Context, clock: ManualClock) -> None:
    stand_in(site, "sales1", "service1", ends_at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    clock.advance(timedelta(minutes=59, seconds=59))
    assert actor(site, "service1").stands_in
    clock.advance(timedelta(seconds=1))
    assert not actor(site, "service1").stands_in
