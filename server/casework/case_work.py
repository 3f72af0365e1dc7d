"""One case in hand: its file, its instance in memory, and what changes in both."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from sqlalchemy import Row, Select, bindparam, select

from server.casework.attachments import claim_attachments
from server.casework.calendars import CALENDAR_VERSION
from server.casework.deadlines import Deadlines
from server.casework.library import PublishedVersion
from server.casework.pauses import pauses_of
from server.casework.recorder import Recorder
from server.casework.rounds import begin_rounds
from server.casework.step_records import StepClock
from server.casework.work import Conflict, Work
from server.domain import case_file
from server.domain.case_file import Change
from server.domain.deadline import Pause
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.domain.rounds import Round
from server.domain.working_time import functions
from server.engine import Environment, ExpressionError, ProcessFault, ProcessInstance, TaskNotOpen, Wait
from server.i18n import N_
from server.persistence.models import CaseFile
from server.persistence.models import ProcessInstance as InstanceRow

T = TypeVar("T")
LIVE = ("active", "incident")
ENDED = ("completed", "cancelled")

INSTANCE_COLUMNS = (
    InstanceRow.id.label("instance_id"),
    InstanceRow.version_id,
    InstanceRow.state.label("instance_state"),
    InstanceRow.version.label("lock_version"),
    InstanceRow.engine_state,
    InstanceRow.waits,
    InstanceRow.history_seq,
    InstanceRow.history_hash,
    InstanceRow.state_reason,
    InstanceRow.started_at,
    InstanceRow.ended_at.label("instance_ended_at"),
    InstanceRow.end_event,
    InstanceRow.pauses,
)
CASE_COLUMNS = (
    CaseFile.id.label("case_id"),
    CaseFile.number,
    CaseFile.site,
    CaseFile.data,
    CaseFile.revision,
    CaseFile.field_revisions,
    CALENDAR_VERSION,
)


class CaseFault(Exception):
    """The process itself went wrong while it advanced; the case stands where it stood."""

    def __init__(self, instance_id: str, case_id: int | None, element_id: str | None, message: str):
        super().__init__(message)
        self.instance_id = instance_id
        self.case_id = case_id
        self.element_id = element_id
        self.message = message


def case_query() -> Select[Any]:
    """Everything a CaseWork needs, in one statement; add a condition on ProcessInstance or CaseFile."""
    return select(*INSTANCE_COLUMNS, *CASE_COLUMNS).join(CaseFile, CaseFile.id == InstanceRow.case_id)


class CaseWork:
    """Made from a row of `case_query`. Change it through its methods, then hand it to `rows.save`."""

    def __init__(self, work: Work, row: Row[Any]):
        self.work = work
        self.row = row
        self.instance_id: str = row.instance_id
        self.case_id: int | None = row.case_id
        self.number: str = row.number
        self.state: str = row.instance_state
        self.state_reason: str | None = row.state_reason
        self.version: PublishedVersion = work.context.library.version(row.version_id)
        self.data: dict[str, Any] = row.data
        self.revision: int = row.revision
        self.field_revisions: dict[str, int] = row.field_revisions
        self.changes: list[Change] = []
        self.recorder = Recorder(self.instance_id, row.history_seq, row.history_hash)
        self.waits: list[dict[str, Any]] = row.waits
        """What the instance waits for, as lines of wait_rows.entry; brought up to date by `save`."""
        calendar = work.context.calendars.of(row.site, row.calendar_version)
        self.deadlines = Deadlines(calendar, self.data, work.now, self.pauses)
        self.job_ends: dict[str, str] = {}
        """How jobs ended in this work by id: `succeeded`, `skipped` or `boundary`."""
        self.way_out = "left"
        """How a step is left that did not end by itself, as an incident's outcome tells it."""
        self.clock = StepClock(work.now, calendar, row.calendar_version)
        self._pauses: list[Pause] | None = None
        self.taken: set[str] = set()
        """Engine's ids of new tasks that are the actor's from the beginning; the command that wants it claims them."""
        self.questions: dict[str, list[Pause]] = {}
        """When tasks waited for an answer, by task; see casework.questions."""
        self._engine: ProcessInstance | None = None
        self._open_waits: list[Wait] | None = None

    @property
    def advanced(self) -> bool:
        return self._engine is not None

    @property
    def engine(self) -> ProcessInstance:
        if self._engine is None:
            live = self.work.context.live.take(self.instance_id, self.row.lock_version)
            self._engine = live.resume(self.data) if live is not None else self._load()
        return self._engine

    def _load(self) -> ProcessInstance:
        return ProcessInstance.load(
            self.version.definition,
            self.row.engine_state,
            self.data,
            environment(self.work, self.version, self.row.site),
        )

    def adopt(self, version: PublishedVersion, engine: ProcessInstance) -> None:
        """Go on with `engine` in `version`; see casework.migrating."""
        self.version, self._engine, self._open_waits = version, engine, None

    def pauses(self) -> list[Pause]:
        """When the case's clock stood; changed by the commands that stop it and let it go on."""
        if self._pauses is None:
            self._pauses = pauses_of(self.work, self.case_id) if self.row.pauses else []
        return self._pauses

    def require_live(self) -> None:
        """Raises Rejected when the instance is suspended or has ended."""
        if self.state == "suspended":
            raise Rejected(
                "instance.suspended",
                N_("Complaint {number} is suspended. Resume it before working on it."),
                number=self.number,
            )
        if self.state not in LIVE:
            raise Rejected("instance.ended", N_("Complaint {number} has already ended."), number=self.number)

    def record(self, kind: EventType, element_id: str | None = None, **data: Any) -> None:
        self.recorder.record(self.work.now, self.work.actor_id, kind, element_id, **data)

    def check(self, view: dict[str, Any], patch: dict[str, Any], base_revision: int | None) -> None:
        """Raises Rejected as `submit` would; nothing of it is in the case file, only its files are the case's."""
        applied = self._applied(view, patch, base_revision)
        claim_attachments(self.work, self.case_id, view, self.data, applied.case)

    def _applied(self, view: dict[str, Any], patch: dict[str, Any], base_revision: int | None) -> case_file.Applied:
        return case_file.apply_patch(
            self.data,
            patch,
            view=view,
            revision=self.revision,
            base_revision=base_revision,
            field_revisions=self.field_revisions,
            new_id=_new_id,
        )

    def submit(self, view: dict[str, Any], patch: dict[str, Any], base_revision: int | None) -> list[Change]:
        """Merge a person's patch into the case file, files included.

        Raises Rejected (see domain.case_file.apply_patch and claim_attachments).
        """
        applied = self._applied(view, patch, base_revision)
        claim_attachments(self.work, self.case_id, view, self.data, applied.case)
        # In place, since the engine holds this very dict.
        self.data.clear()
        self.data.update(applied.case)
        self.field_revisions = applied.field_revisions
        self.changes += applied.changes
        return applied.changes

    def advance(self, act: Callable[[ProcessInstance], T], element_id: str | None = None, *, rounds: bool = True) -> T:
        """Let the engine do `act` and run to its next wait; what it writes to the case file is recorded.

        `element_id` is where it begins, for the history; `rounds`: whether a loop's task that opens begins a round.
        """
        before = orjson.dumps(self.data)
        try:
            engine = self.engine
            outcome = act(engine)
            self._open_waits = engine.waits()
        except TaskNotOpen as error:
            raise Conflict from error
        except ProcessFault as fault:
            raise CaseFault(self.instance_id, self.case_id, fault.element_id, fault.message) from fault
        except ExpressionError as error:
            raise CaseFault(self.instance_id, self.case_id, None, str(error)) from error
        begun = self._begin_rounds() if rounds else []
        self._keep_engine_changes(before, element_id)
        path = [element_id for _process, element_id in engine.path()]
        self.record(EventType.INSTANCE_ADVANCED, path=path)
        for thrown in engine.thrown():
            what = {name: value for name, value in thrown.items() if name not in ("kind", "element_id")}
            self.record(EventType.MESSAGE_THROWN, thrown["element_id"], event=thrown["kind"], **what)
        for one in begun:
            self.recorder.record(
                self.work.now, None, EventType.ROUND_BEGUN, loop=one.loop, number=one.number, reason=one.reason
            )
        return outcome

    def open_waits(self) -> list[Wait]:
        """What the engine waits for now; asked once an advance."""
        if self._open_waits is None:
            self._open_waits = self.engine.waits()
        return self._open_waits

    def _begin_rounds(self) -> list[Round]:
        """A loop's user task that has just opened begins a round of that loop."""
        if not self.version.application.loops:
            return []
        known = {line["task_id"] for line in self.waits if line["kind"] == "user_task"}
        fresh = [wait for wait in self.open_waits() if wait.kind == "user_task" and wait.task_id not in known]
        return begin_rounds(self.version.application, self.data, fresh, self.work.now)

    def _keep_engine_changes(self, snapshot: bytes, element_id: str | None) -> None:
        """Tables and workers write to the case file too: their rows get ids, and their values a revision."""
        if orjson.dumps(self.data) == snapshot:
            return
        before = orjson.loads(snapshot)
        schema = self.version.forms.case_schema()
        tidy = case_file.without_nulls(case_file.identify_rows(schema, self.data, _new_id))
        self.data.clear()
        self.data.update(tidy)
        written = case_file.diff(before, self.data)
        if written:
            self.changes += written
            self.field_revisions = case_file.stamp(written, self.field_revisions, self.revision + 1)
            self.recorder.record(
                self.work.now,
                None,
                EventType.CASE_CHANGED,
                element_id,
                changes=[change.to_json() for change in written],
            )


_OF_INSTANCE = case_query().where(InstanceRow.id == bindparam("instance"))


def case_of(work: Work, instance_id: str) -> CaseWork | None:
    """The case of this instance, or None."""
    row = work.read(_OF_INSTANCE, {"instance": instance_id}).one_or_none()
    return None if row is None else CaseWork(work, row)


def environment(work: Work, version: PublishedVersion, site: str) -> Environment:
    """Clock, functions and names that expressions of `version` may use."""
    context = work.context
    return Environment(
        clock=context.clock,
        functions=functions(lambda: context.calendars.seen(site), context.clock),
        known_names=version.known_names,
        timezone=context.settings.zone,
    )


def _new_id() -> str:
    return uuid.uuid4().hex
