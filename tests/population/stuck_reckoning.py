"""Where complaints are stuck, worked out from histories, diagrams and calendars alone: no record, no sum, no query of ours.

Steps are told by the waits in `instance.advanced`, promises by `task.created` and `task.due_moved`, the case file by the
changes in every event, who holds a task by claims and transfers. Diagrams are read as XML.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from lxml import etree
from sqlalchemy import select

from server.casework.context import Context
from server.domain.case_changes import fold
from server.domain.working_time import WorkCalendar
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, ProcessInstance, UserAccount

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"


class Drawn:
    """What the diagrams of a bundle say of their elements."""

    def __init__(self, bundle: Mapping[str, bytes]):
        self.declared = tomllib.loads(bundle["application.toml"].decode())
        self.main: str = self.declared["process_id"]
        self.process: dict[str, str] = {}
        self.calls: dict[str, str] = {}
        self.listening: set[str] = set()
        self.rates: dict[str, float] = {}
        for name, data in bundle.items():
            if name.endswith(".bpmn"):
                for process in etree.fromstring(data).iter(f"{BPMN}process"):
                    self._read(process)

    def _read(self, process: etree._Element) -> None:
        for node in process.iter():
            if not isinstance(node.tag, str) or node.get("id") is None:
                continue
            self.process[node.get("id")] = process.get("id")
            if node.tag == f"{BPMN}callActivity":
                self.calls[node.get("id")] = node.get("calledElement")
            if node.tag in (f"{BPMN}boundaryEvent", f"{BPMN}startEvent"):
                self.listening.add(node.get("id"))
            for each in node.iterfind(f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property"):
                if each.get("name") == "costRate":
                    self.rates[node.get("id")] = float(each.get("value"))

    def rate(self, kind: str, element: str) -> float | None:
        """What an hour costs: the element's own rate, else the application's for people."""
        costs = self.declared.get("costs", {})
        return self.rates.get(element, costs.get("rate") if kind == "user_task" else None)


@dataclass
class Step:
    """One wait from its beginning to its end, as its history tells it."""

    number: str
    kind: str
    element: str
    process: str
    path: str
    begun: datetime
    ended: datetime | None = None
    due: datetime | None = None
    group: str | None = None
    assignee: str | None = None
    claimed: str | None = None
    by: str | None = None
    stands: bool = False
    case: "Case | None" = None


@dataclass
class Case:
    """What filters look at, and the money."""

    number: str
    site: str
    data: dict[str, Any]
    is_open: bool
    steps: list[Step] = field(default_factory=list)
    money: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    """By the item's key: amount, and when it was entered or changed last."""

    def at(self, pointer: str) -> Any:
        value: Any = self.data
        for part in pointer.strip("/").split("/"):
            value = value.get(part) if isinstance(value, dict) else None
        return value


