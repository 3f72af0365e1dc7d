"""What must hold in the database whatever was killed and when; each breach is one sentence.

It begins with `lost:` for what was acknowledged or recorded and is gone, with `doubled:` for what was recorded twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from server.app import build_context
from server.casework.context import Context
from server.domain.history import verify
from server.domain.working_time import functions
from server.engine import Environment
from server.engine import ProcessInstance as Engine
from server.persistence.models import (
    Attachment,
    CaseFile,
    CommandRecord,
    HistoryEvent,
    HistoryPayload,
    Incident,
    Job,
    MessageSubscription,
    NoticeDigest,
    OutboxMail,
    ProcessInstance,
    Timer,
    UserTask,
)
from server.persistence.models import Counter as Numbers
from server.settings import Settings
from tests.durability.audit_requests import audit_requests
from tests.durability.audit_steps import audit_steps
from tests.durability.fact_audit import audit_facts
from tests.durability.processes import SECRET
from tests.house import database_url

ENDED = ("completed", "cancelled")


def open_house(folder: Path) -> Context:
    """The folder as one more process would open it; close its database afterwards."""
    return build_context(Settings(data_dir=folder, database_url=database_url(folder), secret_key=SECRET, workers=()))


def audit(folder: Path, acknowledged: Mapping[str, tuple[int, Any]] | None = None) -> list[str]:
    """Every breach found; `acknowledged` are answers by command id that a client got."""
    context = open_house(folder)
    try:
        return audit_house(context, acknowledged)
    finally:
        context.database.close()


def audit_house(context: Context, acknowledged: Mapping[str, tuple[int, Any]] | None = None) -> list[str]:
    """As `audit`, for a house that is open already; nobody should be writing meanwhile."""
    with context.read() as connection:
        found = [*_database(connection), *_numbers(connection), *_mails(connection), *_files(context, connection)]
        for row in connection.execute(select(ProcessInstance)).all():
            found += [f"{row.id}: {breach}" for breach in _instance(context, connection, row)]
        found += _answers(connection, acknowledged or {})
        found += audit_facts(context, connection)
    return found


def _database(connection: Connection) -> Iterator[str]:
    if connection.dialect.name != "sqlite":
        return
    verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    if verdict != "ok":
        yield f"integrity check: {verdict}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"a row refers to nothing: {tuple(row)}"


def _numbers(connection: Connection) -> Iterator[str]:
    numbers = list(connection.execute(select(CaseFile.number).order_by(CaseFile.id)).scalars())
    expected: list[str] = []
    for site, year, value in connection.execute(select(Numbers.site, Numbers.year, Numbers.value)):
        mine = sorted(number for number in numbers if number.startswith(f"{site}-") and str(year) in number)
        counted = [int(number.rpartition("-")[2]) for number in mine]
        if counted != list(range(1, value + 1)):
            yield f"lost: numbers of {site} {year} up to {value}: {counted}"
        expected += mine
    if sorted(numbers) != sorted(expected):
        yield f"numbers no counter gave: {set(numbers) - set(expected)}"


def mails_of_cases(connection: Connection) -> list[str]:
    """Their keys, without the overviews of a day: whether those are sent depends on the hour at which a test runs."""
    return list(connection.execute(select(OutboxMail.idempotency_key).where(OutboxMail.case_id.is_not(None))).scalars())


def _mails(connection: Connection) -> Iterator[str]:
    done = set(connection.execute(select(Job.id).where(Job.state == "done")).scalars())
    keys = Counter(connection.execute(select(OutboxMail.idempotency_key)).scalars())
    for key, times in keys.items():
        if times != 1:
            yield f"doubled: mail {key} stands {times} times in the outbox"
    of_cases = mails_of_cases(connection)
    for key in of_cases:
        # Reminders and calls for the next in charge come from the clock or from a person, not from a job.
        if key.partition(":")[0] not in {*done, "notice"}:
            yield f"mail {key} is of no job that is done"
    queued = connection.execute(select(NoticeDigest.user_id, NoticeDigest.day).where(NoticeDigest.outcome == "queued"))
    overviews = {f"digest:{user_id}:{day}" for user_id, day in queued}
    for key in sorted(overviews ^ (keys.keys() - set(of_cases))):
        yield (
            f"lost: overview {key} was noted and not mailed" if key in overviews else f"mail {key} is of nothing noted"
        )


def _files(context: Context, connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(Attachment)):
        path = context.files.path(row.sha256)
        if not path.is_file() or path.stat().st_size != row.size:
            yield f"the bytes of file {row.name} are not there"


def _instance(context: Context, connection: Connection, row: Any) -> Iterator[str]:
    events = _events(connection, row.id)
    yield from (breach.text("en") for breach in verify(events))
    if (row.history_seq, row.history_hash) != (len(events), events[-1]["hash"] if events else ""):
        yield "the head of the history is not its last event"
    yield from _tasks(connection, row, events)
    yield from _jobs(connection, row, events)
    yield from _waits(context, connection, row)
    yield from audit_steps(context, connection, row)
    yield from audit_requests(connection, row, events)
    ends = sum(event["type"] in ("instance.completed", "instance.cancelled") for event in events)
    if ends != (row.state in ENDED):
        yield f"{ends} ends in the history of an instance that is {row.state}"


def _events(connection: Connection, instance_id: str) -> list[dict[str, Any]]:
    query = (
        select(HistoryEvent, HistoryPayload.salt, HistoryPayload.data)
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .where(HistoryEvent.instance_id == instance_id)
        .order_by(HistoryEvent.seq)
    )
    return [dict(event) for event in connection.execute(query).mappings()]


def _tasks(connection: Connection, row: Any, events: list[dict[str, Any]]) -> Iterator[str]:
    query = select(UserTask.id, UserTask.state).where(UserTask.instance_id == row.id)
    states: dict[str, str] = dict(connection.execute(query).all())
    told = Counter(event["data"]["task_id"] for event in events if event["type"] == "task.completed")
    created = Counter(event["data"]["task_id"] for event in events if event["type"] == "task.created")
    yield from _compare("completion of task", told, [task for task, state in states.items() if state == "completed"])
    yield from _compare("creation of task", created, states)


def _jobs(connection: Connection, row: Any, events: list[dict[str, Any]]) -> Iterator[str]:
    states: dict[str, str] = dict(connection.execute(select(Job.id, Job.state).where(Job.instance_id == row.id)).all())
    told = Counter(event["data"]["job_id"] for event in events if event["type"] == "job.completed")
    yield from _compare("completion of job", told, [job for job, state in states.items() if state == "done"])
    if row.state in ENDED and set(states.values()) & {"ready", "locked", "incident"}:
        yield f"the instance has ended, its jobs have not: {states}"
    held = select(Incident.job_id).where(Incident.instance_id == row.id, Incident.state == "open")
    incidents = sorted(job for job in connection.execute(held).scalars() if job)
    if incidents != sorted(job for job, state in states.items() if state == "incident"):
        yield f"open incidents for jobs {incidents}, jobs {states}"


def _compare(what: str, told: Mapping[str, int], rows: Iterable[str]) -> Iterator[str]:
    """The history tells of each row once and of no other."""
    known = set(rows)
    for key in sorted(known | set(told)):
        times = told.get(key, 0)
        if times > (key in known):
            yield f"doubled: {what} {key} stands {times} times in the history"
        elif times < (key in known):
            yield f"lost: {what} {key} is not in the history"


def _waits(context: Context, connection: Connection, row: Any) -> Iterator[str]:
    """The engine's waits, their mirror in the instance and the rows of the four tables say the same."""
    mirror = Counter((line["kind"], line["element_id"]) for line in row.waits)
    engine = Counter((wait.kind, wait.element_id) for wait in _engine(context, connection, row).waits())
    if row.state not in ENDED and engine != mirror:
        yield f"the engine waits for {engine}, its mirror says {mirror}"
    open_rows: Counter[tuple[str, str]] = Counter()
    for kind, table, states in (
        ("user_task", UserTask, ("open",)),
        ("job", Job, ("ready", "locked", "incident")),
        ("timer", Timer, None),
        ("message", MessageSubscription, None),
    ):
        query = select(table.element_id, func.count()).where(table.instance_id == row.id).group_by(table.element_id)
        if states:
            query = query.where(table.state.in_(states))
        if table is Timer:
            query = query.where(Timer.kind == "event")  # the others belong to a user task
        open_rows.update({(kind, element_id): count for element_id, count in connection.execute(query)})
    if open_rows != Counter({key: count for key, count in mirror.items() if key[0] != "call"}):
        yield f"rows wait for {open_rows}, the instance for {mirror}"
    yield from _promises(connection, row)


