"""A worker that fails: tried again after a pause, then an incident that people see, then repaired."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.amend_case import AmendCase
from server.commands.retry_incident import RetryIncident
from server.persistence.models import CaseFile, Job
from server.queries.incident_list import incident_list
from server.queries.instance_detail import instance_detail
from server.queries.task_list import task_list
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs


def job_of(house: Context) -> Job:
    with house.read() as connection:
        return connection.execute(select(Job)).one()


def advance(house: Context, by: timedelta) -> None:
    assert isinstance(house.clock, ManualClock)
    house.clock.advance(by)


def amend(house: Context, description: str) -> None:
    with house.read() as connection:
        number = connection.execute(select(CaseFile.number)).scalar_one()
    data = {"problem": {"description": description}}
    house.execute(AmendCase(actor=actor(house, "admin"), number=number, reason="repaired", data=data))


def incidents(house: Context) -> list[dict]:
    return list(incident_list(house, actor(house, "admin"), language="en")["items"])


def test_a_worker_that_raises_is_tried_again_then_stopped_then_repaired(workshop_house: Context) -> None:
    house = workshop_house
    workshop.publish(house, workshop.single("durability.broken@1"))
    instance_id = workshop.file(house, "The press is broken")
    pauses = []
    for attempt in (1, 2):
        assert drain_jobs(house) == 1
        job = job_of(house)
        assert (job.state, job.attempt, job.retries_left) == ("ready", attempt, 3 - attempt)
        assert "the press is broken" in str(job.error)
        assert drain_jobs(house) == 0, "no pause between two attempts"
        pauses.append(job.run_at - house.clock.now())
        advance(house, pauses[-1])
    assert timedelta() < pauses[0] < pauses[1]
    assert drain_jobs(house) == 1
    (incident,) = incidents(house)
    assert "the press is broken" in incident["message"]
    assert (incident["element_id"], incident["instance_id"]) == ("work", instance_id)
    assert instance_detail(house, actor(house, "admin"), instance_id, "en")["state"] == "incident"
    advance(house, timedelta(days=30))
    assert drain_jobs(house) == 0, "a stopped job ran"
    assert audit_house(house) == []
    amend(house, "The press was mended")
    house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=incident["id"]))
    assert drain_jobs(house) == 1
    assert [item for item in incidents(house) if item["state"] == "open"] == []
    detail = instance_detail(house, actor(house, "admin"), instance_id, "en")
    assert (detail["state"], [step["element_id"] for step in detail["active"]]) == ("active", ["receive"])
    assert len(task_list(house, actor(house, "sales1"), language="en")["items"]) == 1
    assert audit_house(house) == []


def test_an_incident_that_is_retried_too_early_comes_back(workshop_house: Context) -> None:
    house = workshop_house
    workshop.publish(house, workshop.single("durability.broken@1"))
    workshop.file(house, "The press is broken")
    for round_ in (1, 2):
        for _ in range(3):
            assert drain_jobs(house) == 1
            advance(house, timedelta(hours=1))
        open_now = [item for item in incidents(house) if item["state"] == "open"]
        assert len(open_now) == 1, round_
        house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=open_now[0]["id"]))
        assert job_of(house).retries_left == 3
    assert audit_house(house) == []


def test_a_worker_that_wants_to_wait_uses_up_no_retry(workshop_house: Context) -> None:
    house = workshop_house
    workshop.publish(house, workshop.single("durability.waits@1"))
    workshop.file(house)
    for _ in range(12):
        assert drain_jobs(house) == 1
        assert (job_of(house).state, job_of(house).retries_left) == ("ready", 3)
        advance(house, timedelta(hours=1, minutes=59))
        assert drain_jobs(house) == 0, "tried again before the time it asked for"
        advance(house, timedelta(minutes=1))
    amend(house, "ready now")
    assert drain_jobs(house) == 1
    assert job_of(house).state == "done"
    assert audit_house(house) == []


@pytest.mark.parametrize("topic", ["durability.refuses@1"])
def test_an_error_nobody_catches_is_an_incident_at_once(workshop_house: Context, topic: str) -> None:
    workshop.publish(workshop_house, workshop.single(topic))
    workshop.file(workshop_house)
    assert drain_jobs(workshop_house) == 1
    (incident,) = incidents(workshop_house)
    assert "refused" in incident["message"]
    assert audit_house(workshop_house) == []


def test_people_at_the_same_case_make_no_worker_do_its_work_again(workshop_house: Context) -> None:
    house = workshop_house
    workshop.publish(house, workshop.chain(1, "0"))
    workshop.file(house)
    real, faster = house.database.write, 5  # conflicts in a row, more than one command stands

    def write(point: str, *more: object):  # type: ignore[no-untyped-def]
        nonlocal faster
        if point == "complete_job" and faster:
            faster -= 1
            amend(house, f"Cracked housing {faster}")
        return real(point, *more)

    house.database.write = write  # type: ignore[method-assign]
    assert drain_jobs(house) == 1
    assert faster == 0
    job = job_of(house)
    assert (job.state, job.attempt, job.error) == ("done", 1, None)
    assert audit_house(house) == []
