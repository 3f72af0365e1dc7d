"""Why does one complaint wait: on what, how long, whose is it, and what promise breaks next?"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.shapes import TASK_COLUMNS, Assignee, Claimer
from server.domain.deadline_terms import Reason
from server.domain.durations import clock_time
from server.domain.history import EventType
from server.domain.why_waiting import Awaited, Standing, why_waiting
from server.domain.working_time import WorkCalendar
from server.persistence.models import (
    CaseFile,
    ClockPause,
    Group,
    HistoryEvent,
    HistoryPayload,
    Incident,
    Job,
    TaskRequest,
    UserAccount,
    UserTask,
)

WAITS_FOR = "waitsFor"
"""The property of a user task that says what of the outside it waits for, a line for each language."""

_ENDED = ("completed", "cancelled")


def waits_for(context: Context, connection: Connection, row: Row[Any], language: str) -> str:
    """The sentence about a case that the reader may see.

    `row` has case_id, instance_id, site, version_id, state, state_reason, waits, received_at, ended_at, end_event.
    """
    return why_waiting(_Facts(context, connection, row, language).standing(), language)


class _Facts:
    def __init__(self, context: Context, connection: Connection, row: Row[Any], language: str):
        self.connection, self.row, self.language = connection, row, language
        self.version: PublishedVersion = context.library.version(row.version_id)
        self.now = context.clock.now()
        self._newest: Callable[[], WorkCalendar] = lambda: context.calendars.newest(row.site)
        self._zone = context.settings.zone
        self._moves: dict[str, int] | None = None
        self._asked: Mapping[str, list[dict[str, str]]] = {}

    def standing(self) -> Standing:
        if self.row.state in _ENDED:
            return self._ended()
        pauses = self._pauses()
        here = tuple(self._places())
        if self.row.state == "suspended":
            began = next((one.started_at for one in pauses if one.kind == "suspended"), self.now)
            return Standing(
                state="suspended",
                since=self._shown(began),
                elapsed=(self.now - began).total_seconds(),
                reason=self.row.state_reason or "",
                places=here,
            )
        pause = None
        if pauses:
            why = Reason(pauses[0].kind, pauses[0].text).text(self.language)
            pause = {"since": self._shown(pauses[0].started_at), "why": why}
        return Standing(state=self.row.state, pause=pause, places=here)

    def _shown(self, at: datetime) -> str:
        return clock_time(at, self._zone)

    def _since(self, at: datetime) -> float:
        return max((self.now - at).total_seconds(), 0.0)

    def _pauses(self) -> list[Row[Any]]:
        query = (
            select(ClockPause.kind, ClockPause.text, ClockPause.started_at)
            .where(ClockPause.case_id == self.row.case_id, ClockPause.ended_at.is_(None))
            .order_by(ClockPause.started_at, ClockPause.id)
        )
        return list(self.connection.execute(query))

    # What is over

    def _ended(self) -> Standing:
        row = self.row
        query = select(UserTask.milestone, UserTask.name, UserTask.due_at, UserTask.ended_at).where(
            UserTask.case_id == row.case_id, UserTask.state == "completed", UserTask.due_at.is_not(None)
        )
        promised = list(self.connection.execute(query.order_by(UserTask.ended_at, UserTask.id)))
        late = (each.milestone or each.name for each in promised if each.ended_at > each.due_at)
        end = self.version.definition.find(row.end_event) if row.end_event else None
        return Standing(
            state=row.state,
            since=self._shown(row.ended_at),
            elapsed=max((row.ended_at - row.received_at).total_seconds(), 0.0),
            reason=row.state_reason or "",
            end=end.name if end is not None else "",
            promises=len(promised),
            late=tuple(late),
        )

    # What is waited for

    def _places(self) -> Iterator[Awaited]:
        """One of every wait that holds the case up; a called process and what sits on a step's border do not."""
        lines = [line for line in self.row.waits if line["kind"] != "call"]
        borders = {(line["task_id"], line["kind"]): self._border_of(line) for line in lines}
        outside = {border for (_id, kind), border in borders.items() if border and kind == "message"}
        tasks, jobs = self._tasks(lines), self._jobs(lines)
        self._asked = self._requests([key for key, row in tasks.items() if row.requests])
        incidents = self._incidents()
        for line in lines:
            if borders[line["task_id"], line["kind"]]:
                continue
            common = {"kind": line["kind"], "step": line["name"] or line["element_id"]}
            common["waited"] = self._since(datetime.fromisoformat(line["since"]))
            if line["kind"] == "user_task" and line["id"] in tasks:
                yield self._task(common, line, tasks[line["id"]], line["element_id"] in outside)
            elif line["kind"] == "job" and line["id"] in jobs:
                yield self._job(common, jobs[line["id"]], incidents.pop(line["id"], None))
            elif line["kind"] == "timer" and line.get("due_at"):
                yield Awaited(**common, at=self._shown(datetime.fromisoformat(line["due_at"])))
            else:
                yield Awaited(**common)
        for incident in incidents.values():
            element = self.version.definition.find(incident.element_id) if incident.element_id else None
            name = element.name if element is not None else incident.element_id or ""
            waited = self._since(incident.created_at)
            yield Awaited(kind="fault", step=name, waited=waited, error=_first_line(incident.message), broken=True)

    def _border_of(self, line: Mapping[str, Any]) -> str | None:
        """The activity that a boundary event sits on."""
        if line["kind"] in ("user_task", "job"):
            return None
        element = self.version.definition.element(line["process_id"], line["element_id"])
        return element.attached_to if element is not None else None

    def _task(self, common: dict[str, Any], line: Mapping[str, Any], row: Row[Any], outside: bool) -> Awaited:
        element = self.version.definition.element(line["process_id"], line["element_id"])
        awaited = element.properties.get(WAITS_FOR, "") if element is not None else ""
        told: dict[str, Any] = {}
        if row.due_at is not None:
            told = {"due_in": self._newest().hours_between(self.now, row.due_at), "due_at": self._shown(row.due_at)}
            told["moved"] = self._moved().get(row.id, 0)
        return Awaited(
            **common,
            **told,
            awaited=awaited,
            outside=outside,
            promise=row.milestone or "",
            group=row.group_title or row.candidate_group or "",
            holder=row.claimer_display or "",
            meant_for=row.assignee_display or "",
            escalated_to=row.escalated_display or "",
            asked=tuple(self._asked.get(row.id, ())),
        )

    def _job(self, common: dict[str, Any], row: Row[Any], incident: Row[Any] | None) -> Awaited:
        if row.state == "incident" or incident is not None:
            since = incident.created_at if incident is not None else row.run_at
            told = {"waited": self._since(since), "error": _first_line(row.error), "broken": True}
            return Awaited(**common | told)
        if row.state == "ready" and row.error:
            wait = max((row.run_at - self.now).total_seconds(), 0.0)
            return Awaited(**common, error=_first_line(row.error), next_in=wait, tries_left=row.retries_left)
        return Awaited(**common, running=row.state == "locked")

    def _tasks(self, lines: list[dict[str, Any]]) -> dict[str, Row[Any]]:
        ids = [line["id"] for line in lines if line["kind"] == "user_task"]
        if not ids:
            return {}
        lead = UserAccount.__table__.alias("lead")
        query = (
            select(*TASK_COLUMNS, Group.title.label("group_title"), lead.c.display_name.label("escalated_display"))
            .join(CaseFile, CaseFile.id == UserTask.case_id)
            .outerjoin(Assignee, Assignee.id == UserTask.assignee_id)
            .outerjoin(Claimer, Claimer.id == UserTask.claimed_by)
            .outerjoin(lead, lead.c.id == UserTask.escalated_to)
            .outerjoin(Group, Group.key == UserTask.candidate_group)
            .where(UserTask.id.in_(ids))
        )
        return {row.id: row for row in self.connection.execute(query)}

    def _requests(self, tasks: list[str]) -> dict[str, list[dict[str, str]]]:
        """Questions and signatures that are open at each of the tasks, the oldest first."""
        if not tasks:
            return {}
        by, of = UserAccount.__table__.alias("asking"), UserAccount.__table__.alias("answering")
        query = (
            select(
                TaskRequest.task_id,
                TaskRequest.kind,
                TaskRequest.created_at,
                by.c.display_name.label("by"),
                of.c.display_name.label("of"),
            )
            .join(by, by.c.id == TaskRequest.asked_by)
            .join(of, of.c.id == TaskRequest.asked_of)
            .where(
                TaskRequest.task_id.in_(tasks),
                TaskRequest.kind.in_(("question", "signature")),
                TaskRequest.state == "open",
            )
            .order_by(TaskRequest.created_at, TaskRequest.id)
        )
        found: dict[str, list[dict[str, str]]] = {}
        for row in self.connection.execute(query):
            told = {"kind": row.kind, "of": row.of, "by": row.by, "since": self._shown(row.created_at)}
            found.setdefault(row.task_id, []).append(told)
        return found

    def _jobs(self, lines: list[dict[str, Any]]) -> dict[str, Any]:
        ids = [line["id"] for line in lines if line["kind"] == "job"]
        query = select(Job.id, Job.state, Job.error, Job.run_at, Job.retries_left).where(Job.id.in_(ids))
        return {row.id: row for row in self.connection.execute(query)} if ids else {}

    def _incidents(self) -> dict[str, Any]:
        """Open ones by their job's id, or by a key of their own."""
        if self.row.state == "active":
            return {}
        columns = (Incident.id, Incident.job_id, Incident.element_id, Incident.message, Incident.created_at)
        query = select(*columns).where(Incident.instance_id == self.row.instance_id, Incident.state == "open")
        return {row.job_id or f"fault {row.id}": row for row in self.connection.execute(query.order_by(Incident.id))}

    def _moved(self) -> Mapping[str, int]:
        """How often the promise of each task moved."""
        if self._moves is None:
            self._moves = moves_of(self.connection, self.row.instance_id)
        return self._moves


def moves_of(connection: Connection, instance_id: str) -> dict[str, int]:
    """How often the due date of each task of an instance came to be another one, by the task's id."""
    query = (
        select(HistoryPayload.data)
        .join(
            HistoryEvent,
            (HistoryEvent.instance_id == HistoryPayload.instance_id) & (HistoryEvent.seq == HistoryPayload.seq),
        )
        .where(HistoryEvent.instance_id == instance_id, HistoryEvent.type == str(EventType.TASK_DUE_MOVED))
        .order_by(HistoryEvent.seq)
    )
    found: dict[str, int] = {}
    dates: dict[str, str | None] = {}
    for data in connection.execute(query).scalars():
        told = data or {}
        task_id, due_at = told.get("task_id", ""), told.get("due_at")
        before = told.get("before") or dates.get(task_id)
        dates[task_id] = due_at or before
        # While the clock stands there is no date; only another one than before is a move.
        found[task_id] = found.get(task_id, 0) + (due_at is not None and before not in (None, due_at))
    return found


def _first_line(text: str | None) -> str:
    """What a person needs of an error; the rest stands on the repair desk."""
    return (text or "").strip().partition("\n")[0][:200]
