"""Who comes too late reads who took the task and when, and is offered another."""

from datetime import timedelta

import pytest

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.claim_task import ClaimTask
from server.commands.unclaim_task import UnclaimTask
from tests.integration.desk_house import filed, publish, task
from tests.integration.life import do, refused


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


def test_the_loser_is_told_who_and_when_and_what_is_free(site: Context, clock: ManualClock) -> None:
    first, second = filed(site), filed(site)
    wanted, other = task(site, first, "receive")["id"], task(site, second, "receive")["id"]
    do(site, ClaimTask, "sales1", task_id=wanted)
    taken = clock.now()
    clock.advance(timedelta(seconds=4))
    refusal = refused(site, ClaimTask, "sales2", task_id=wanted)
    assert refusal.code == "task.claimed"
    assert "took this task 4 s ago" in refusal.text("en")
    assert "4 秒前" in refusal.text("zh-CN")
    assert refusal.details is not None
    (told,) = refusal.details
    assert told["claimed_by"] == "sales1"
    assert told["claimed_at"] == taken.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert told["next"]["id"] == other
    assert told["next"]["case_number"] == second


def test_nothing_is_offered_when_nothing_is_free(site: Context) -> None:
    number = filed(site)
    do(site, ClaimTask, "sales1", task_id=task(site, number, "receive")["id"])
    refusal = refused(site, ClaimTask, "sales2", task_id=task(site, number, "receive")["id"])
    assert refusal.details is not None
    assert refusal.details[0]["next"] is None


def test_what_is_offered_can_be_taken(site: Context) -> None:
    numbers = [filed(site) for _ in range(5)]
    do(site, ClaimTask, "sales1", task_id=task(site, numbers[0], "receive")["id"])
    refusal = refused(site, ClaimTask, "sales2", task_id=task(site, numbers[0], "receive")["id"])
    assert refusal.details is not None
    offered = refusal.details[0]["next"]["id"]
    assert do(site, ClaimTask, "sales2", task_id=offered)["task"]["claimed_by"] == "sales2"


def test_a_task_given_back_is_free_again(site: Context) -> None:
    wanted = task(site, filed(site), "receive")["id"]
    do(site, ClaimTask, "sales1", task_id=wanted)
    do(site, UnclaimTask, "sales1", task_id=wanted)
    assert do(site, ClaimTask, "sales2", task_id=wanted)["task"]["claimed_by"] == "sales2"
