"""A small application with deadlines, and what the tests of deadlines ask of a house.

All in Shanghai, where a working day is 08:30 to 12:00 and 13:00 to 17:30; complaints are filed on Monday 2 March 2026
at 09:00.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.clock import ManualClock
from server.commands.file_complaint import FileComplaint
from server.commands.publish_version import PublishVersion
from server.domain.bundle import Bundle, bundled_root
from server.persistence.models import (
    CaseFile,
    HistoryEvent,
    HistoryPayload,
    OutboxMail,
    ProcessInstance,
    Timer,
    UserTask,
)
from server.runner.ticks import Ticks
from tests.bpmn_builder import decision_table, document, end, lanes, parallel, process, start, user
from tests.house import actor

SHANGHAI = ZoneInfo("Asia/Shanghai")

TABLE = decision_table(
    "deadlines",
    ["step", "customer.name"],
    ["amount", "unit", "start", "remind", "escalate", "source"],
    [
        (['"receive"', '"Northfield"'], ["4", '"working_hours"', '"task"', "1", "[0]", '"Northfield"']),
        (['"receive"', ""], ["8", '"working_hours"', '"task"', "4", "[0, 8, 16, 24]", '"S13"']),
        (['"team"', ""], ["16", '"working_hours"', '"received"', "", "[0, 8]", '"S4"']),
    ],
    hit_policy="FIRST",
)
DIAGRAM = document(
    process(
        "complaint",
        start(),
        parallel("both"),
        user("receive", {"formKey": "receive"}),
        user("team", {"formKey": "team"}),
        user("record", {"formKey": "record", "dueDate": "working_hours(2)"}),
        parallel("together"),
        end(),
        flows=[
            "start > both",
            "both > receive",
            "both > team",
            "both > record",
            "receive > together",
            "team > together",
            "record > together",
            "together > end",
        ],
        lanes=lanes(sales=["receive", "record"], quality=["team"]),
    )
)


def publish(house: Context, table: bytes = TABLE) -> None:
    """New complaints take the small process."""
    bundled = Bundle.from_folder(bundled_root(), "complaint")
    kept = [name for name in bundled if not name.endswith((".bpmn", ".dmn")) and not name.startswith("tests/")]
    files = {name: bundled[name] for name in kept}
    bundle = Bundle(files | {"complaint.bpmn": DIAGRAM, "deadlines.dmn": table})
    house.execute(PublishVersion(actor=SYSTEM, bundle=bundle.to_zip(), note="for a test"))


def file(house: Context, customer: str = "ACME", received_at: datetime | None = None) -> str:
    """The new complaint's number."""
    fields = {"customer": {"name": customer}, "problem": {"description": "Cracked housing"}}
    filing = FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields, received_at=received_at)
    return str(house.execute(filing).body["number"])


def at(text: str) -> datetime:
    """A moment of March 2026 in Shanghai: `3 09:00`."""
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def go_to(house: Context, text: str) -> None:
    clock = house.clock
    assert isinstance(clock, ManualClock)
    clock.advance(at(text) - clock.now())


def tick(house: Context) -> None:
    ticks = Ticks(house)
    ticks.recount_deadlines()
    ticks.fire_timers()


def wait_until(house: Context, text: str) -> None:
    """Let the time come, hour by hour, with a tick each; a tick at the very moment and one right after it."""
    while house.clock.now() < at(text):
        step = min(timedelta(hours=1), at(text) - house.clock.now())
        house.clock.advance(step)  # type: ignore[attr-defined]
        tick(house)
    tick(house)


def task(house: Context, number: str, element_id: str) -> Any:
    """The newest task of that step."""
    query = (
        select(UserTask)
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .where(CaseFile.number == number, UserTask.element_id == element_id)
        .order_by(UserTask.created_at.desc())
    )
    with house.read() as connection:
        return connection.execute(query).first()


def timers(house: Context, number: str, element_id: str, state: str = "waiting") -> list[tuple[str, int | None, str]]:
    """(kind, rung, moment in Shanghai as `3 09:00`) of a task's rows."""
    query = (
        select(Timer.kind, Timer.rung, Timer.due_at)
        .where(Timer.user_task_id == task(house, number, element_id).id, Timer.state == state)
        .order_by(Timer.due_at, Timer.rung)
    )
    with house.read() as connection:
        return [(row.kind, row.rung, local(row.due_at)) for row in connection.execute(query)]


def local(moment: datetime | None) -> str | None:
    return moment.astimezone(SHANGHAI).strftime("%-d %H:%M") if moment else None


def events(house: Context, number: str, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
    """(local time, data) of the events of these kinds, in order."""
    query = (
        select(HistoryEvent.at, HistoryPayload.data)
        .join(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(CaseFile.number == number, HistoryEvent.type.in_(kinds))
        .order_by(HistoryEvent.seq)
    )
    with house.read() as connection:
        return [(str(local(row.at)), row.data) for row in connection.execute(query)]


def instance_of(house: Context, number: str) -> str:
    query = select(ProcessInstance.id).join(CaseFile, CaseFile.id == ProcessInstance.case_id)
    with house.read() as connection:
        return str(connection.execute(query.where(CaseFile.number == number)).scalar_one())


def mails(house: Context) -> list[tuple[str, str]]:
    with house.read() as connection:
        rows = connection.execute(select(OutboxMail.recipient, OutboxMail.subject).order_by(OutboxMail.id))
        return [(row.recipient, row.subject) for row in rows]
