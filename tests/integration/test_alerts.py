"""Alerts open when something should be looked at, once, and end by themselves, telling how."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.choose_alerts import ChooseAlerts
from server.commands.file_complaint import FileComplaint
from server.domain.alert_limits import AlertLimits, alert_limits
from server.domain.rejection import Rejected
from server.persistence.models import (
    Alert,
    CaseFact,
    CaseFile,
    Incident,
    OutboxMail,
    ProcessInstance,
    StepRecord,
    UserTask,
)
from server.queries.alert_list import alert_list
from server.runner.alerts import AlertWatch
from tests.crowd import Crowd
from tests.house import actor, drain_jobs


def file(house: Context, **fields: object) -> str:
    given = {"customer": {"name": "ACME"}, "problem": {"description": "x"}} | fields
    number = house.execute(FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=given)).body["number"]
    drain_jobs(house)
    return str(number)


def first_due(house: Context) -> tuple[str, datetime]:
    """Id and due date of the open task that is due first."""
    query = select(UserTask.id, UserTask.due_at).where(UserTask.state == "open", UserTask.due_at.is_not(None))
    with house.read() as connection:
        row = connection.execute(query.order_by(UserTask.due_at)).first()
    assert row is not None
    return row.id, row.due_at


def alerts(house: Context, kind: str, state: str = "open") -> list[dict[str, object]]:
    found: list[dict[str, object]] = alert_list(house, actor(house, "gm"), language="en", kind=kind, state=state)[
        "items"
    ]
    return found


def test_a_promise_alerts_four_working_hours_before_it_breaks(house: Context, clock: ManualClock) -> None:
    number = file(house)
    _task, due = first_due(house)
    watch = AlertWatch(house)
    calendar = house.calendars.newest("HQ")
    for hours, expected in ((4.5, 0), (3.5, 1), (3.4, 0)):
        while calendar.hours_between(clock.now(), due) > hours:
            clock.advance(timedelta(minutes=5))
        before = len(alerts(house, "promise"))
        watch.look()
        assert len(alerts(house, "promise")) - before == expected, hours
    (alert,) = alerts(house, "promise")
    assert alert["case_number"] == number
    assert number in str(alert["text"])
    clock.advance(due - clock.now() + timedelta(minutes=1))
    watch.look()
    assert [one["outcome"] for one in alerts(house, "promise", "ended")] == ["broken"]


def test_a_promise_that_is_kept_ends_its_alert(house: Context, clock: ManualClock) -> None:
    crowd = Crowd(house, 1)
    number = crowd.file()
    task, due = first_due(house)
    watch = AlertWatch(house)
    clock.advance(due - clock.now() - timedelta(minutes=30))
    watch.look()
    assert [one["case_number"] for one in alerts(house, "promise")] == [number]
    crowd.complete(number, next(one for one in crowd.tasks(number) if one["id"] == task))
    watch.look()
    assert [one["outcome"] for one in alerts(house, "promise", "ended")] == ["kept"]


def test_an_incident_alerts_once_and_who_wants_it_gets_a_mail(house: Context) -> None:
    number = file(house)
    house.execute(ChooseAlerts(actor=actor(house, "gm"), kinds=("incident",)))
    with house.database.write("test") as connection:
        case = connection.execute(
            select(CaseFile.id, ProcessInstance.id.label("instance")).join(
                ProcessInstance, ProcessInstance.case_id == CaseFile.id
            )
        ).one()
        row = {"instance_id": case.instance, "case_id": case.id, "kind": "job", "message": "Traceback\nIt broke"}
        connection.execute(
            insert(Incident).values(**row, fingerprint="f", state="open", created_at=house.clock.now(), element_id="x")
        )
    watches = AlertWatch(house), AlertWatch(house)
    assert [watch.look() for watch in watches] == [1, 0]
    (alert,) = alerts(house, "incident")
    assert (alert["case_number"], alert["data"]) == (number, {"error": "It broke"})
    with house.read() as connection:
        mails = connection.execute(
            select(OutboxMail.recipient, OutboxMail.body).where(OutboxMail.idempotency_key.like("alert:%"))
        ).all()
    assert len(mails) == 1
    assert f"/complaints/{number}" in mails[0].body
    with house.database.write("test") as connection:
        connection.execute(update(Incident).values(state="resolved", ended_at=house.clock.now()))
    watches[0].look()
    assert [one["outcome"] for one in alerts(house, "incident", "ended")] == ["repaired"]


def test_the_third_of_the_same_defect_alerts_and_the_fourth_is_told_too(house: Context, clock: ManualClock) -> None:
    watch = AlertWatch(house)
    told = []
    for _ in range(4):
        file(house, product={"part_no": "P-1"})
        with house.database.write("test") as connection:
            connection.execute(update(CaseFact).values(defect="飞边"))
        clock.advance(timedelta(hours=1))
        watch.look()
        told.append([(one["data"]["count"], len(one["data"]["numbers"])) for one in alerts(house, "repeated_defect")])  # type: ignore[index, arg-type]
    assert told == [[], [], [(3, 3)], [(4, 4)]]
    clock.advance(timedelta(days=91))
    watch.look()
    assert alerts(house, "repeated_defect") == []


def test_a_step_alerts_when_its_median_is_beyond_what_is_promised(house: Context, clock: ManualClock) -> None:
    """Five completed steps of eight promised working hours; three of them took nine."""
    hour = 3600
    file(house)
    with house.database.write("test") as connection:
        one = connection.execute(select(StepRecord).where(StepRecord.kind == "user_task")).first()
        assert one is not None
        values = {name: value for name, value in one._mapping.items() if name != "id"}
        begun = clock.now()
        due = house.calendars.newest("HQ").add_hours(begun, 8)
        for worked in (4, 7, 9, 9):
            ended = {"worked": worked * hour, "ended_at": clock.now(), "outcome": "completed", "due_at": due}
            connection.execute(insert(StepRecord).values(**values | ended))
        for _ in range(9):
            broken = {
                "worked": hour,
                "ended_at": clock.now(),
                "outcome": "completed",
                "due_at": begun - timedelta(days=1),
            }
            connection.execute(insert(StepRecord).values(**values | broken))
    watch = AlertWatch(house)
    watch.look()
    assert alerts(house, "slow_step") == [], "four are too few, and a promise broken before is no promise of the step"
    with house.database.write("test") as connection:
        ended = {"worked": 9 * hour, "ended_at": clock.now(), "outcome": "completed", "due_at": due}
        connection.execute(insert(StepRecord).values(**values | ended))
    clock.advance(timedelta(hours=1))
    watch.look()
    (alert,) = alerts(house, "slow_step")
    data = alert["data"]
    assert data == {"took": 9 * hour, "target": 8 * hour, "count": 5, "days": 28}
    clock.advance(timedelta(days=29))
    watch.look()
    assert alerts(house, "slow_step") == []


def test_only_managers_see_alerts_and_of_their_sites(house: Context) -> None:
    with pytest.raises(Rejected) as refused:
        alert_list(house, actor(house, "sales1"), language="en")
    assert refused.value.code == "forbidden.permission"
    with house.database.write("test") as connection:
        row = {"kind": "slow_step", "mark": "x", "application": "complaint", "site": "HQ", "data": {"took": 1, "target": 0, "count": 5, "days": 28}}  # fmt: skip
        connection.execute(insert(Alert).values(**row, opened_at=house.clock.now()))
    assert len(alerts(house, "slow_step")) == 1
    with pytest.raises(Rejected) as refused:
        house.execute(ChooseAlerts(actor=actor(house, "gm"), kinds=("weather",)))
    assert refused.value.code == "malformed.kind"


def test_the_limits_are_the_applications() -> None:
    assert alert_limits({}) == AlertLimits(4, 28, 5, 3, 90)
    assert alert_limits({"alerts": {"repeats": 2}}).repeats == 2
    for wrong in ({"alerts": 3}, {"alerts": {"repeat": 2}}, {"alerts": {"repeats": 0}}, {"alerts": {"repeats": True}}):
        with pytest.raises(Rejected) as refused:
            alert_limits(wrong)
        assert refused.value.code == "bundle.application"
