"""A case about to exist: started in memory; its number and row id are known only inside the write transaction."""

import uuid
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from server.casework.case_facts import new_fact
from server.casework.case_work import CaseFault, environment
from server.casework.deadlines import Deadlines
from server.casework.library import PublishedVersion
from server.casework.recorder import Recorder
from server.casework.register import columns_of
from server.casework.rounds import begin_rounds
from server.casework.statements import STEPS_BEGUN
from server.casework.step_money import keep_money, money_rows
from server.casework.step_records import StepClock, begun_rows, standing
from server.casework.wait_rows import NewRows, Place, add_rows, correlation_key, entry
from server.casework.work import Work
from server.domain import case_file
from server.domain.history import GENESIS, EventType
from server.domain.wait_changes import wait_changes
from server.engine import EngineError, ProcessInstance
from server.persistence.models import Attachment, CaseFact, CaseFile, HistoryEvent, HistoryPayload
from server.persistence.models import ProcessInstance as InstanceRow


class NewCase:
    """`data` is the case file as filed; `queue` adds the writes, after which `number` is filled in at commit."""

    def __init__(
        self, work: Work, version: PublishedVersion, data: dict[str, Any], *, site: str, channel: str, at: datetime
    ):
        """Starts the instance in memory; raises CaseFault when the process cannot start."""
        self.work, self.version, self.data = work, version, data
        self.site, self.channel, self.received_at = site, channel, at
        self.instance_id = str(uuid.uuid4())
        self.number = ""
        self.case_id: int | None = None
        """Like the number it is there once `queue` has done its work inside the write transaction."""
        self.repeat = False
        """Whether it is the recurrence of an earlier complaint."""
        self._notes: list[tuple[EventType, dict[str, Any]]] = []
        if "rounds" in version.known_names:
            data["rounds"] = {"limit": version.application.rounds}
        self._filed = case_file.diff({}, data)
        filed = deepcopy(data)
        self._waits: list[dict[str, Any]] = []
        self._rows = NewRows()
        try:
            self._engine = ProcessInstance.start(version.definition, data, environment(work, version, site))
            begin_rounds(version.application, data, self._engine.waits(), work.now)
            self._written = case_file.diff(filed, data)
            self._follow_waits()
            self._state = self._engine.dump()
        except EngineError as error:
            raise CaseFault(self.instance_id, None, getattr(error, "element_id", None), str(error)) from error

    def _follow_waits(self) -> None:
        version, calendar = self.work.context.calendars.newest_version(self.site)
        deadlines = Deadlines(calendar, self.data, self.work.now, list)
        place = Place(self.instance_id, None, self.site, self.work.now, self.work.user_id, deadlines)
        for wait in self._engine.waits():
            line = entry(wait, place)
            add_rows(self._rows, wait, line, place, self._engine)
            self._waits.append(line)
        self.work.new_jobs += [row["id"] for row in self._rows.jobs]
        self._steps = begun_rows(
            self.version,
            StepClock(self.work.now, calendar, version),
            self.site,
            self.data,
            self._waits,
            standing(self.version, self._waits),
            {row["id"]: row["due_at"] for row in self._rows.user_tasks},
        )

    def note(self, kind: EventType, **data: Any) -> None:
        """One more event for the history, right after the filing."""
        self._notes.append((kind, data))

    def queue(self, files: list[str], next_number: Callable[[Connection], str]) -> None:
        """Queue all inserts; `next_number` is called inside the write transaction."""
        self.work.at_commit(lambda connection: self._insert(connection, files, next_number(connection)))

    def _insert(self, connection: Connection, files: list[str], number: str) -> None:
        self.number = self.data["number"] = number
        self._correlate()
        case_row = self._case_row()
        case_id = connection.execute(insert(CaseFile).values(**case_row).returning(CaseFile.id)).scalar_one()
        self.case_id = case_id
        history = self._history()
        instance_row = self._instance_row(history)
        connection.execute(insert(InstanceRow).values(case_id=case_id, **instance_row))
        fact = new_fact(self.work.context.library, case_row, instance_row, self.repeat)
        connection.execute(insert(CaseFact).values(case_id=case_id, **fact))
        for table, rows in self._rows.tables():
            if rows:
                connection.execute(insert(table), [_of_case(row, case_id) for row in rows])
        steps = [{**row, "instance_id": self.instance_id, "case_id": case_id} for row in self._steps]
        if steps:
            connection.execute(STEPS_BEGUN, steps)
        money = money_rows(self.version, case_id, self.site, self.data, self.work.now)
        keep_money(connection, case_id, [row["item"] for row in money], money)
        connection.execute(insert(HistoryEvent), history.rows)
        connection.execute(insert(HistoryPayload), history.payloads)
        if files:
            connection.execute(update(Attachment).where(Attachment.id.in_(files)).values(case_id=case_id))

    def _correlate(self) -> None:
        """What is waited for from the start is found by the number, too, which was not known when the wait began."""
        waits = {wait.task_id: wait for wait in self._engine.waits() if wait.kind == "message"}
        for row in self._rows.messages:
            row["correlation"] = correlation_key(waits[row["engine_task_id"]].correlation)

    def _case_row(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "site": self.site,
            "application": self.version.key,
            "channel": self.channel,
            "received_at": self.received_at,
            "created_at": self.work.now,
            "created_by": self.work.actor_id,
            "data": self.data,
            "revision": 1,
            "field_revisions": case_file.stamp(case_file.diff({}, self.data), {}, 1),
            **columns_of(self.version.application, self.data),
        }

    def _instance_row(self, history: Recorder) -> dict[str, Any]:
        ended = self._engine.completed
        return {
            "id": self.instance_id,
            "version_id": self.version.id,
            "state": "completed" if ended else "active",
            "version": 1,
            "engine_state": self._state,
            "waits": self._waits,
            "history_seq": history.seq,
            "history_hash": history.head,
            "started_at": self.work.now,
            "ended_at": self.work.now if ended else None,
            "end_event": self._engine.end_event if ended else None,
        }

    def _history(self) -> Recorder:
        history = Recorder(self.instance_id, 0, GENESIS)
        now, actor = self.work.now, self.work.actor_id
        filed = [*self._filed, case_file.Change("/number", None, self.number)]
        changes = [change.to_json() for change in filed]
        history.record(now, actor, EventType.CASE_FILED, number=self.number, channel=self.channel, changes=changes)
        for kind, data in self._notes:
            history.record(now, actor, kind, **data)
        history.record(now, None, EventType.INSTANCE_STARTED, version=self.version.number)
        path, waits = [step for _p, step in self._engine.path()], wait_changes((), self._waits)
        history.record(now, None, EventType.INSTANCE_ADVANCED, path=path, waits=waits)
        if self._written:
            changes = [change.to_json() for change in self._written]
            history.record(now, None, EventType.CASE_CHANGED, changes=changes)
        history.record_waits(now, self._waits, self._rows)
        if self._engine.completed:
            history.record(now, None, EventType.INSTANCE_COMPLETED, self._engine.end_event)
        history.close()
        return history


def _of_case(row: dict[str, Any], case_id: int) -> dict[str, Any]:
    return row | {"case_id": case_id} if "case_id" in row else row
