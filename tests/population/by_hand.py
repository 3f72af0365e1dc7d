"""Every complaint of the year as its history, its case file and the diagrams tell it: nothing that is kept beside them.

What managers are shown comes from tables that follow each case (`case_fact`, `case_return`, `step_record`); here the same
is worked out again, slowly and in another way, to be compared.
"""

import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lxml import etree
from sqlalchemy import Connection, select

from server.casework.context import Context
from server.persistence.models import (
    CaseFile,
    DefinitionVersion,
    HistoryEvent,
    HistoryPayload,
    ProcessApplication,
    ProcessInstance,
    UserTask,
)

FACTS = (
    *(
        "defect",
        "product",
        "part_no",
        "customer",
        "cause",
        "cause_side",
        "department",
        "level",
        "channel",
        "is_quality",
    ),
    *("satisfied", "site"),
)
_SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"


@dataclass(frozen=True)
class Event:
    at: datetime
    type: str
    element_id: str | None
    data: Mapping[str, Any]


@dataclass
class Step:
    """A wait: begun, and ended by being completed or not; `due_at` of a user task as it stands now."""

    kind: str
    process_id: str
    element_id: str
    begun_at: datetime
    due_at: datetime | None = None
    milestone: str | None = None
    ended_at: datetime | None = None
    completed: bool = False
    rate: float | None = None


