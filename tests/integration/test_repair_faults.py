"""Faults of the diagram have no job: trying one again really tries the advance, and tells how it went."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.amend_case import AmendCase
from server.commands.complete_task import CompleteTask
from server.commands.retry_incident import RetryIncident
from server.commands.send_back_task import SendBackTask
from server.commands.skip_job import SkipJob
from server.commands.start_repair import StartRepair
from server.domain.rejection import Rejected
from server.persistence.models import CaseFile, Incident, ProcessInstance, RepairStep, UserTask
from server.runner.repairs import continue_repairs
from server.runner.ticks import Ticks
from tests.bpmn_builder import boundary, document, end, lanes, process, start, timer, user
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.durability.processes import copy_prepared
from tests.faulty import rebuilt, states
from tests.house import actor, build, forget

BAD_DATE = {"formKey": "team", "dueDate": "working_hours(product.quantity_defective)"}

BY_A_TASK = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "receive"}),
        user("confirm", {"formKey": "confirm"}),
        user("team", BAD_DATE),
        end(),
        flows=["start > receive", "receive > confirm", "confirm > team", "team > end"],
        lanes=lanes(sales=["receive"], quality=["confirm", "team"]),
    )
)
BY_THE_CLOCK = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "receive"}),
        boundary("too_long", "receive", timer("duration", "'PT1S'")),
        user("team", BAD_DATE),
        end(),
        flows=["start > receive", "receive > end", "too_long > team", "team > end"],
        lanes=lanes(sales=["receive", "team"]),
    )
)


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    context = build(copy_prepared(prepared_folder, tmp_path / "data"), workers=(workshop.WORKERS,))
    yield context
    context.database.close()
    forget(tmp_path / "data")


def incident(house: Context) -> Any:
    with house.read() as connection:
        return connection.execute(select(Incident)).one()


def instance_state(house: Context) -> str:
    with house.read() as connection:
        return str(connection.execute(select(ProcessInstance.state)).scalar_one())


def retry(house: Context) -> dict[str, Any]:
    return house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=incident(house).id)).body


def task(house: Context, element_id: str) -> str:
    query = select(UserTask.id).where(UserTask.element_id == element_id, UserTask.state == "open")
    with house.database.write("test") as connection:
        task_id = str(connection.execute(query).scalar_one())
        # What its form would ask for is beside the point here.
        connection.execute(update(UserTask).where(UserTask.id == task_id).values(form_key=None))
    return task_id


def complete(house: Context, element_id: str) -> None:
    house.execute(CompleteTask(actor=actor(house, "admin"), task_id=task(house, element_id), data={}))


def mend(house: Context) -> None:
    with house.read() as connection:
        number = connection.execute(select(CaseFile.number)).scalar_one()
    data = {"product": {"quantity_defective": 4}}
    house.execute(AmendCase(actor=actor(house, "admin"), number=number, reason="counted", data=data))


@pytest.fixture
def stopped(house: Context) -> Context:
    workshop.publish(house, BY_A_TASK)
    workshop.file(house)
    complete(house, "receive")
    with pytest.raises(Rejected) as refusal:
        complete(house, "confirm")
    assert refusal.value.code == "process.fault"
    return house


def test_what_still_does_not_go_says_so(stopped: Context) -> None:
    assert (incident(stopped).state, incident(stopped).element_id) == ("open", "team")
    told = retry(stopped)
    assert (told["state"], told["outcome"]) == ("open", "failed")
    assert "quantity_defective" in told["error"]
    assert (states(stopped), incident(stopped).failures) == ({"open": 1}, 2)
    assert audit_house(stopped) == []
    assert rebuilt(stopped) == []


def test_a_way_that_is_free_closes_nothing_yet(stopped: Context) -> None:
    mend(stopped)
    told = retry(stopped)
    assert (told["state"], told["outcome"]) == ("retrying", "way_free")
    assert instance_state(stopped) == "incident"
    complete(stopped, "confirm")
    assert (states(stopped), instance_state(stopped)) == ({"resolved": 1}, "active")
    assert incident(stopped).outcome == "succeeded"
    assert audit_house(stopped) == []
    assert rebuilt(stopped) == []


def test_who_completes_the_task_again_needs_no_repair_desk(stopped: Context) -> None:
    with pytest.raises(Rejected):
        complete(stopped, "confirm")
    assert (states(stopped), incident(stopped).failures) == ({"open": 1}, 1)
    mend(stopped)
    complete(stopped, "confirm")
    assert states(stopped) == {"resolved": 1}


def test_a_case_that_goes_another_way_has_not_succeeded(stopped: Context) -> None:
    back = SendBackTask(
        actor=actor(stopped, "admin"), task_id=task(stopped, "confirm"), reason="wrong", target="receive"
    )
    stopped.execute(back)
    found = incident(stopped)
    assert (found.state, found.outcome, instance_state(stopped)) == ("obsolete", "sent_back", "active")
    with pytest.raises(Rejected) as refusal:
        retry(stopped)
    assert refusal.value.code == "instance.incident_closed"
    assert audit_house(stopped) == []
    assert rebuilt(stopped) == []


def test_there_is_no_job_to_skip(stopped: Context) -> None:
    with pytest.raises(Rejected) as refusal:
        stopped.execute(SkipJob(actor=actor(stopped, "admin"), incident_id=incident(stopped).id, reason="why not"))
    assert refusal.value.code == "instance.no_job"


def test_in_a_repair_of_many(stopped: Context) -> None:
    for expected in ("failed", "running"):
        group = incident(stopped).group_key
        stopped.execute(StartRepair(actor=actor(stopped, "admin"), action="retry", group=group))
        continue_repairs(stopped, 10)
        with stopped.read() as connection:
            newest = select(RepairStep.state).order_by(RepairStep.id.desc()).limit(1)
            assert connection.execute(newest).scalar_one() == expected
        mend(stopped)
    complete(stopped, "confirm")
    with stopped.read() as connection:
        assert list(connection.execute(select(RepairStep.state).order_by(RepairStep.id)).scalars()) == [
            "failed",
            "succeeded",
        ]


def test_what_the_clock_could_not_do_is_really_done(house: Context) -> None:
    workshop.publish(house, BY_THE_CLOCK)
    workshop.file(house)
    assert isinstance(house.clock, ManualClock)
    house.clock.advance(timedelta(seconds=5))
    Ticks(house).fire_timers()
    assert states(house) == {"open": 1}
    told = retry(house)
    assert (told["state"], told["outcome"], incident(house).failures) == ("open", "failed", 2)
    mend(house)
    told = retry(house)
    assert (told["state"], told["outcome"]) == ("resolved", "succeeded")
    assert (states(house), instance_state(house)) == ({"resolved": 1}, "active")
    assert task(house, "team")
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_a_clock_that_has_nothing_to_do_any_more(house: Context) -> None:
    workshop.publish(house, BY_THE_CLOCK)
    workshop.file(house)
    assert isinstance(house.clock, ManualClock)
    house.clock.advance(timedelta(seconds=5))
    Ticks(house).fire_timers()
    complete(house, "receive")
    found = incident(house)
    assert (found.state, found.outcome) == ("obsolete", "ended")