def read(context: Context) -> tuple[Drawn, list[Case]]:
    """Every complaint of a house whose complaints all run in the version in force."""
    version = context.library.current("complaint")
    drawn = Drawn(dict(version.bundle.items()))
    same = (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq)
    events = (
        select(HistoryEvent.instance_id, HistoryEvent.at, HistoryEvent.type, HistoryEvent.actor_id, HistoryPayload.data)
        .join(HistoryPayload, same)
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    with context.read() as connection:
        people = {row.id: row.username for row in connection.execute(select(UserAccount))}
        told: dict[str, list[Any]] = defaultdict(list)
        for row in connection.execute(events):
            told[row.instance_id].append(row)
        found = connection.execute(
            select(ProcessInstance.id, CaseFile.number, CaseFile.site).join(
                CaseFile, CaseFile.id == ProcessInstance.case_id
            )
        ).all()
    return drawn, [_case(drawn, row, told[row.id], people) for row in found]


def _case(drawn: Drawn, row: Any, events: Iterable[Any], people: Mapping[int, str]) -> Case:
    case = Case(row.number, row.site, {}, True)
    waits: dict[tuple[str, str], Step] = {}
    tasks: dict[str, Step] = {}
    promised: dict[str, dict[str, Any]] = {}
    for event in events:
        data = event.data or {}
        if changes := data.get("changes"):
            case.data = fold(changes, case.data)
            _follow_money(drawn, case, changes, event.at)
        if event.type == "instance.advanced":
            _follow_waits(drawn, case, waits, tasks, data.get("waits") or {}, event.at)
        elif event.type == "task.created":
            promised[data["task_id"]] = data
        elif event.type in ("instance.completed", "instance.cancelled"):
            case.is_open = False
        elif event.type == "task.due_moved":
            tasks[data["task_id"]].due = _moment(data.get("due_at"))
        elif event.type == "task.completed":
            tasks[data["task_id"]].by = people.get(event.actor_id)
        elif event.type == "task.claimed":
            tasks[data["task_id"]].claimed = people.get(event.actor_id)
        elif event.type == "task.unclaimed":
            tasks[data["task_id"]].claimed = None
        elif event.type == "task.transferred":
            tasks[data["task_id"]].assignee, tasks[data["task_id"]].claimed = data.get("to"), None
        if event.type == "task.created" and data["task_id"] in tasks:
            step = tasks[data["task_id"]]
            step.group, step.assignee, step.due = data.get("group"), data.get("assignee"), _moment(data.get("due_at"))
    return case


def _follow_waits(
    drawn: Drawn,
    case: Case,
    waits: dict[tuple[str, str], Step],
    tasks: dict[str, Step],
    changes: Mapping[str, Any],
    at: datetime,
) -> None:
    for line in changes.get("ended", ()):
        waits.pop((line["task_id"], line["kind"])).ended = at
    for line in changes.get("begun", ()):
        process = drawn.process[line["element_id"]]
        step = Step(case.number, line["kind"], line["element_id"], process, "", at, case=case)
        waits[line["task_id"], line["kind"]] = step
        case.steps.append(step)
        if "id" in line and line["kind"] == "user_task":
            tasks[line["id"]] = step
    calls = {drawn.calls[step.element]: step.element for step in waits.values() if step.kind == "call"}
    for step in waits.values():
        if step.begun == at and not step.path:
            step.path = _path(drawn, calls, step.process)
    places = [step for step in waits.values() if step.kind != "call" and step.element not in drawn.listening]
    firm = [step for step in places if step.kind != "message"]
    for step in waits.values():
        step.stands = any(step is each for each in firm or places)


def _path(drawn: Drawn, calls: Mapping[str, str], process: str) -> str:
    way: list[str] = []
    while process != drawn.main and process in calls:
        way.insert(0, calls[process])
        process = drawn.process[calls[process]]
    return "/".join(way)


def _follow_money(drawn: Drawn, case: Case, changes: Iterable[Mapping[str, Any]], at: datetime) -> None:
    touched = [change["pointer"] for change in changes]
    for key, item in drawn.declared.get("costs", {}).get("items", {}).items():
        pointer = item["pointer"]
        if any(f"{pointer}/".startswith(f"{each}/") or each.startswith(f"{pointer}/") for each in touched):
            amount = case.at(pointer)
            case.money.pop(key, None)
            if isinstance(amount, int | float):
                case.money[key] = (float(amount), at)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass
class Sum:
    """What a page must say of one place."""

    cases: set[str] = field(default_factory=set)
    steps: int = 0
    waiting: int = 0
    longest: int = 0
    late: int = 0
    soon: int = 0
    cost: float = 0.0


class Reckoning:
    """Figures of a choice of steps, at `now`, by the one calendar of the one site."""

    def __init__(self, context: Context, now: datetime):
        self.drawn, self.cases = read(context)
        self.calendar = context.calendars.newest(context.settings.site)
        self.now = now
        self._worked: dict[tuple[datetime, datetime], int] = {}
        self.soon = self.calendar.add_hours(now, 8)

    def worked(self, step: Step) -> int:
        """Working seconds, moments cut to the second."""
        key = step.begun.replace(microsecond=0), (step.ended or self.now).replace(microsecond=0)
        if key not in self._worked:
            self._worked[key] = round(self.calendar.hours_between(*key) * 3600)
        return self._worked[key]

    def chosen(self, asked: Mapping[str, str]) -> list[Step]:
        period = bool(asked.get("from") or asked.get("to"))
        return [step for case in self.cases for step in case.steps if self._fits(step, asked, period)]

    def _fits(self, step: Step, asked: Mapping[str, str], period: bool) -> bool:
        if not step.stands or (step.ended is not None) != period or not self._case_fits(step.case, asked):
            return False
        if period and not within(self.calendar, step.ended, asked):
            return False
        if asked.get("group") and step.group != asked["group"]:
            return False
        holder = step.by if period else step.claimed or step.assignee
        return not asked.get("person") or (step.kind == "user_task" and holder == asked["person"])

    def _case_fits(self, case: Case | None, asked: Mapping[str, str]) -> bool:
        assert case is not None
        columns = self.drawn.declared["columns"]
        for name, column in (("customer", "customer"), ("part", "part_no"), ("level", "level")):
            value = case.at(columns[column]["pointer"])
            told = " ".join(str(value).split()) if name == "customer" else value
            if asked.get(name) and (value is None or str(told) != asked[name]):
                return False
        return not asked.get("site") or case.site == asked["site"]

    def places(self, asked: Mapping[str, str]) -> dict[tuple[str, str], Sum]:
        """By (path of call activities, element)."""
        found: dict[tuple[str, str], Sum] = defaultdict(Sum)
        for step in self.chosen(asked):
            place, worked = found[step.path, step.element], self.worked(step)
            place.cases.add(step.number)
            place.steps += 1
            place.waiting += worked
            place.longest = max(place.longest, worked)
            until = step.ended or self.now
            late = step.due is not None and step.due < until
            place.late += late
            place.soon += step.ended is None and step.due is not None and not late and step.due <= self.soon
            place.cost += worked / 3600 * (self.drawn.rate(step.kind, step.element) or 0)
        for place_key, amount in self._money(asked):
            found[place_key].cost += amount
        return dict(found)

    def _money(self, asked: Mapping[str, str]) -> Iterable[tuple[tuple[str, str], float]]:
        items = self.drawn.declared["costs"]["items"]
        for case in self.cases:
            for key, (amount, at) in case.money.items():
                step = items[key]["step"]
                period = asked.get("from") or asked.get("to")
                counts = within(self.calendar, at, asked) if period else case.is_open
                if counts and not asked.get("person") and self._case_fits(case, asked) and self._of_group(step, asked):
                    caller = next((call for call, called in self.drawn.calls.items()
                                   if called == self.drawn.process[step]), "")  # fmt: skip
                    yield (caller, step), amount

    def _of_group(self, element: str, asked: Mapping[str, str]) -> bool:
        group = next((step.group for case in self.cases for step in case.steps if step.element == element), None)
        return not asked.get("group") or group == asked["group"]

    def drawing(self, asked: Mapping[str, str], inside: str) -> dict[str, Sum]:
        """What the drawing `inside` shows: its own places, and call activities with all that is inside."""
        found: dict[str, Sum] = {}
        for (path, element), one in self.places(asked).items():
            if path == inside:
                name = element
            elif path.startswith(f"{inside}/") if inside else path:
                name = path[len(inside) :].strip("/").split("/")[0]
            else:
                continue
            whole = found.setdefault(name, Sum())
            whole.cases |= {f"{element}:{number}" for number in one.cases}
            whole.longest = max(whole.longest, one.longest)
            for each in ("steps", "waiting", "late", "soon", "cost"):
                setattr(whole, each, getattr(whole, each) + getattr(one, each))
        return found


def within(calendar: WorkCalendar, at: datetime | None, asked: Mapping[str, str]) -> bool:
    """Whether a moment is on one of the days asked for, as the site counts days."""
    assert at is not None
    if asked.get("from") and at < _midnight(calendar, date.fromisoformat(asked["from"])):
        return False
    return not asked.get("to") or at < _midnight(calendar, date.fromisoformat(asked["to"]) + timedelta(days=1))


def _midnight(calendar: WorkCalendar, day: date) -> datetime:
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)