@dataclass
class Case:
    number: str
    state: str
    facts: dict[str, str | None]
    received_at: datetime
    ended_at: datetime | None
    duplicate: bool
    follows: str | None
    money: float
    returns: list[tuple[str, str | None, str | None, str | None]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Diagrams:
    """One version, read from its files: `drawn_in` says which process a process or sub-process is drawn in."""

    loops: Mapping[str, str]
    rates: Mapping[str, float]
    rate: float | None
    columns: Mapping[str, str]
    items: Mapping[str, str]
    names: Mapping[tuple[str, str], str]
    drawn_in: Mapping[str, str]


def cases(context: Context) -> list[Case]:
    """All of them, by their numbers."""
    with context.read() as connection:
        versions = {
            row.id: _read(row.bundle) for row in connection.execute(select(DefinitionVersion)) if row.key == "complaint"
        }
        numbers = {row.number: row.id for row in connection.execute(select(DefinitionVersion))}
        current = connection.execute(
            select(ProcessApplication.current_version_id).where(ProcessApplication.key == "complaint")
        ).scalar_one()
        query = select(CaseFile, ProcessInstance.id.label("instance_id"), ProcessInstance.state).join(
            ProcessInstance, ProcessInstance.case_id == CaseFile.id
        )
        rows = connection.execute(query.order_by(CaseFile.number)).all()
        return [_case(connection, row, versions, numbers, versions[current]) for row in rows]


def _case(
    connection: Connection, row: Any, versions: Mapping[int, Diagrams], numbers: Mapping[int, int], current: Diagrams
) -> Case:
    events = _events(connection, row.instance_id)
    kinds = [event.type for event in events]
    ended = [event.at for event in events if event.type in ("instance.completed", "instance.cancelled")]
    filed = {change["pointer"]: change.get("after") for change in events[0].data["changes"]}
    received = filed["/intake/received_at"] if "/intake/received_at" in filed else filed["/intake"]["received_at"]
    money = [at(row.data, pointer) for pointer in current.items.values()]
    facts = {name: text(at(row.data, current.columns.get(name, "/"))) for name in FACTS}
    case = Case(
        number=row.number,
        state=row.state,
        facts=facts | {"site": row.site, "channel": events[0].data["channel"]},
        received_at=datetime.fromisoformat(received),
        ended_at=ended[-1] if ended else None,
        duplicate="case.merged" in kinds,
        follows=next((event.data["number"] for event in events if event.type == "case.follows"), None),
        money=sum(amount for amount in money if isinstance(amount, int | float)),
    )
    case.returns = list(_returns(events, versions, numbers))
    case.steps = _steps(connection, events, row.instance_id, versions, numbers)
    return case


def _events(connection: Connection, instance_id: str) -> list[Event]:
    query = (
        select(HistoryEvent.at, HistoryEvent.type, HistoryEvent.element_id, HistoryPayload.data)
        .join(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .where(HistoryEvent.instance_id == instance_id)
        .order_by(HistoryEvent.seq)
    )
    return [Event(*row) for row in connection.execute(query)]


def _versions(events: list[Event], numbers: Mapping[int, int]) -> Iterator[tuple[Event, int]]:
    """Each event with the version that the case ran in then."""
    here = 0
    for event in events:
        if event.type in ("instance.started", "instance.migrated"):
            here = numbers[event.data["version"]]
        yield event, here


def _returns(
    events: list[Event], versions: Mapping[int, Diagrams], numbers: Mapping[int, int]
) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    acts = ("task.completed", "task.sent_back", "job.completed", "job.error_thrown", "message.received", "timer.fired")
    acts += ("job.skipped", "instance.moved")
    told = list(_versions(events, numbers))
    for place, (event, version) in enumerate(told):
        if event.type == "task.sent_back":
            yield "sent_back", event.element_id, event.data["to"], None
        if event.type == "round.begun":
            led = next((each.element_id for each, _v in reversed(told[:place]) if each.type in acts), None)
            later = [each for each, _v in told[place:]]
            until = next((n for n, each in enumerate(later) if each.type in acts), len(later))
            opened = [str(each.element_id) for each in later[:until] if each.type == "task.created"]
            loop = event.data["loop"]
            yield "round", led, next((e for e in opened if versions[version].loops.get(e) == loop), None), loop


def _steps(
    connection: Connection,
    events: list[Event],
    instance_id: str,
    versions: Mapping[int, Diagrams],
    numbers: Mapping[int, int],
) -> list[Step]:
    tasks = {row.id: row for row in connection.execute(select(UserTask).where(UserTask.instance_id == instance_id))}
    finished = {event.data["task_id"] for event in events if event.type == "task.completed"}
    steps: list[Step] = []
    here: dict[tuple[str, str], tuple[Step, str | None]] = {}
    for event, version in _versions(events, numbers):
        changes = event.data.get("waits") or {}
        for line in changes.get("ended", ()):
            step, task_id = here.pop((line["task_id"], line["kind"]))
            step.ended_at = event.at
            step.completed = task_id in finished if step.kind == "user_task" else step.element_id in event.data["path"]
        for line in changes.get("moved", ()):
            step, _task = here[line["task_id"], line["kind"]]
            step.process_id = versions[version].drawn_in[line["process_id"]]
            step.element_id = line["element_id"]
        if event.type == "instance.migrated":
            for step, _task in here.values():
                step.rate = _rate(versions[version], step)
        for line in changes.get("begun", ()):
            row = tasks.get(line.get("id"))
            step = Step(line["kind"], "", line["element_id"], event.at)
            step.process_id = versions[version].drawn_in[line["process_id"]]
            step.rate = _rate(versions[version], step)
            if row is not None:
                step.due_at, step.milestone = row.due_at, row.milestone
            here[line["task_id"], line["kind"]] = step, line.get("id")
            steps.append(step)
    return steps


def _rate(diagrams: Diagrams, step: Step) -> float | None:
    own = diagrams.rates.get(step.element_id)
    return own if own is not None else diagrams.rate if step.kind == "user_task" else None


def _read(bundle: bytes) -> Diagrams:
    loops: dict[str, str] = {}
    rates: dict[str, float] = {}
    names: dict[tuple[str, str], str] = {}
    drawn_in: dict[str, str] = {}
    told: dict[str, Any] = {}
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        for name in packed.namelist():
            if name.endswith("application.toml"):
                told = tomllib.loads(packed.read(name).decode())
            if name.endswith(".bpmn"):
                for process in etree.fromstring(packed.read(name)).iterfind("{*}process"):
                    names[process.get("id", ""), ""] = process.get("name", "")
                    for around in process.iter("{*}process", "{*}subProcess"):
                        drawn_in[around.get("id", "")] = process.get("id", "")
                    for element in process.iter("{*}userTask", "{*}callActivity"):
                        names[process.get("id", ""), element.get("id", "")] = element.get("name", "")
                        for entry in element.iter(f"{_SPIFF}property"):
                            if entry.get("name") == "loop":
                                loops[element.get("id", "")] = entry.get("value", "")
                            if entry.get("name") == "costRate":
                                rates[element.get("id", "")] = float(entry.get("value", ""))
    costs = told.get("costs", {})
    columns = {key: column["pointer"] for key, column in told["columns"].items()}
    items = {key: item["pointer"] for key, item in costs.get("items", {}).items()}
    return Diagrams(loops, rates, costs.get("rate"), columns, items, names, drawn_in)


def at(data: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())[:200] or None if isinstance(value, str | int | float) else None


def day_of(moment: datetime, context: Context) -> date:
    return moment.astimezone(context.settings.zone).date()