def _promises(connection: Connection, row: Any) -> Iterator[str]:
    """Each reminder and each rung of a task waits once."""
    query = select(Timer.kind, Timer.rung, Timer.user_task_id).where(
        Timer.kind != "event", Timer.instance_id == row.id, Timer.state == "waiting"
    )
    rows = connection.execute(query).all()
    for timer, times in Counter((each.kind, each.rung, each.user_task_id) for each in rows).items():
        if times > 1:
            yield f"doubled: {timer} waits {times} times"


def _engine(context: Context, connection: Connection, row: Any) -> Engine:
    version = context.library.version(row.version_id)
    case = connection.execute(select(CaseFile.data, CaseFile.site).where(CaseFile.id == row.case_id)).one()
    calendar = context.calendars.newest(case.site)
    names = Environment(context.clock, functions(calendar, context.clock), version.known_names)
    return Engine.load(version.definition, row.engine_state, case.data, names)


def _answers(connection: Connection, acknowledged: Mapping[str, tuple[int, Any]]) -> Iterator[str]:
    kept = {
        row.command_id: (row.status, row.answer)
        for row in connection.execute(select(CommandRecord.command_id, CommandRecord.status, CommandRecord.answer))
    }
    for command_id, answer in acknowledged.items():
        if kept.get(command_id) != answer:
            yield f"lost: command {command_id} was answered {answer}, the record says {kept.get(command_id)}"
