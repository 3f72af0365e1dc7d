"""An incident closes only when its job succeeded, and everybody who asks meanwhile is told what is true."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.complete_task import CompleteTask
from server.commands.resume_instance import ResumeInstance
from server.commands.retry_incident import RetryIncident
from server.commands.suspend_instance import SuspendInstance
from server.domain.rejection import Rejected
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, Incident, Job, ProcessInstance, UserTask
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.durability.processes import copy_prepared
from tests.faulty import AT_ONCE, Faulty, broken_house, let_them_run, rebuilt, states
from tests.house import actor, build, drain_jobs, forget


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    context = build(copy_prepared(prepared_folder, tmp_path / "data"), workers=(workshop.WORKERS,))
    yield context
    context.database.close()
    forget(tmp_path / "data")


@pytest.fixture
def faulty(house: Context) -> Faulty:
    return broken_house(house, 1)


def incident(house: Context) -> Any:
    with house.read() as connection:
        return connection.execute(select(Incident)).one()


def instance_state(house: Context) -> str:
    with house.read() as connection:
        return str(connection.execute(select(ProcessInstance.state)).scalar_one())


def events(house: Context, *kinds: str) -> list[tuple[str, Any]]:
    query = (
        select(HistoryEvent.type, HistoryPayload.data)
        .join(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    with house.read() as connection:
        return [(row.type, row.data) for row in connection.execute(query) if row.type in kinds]


def retry(house: Context, who: str = "admin", reason: str = "") -> dict[str, Any]:
    command = RetryIncident(actor=actor(house, who), incident_id=incident(house).id, reason=reason)
    return house.execute(command).body


def refused(house: Context, who: str = "admin") -> Rejected:
    with pytest.raises(Rejected) as refusal:
        retry(house, who)
    return refusal.value


def test_trying_again_closes_nothing(house: Context, faulty: Faulty) -> None:
    assert retry(house, reason="the mail server is back")["state"] == "retrying"
    found = incident(house)
    assert (found.state, found.ended_at, instance_state(house)) == ("retrying", None, "incident")
    assert found.retried_at == house.clock.now()
    assert found.retried_by == actor(house, "admin").user_id
    faulty.mended = lambda turn: True
    drain_jobs(house)
    found = incident(house)
    assert (found.state, found.outcome, instance_state(house)) == ("resolved", "succeeded", "active")
    (told,) = events(house, "job.retried")
    assert told[1]["reason"] == "the mail server is back"
    assert [kind for kind, _ in events(house, "incident.opened", "incident.resolved", "job.completed")] == [
        "incident.opened",
        "job.completed",
        "incident.resolved",
    ]
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_what_fails_again_is_the_same_incident_with_its_new_error(house: Context, faulty: Faulty) -> None:
    first = incident(house)
    for failures in (2, 3):
        retry(house)
        let_them_run(house)
        found = incident(house)
        assert (found.id, found.state, found.failures) == (first.id, "open", failures)
    assert found.first_message == first.message
    assert found.message != first.message
    assert found.group_key == first.group_key
    assert found.failed_at > first.created_at
    assert instance_state(house) == "incident"
    texts = [data["error"] for _kind, data in events(house, "job.failed")]
    assert len(set(texts)) == len(texts) == 7, "one before the incident, three for each repair"
    assert [data.get("failures") for _k, data in events(house, "incident.opened", "incident.reopened")] == [None, 2, 3]
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_an_error_of_another_cause_moves_to_that_group(house: Context, faulty: Faulty) -> None:
    first = incident(house)
    faulty.run = _raise(RuntimeError("the mail server has another fault"))  # type: ignore[method-assign]
    retry(house)
    let_them_run(house)
    assert incident(house).group_key != first.group_key


def _raise(error: Exception) -> Any:
    def run(_job: Any) -> None:
        raise error

    return run


def test_the_pauses_begin_anew_with_each_repair(house: Context, faulty: Faulty) -> None:
    for _ in range(3):
        retry(house)
        drain_jobs(house)
        with house.read() as connection:
            job = connection.execute(select(Job)).one()
        assert job.run_at - house.clock.now() == timedelta(seconds=2)
        let_them_run(house)


def test_two_people_who_try_the_same_again(house: Context, faulty: Faulty) -> None:
    retry(house)
    second = refused(house, "manager")
    assert second.code == "instance.incident_retrying"
    assert actor(house, "admin").display_name in second.text("en")
    faulty.mended = lambda turn: True
    drain_jobs(house)
    third = refused(house, "manager")
    assert third.code == "instance.incident_closed"
    assert "succeeded" in third.text("en")


def test_two_people_at_the_very_same_moment(house: Context, faulty: Faulty) -> None:
    seen: list[str] = []
    real = house.database.write

    def race(point: str, *more: object):  # type: ignore[no-untyped-def]
        if point == "retry_incident" and not seen:
            seen.append(point)
            retry(house, "manager")
        return real(point, *more)

    house.database.write = race  # type: ignore[method-assign]
    assert refused(house).code == "instance.incident_retrying"
    assert incident(house).retried_by == actor(house, "manager").user_id
    assert len(events(house, "job.retried")) == 1


def test_while_the_case_is_suspended(house: Context, faulty: Faulty) -> None:
    instance_id = incident(house).instance_id
    house.execute(SuspendInstance(actor=actor(house, "admin"), instance_id=instance_id, reason="holidays"))
    assert refused(house).code == "instance.suspended"
    assert states(house) == {"open": 1}
    house.execute(ResumeInstance(actor=actor(house, "admin"), instance_id=instance_id, reason="back"))
    assert instance_state(house) == "incident"
    retry(house)
    faulty.mended = lambda turn: True
    house.execute(SuspendInstance(actor=actor(house, "admin"), instance_id=instance_id, reason="again"))
    assert drain_jobs(house) == 0, "a job of a suspended case ran"
    assert states(house) == {"retrying": 1}
    house.execute(ResumeInstance(actor=actor(house, "admin"), instance_id=instance_id, reason="back"))
    assert instance_state(house) == "incident"
    drain_jobs(house)
    assert (states(house), instance_state(house)) == ({"resolved": 1}, "active")
    assert audit_house(house) == []
    assert rebuilt(house) == []


@pytest.mark.parametrize("trying", [False, True])
def test_what_was_cancelled_meanwhile(house: Context, faulty: Faulty, trying: bool) -> None:
    if trying:
        retry(house)
    cancel = CancelInstance(actor=actor(house, "admin"), instance_id=incident(house).instance_id, reason="withdrawn")
    house.execute(cancel)
    found = incident(house)
    assert (found.state, found.outcome) == ("obsolete", "cancelled")
    refusal = refused(house)
    assert refusal.code == "instance.incident_closed"
    assert "cancelled" in refusal.text("en")
    assert drain_jobs(house) == 0
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_a_worker_that_succeeds_while_its_result_cannot_be_kept(house: Context, faulty: Faulty) -> None:
    """Somebody is always faster at the same case: not recorded means not done, and the incident says so."""
    faulty.mended = lambda turn: True
    retry(house)
    real, left = house.database.write, [45]

    def write(point: str, *more: object):  # type: ignore[no-untyped-def]
        if point == "complete_job" and left[0]:
            left[0] -= 1
            _amend(house)
        return real(point, *more)

    house.database.write = write  # type: ignore[method-assign]
    let_them_run(house)
    found = incident(house)
    assert (left[0], found.state, found.failures) == (0, "open", 2)
    assert "at the same moment" in found.message
    assert events(house, "job.completed", "incident.resolved") == []
    retry(house)
    drain_jobs(house)
    assert states(house) == {"resolved": 1}
    assert len(events(house, "job.completed")) == 1
    assert audit_house(house) == []
    assert rebuilt(house) == []


def _amend(house: Context) -> None:
    with house.read() as connection:
        row = connection.execute(select(CaseFile.number, CaseFile.revision)).one()
    data = {"problem": {"description": f"Cracked {row.revision}"}}
    house.execute(AmendCase(actor=actor(house, "admin"), number=row.number, reason="busy", data=data))


def test_a_field_put_right_reaches_the_worker(house: Context, faulty: Faulty) -> None:
    """What a job is handed was worked out when it began; trying again hands over what the case says now."""
    with house.read() as connection:
        number = connection.execute(select(CaseFile.number)).scalar_one()
        assert connection.execute(select(Job.parameters)).scalar_one()["who"] == "ACME"
    data = {"customer": {"name": "ACME Europe"}}
    house.execute(AmendCase(actor=actor(house, "admin"), number=number, reason="misheard", data=data))
    retry(house)
    with house.read() as connection:
        assert connection.execute(select(Job.parameters)).scalar_one()["who"] == "ACME Europe"
    assert events(house, "job.retried")[0][1]["parameters"] is True
    faulty.mended = lambda turn: True
    drain_jobs(house)
    assert states(house) == {"resolved": 1}
    assert audit_house(house) == []
    assert rebuilt(house) == []


def test_the_traceback_stands_in_the_incident_and_nowhere_else(house: Context, faulty: Faulty) -> None:
    trace = incident(house).traceback
    assert "Traceback" in trace
    assert "faulty.py" in trace
    with house.read() as connection:
        told = str(connection.execute(select(HistoryPayload.data)).all())
    assert "Traceback" not in told


def test_a_case_that_has_other_work_goes_on(house: Context) -> None:
    """A parallel branch is worked on while the job stands; the incident stays what it is."""
    workshop.publish(house, workshop.PARALLEL)
    faulty = Faulty(house.topics)
    house.topics = faulty
    workshop.file(house)
    _complete(house, "receive")
    let_them_run(house, 8)
    assert (states(house), instance_state(house)) == ({"open": 1}, "incident")
    _complete(house, "record")
    assert (states(house), instance_state(house)) == ({"open": 1}, "incident")
    faulty.mended = lambda turn: True
    retry(house)
    drain_jobs(house)
    assert (states(house), instance_state(house)) == ({"resolved": 1}, "active")
    assert audit_house(house) == []
    assert rebuilt(house) == []


def _complete(house: Context, element_id: str) -> None:
    query = select(UserTask.id).where(UserTask.element_id == element_id, UserTask.state == "open")
    with house.read() as connection:
        task_id = connection.execute(query).scalar_one()
        # What the form would ask for is beside the point here.
    with house.database.write("test") as connection:
        connection.execute(update(UserTask).where(UserTask.id == task_id).values(form_key=None))
    house.execute(CompleteTask(actor=actor(house, "admin"), task_id=task_id, data={}))


def test_at_once_is_what_the_helper_says(house: Context) -> None:
    broken_house(house, 2, diagram=AT_ONCE)
    assert states(house) == {"open": 2}
