"""The complaints of an application as traces of a process log, read in portions: memory does not grow with them."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, Select, select

from server.casework.column_values import shown_columns
from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.documents.xes import PREFIX, Attributes, Id, Trace
from server.domain.cost import case_cost, step_cost, step_rate
from server.domain.event_log import LOGGED, CaseLog, HistoryLine, LogEvent
from server.domain.texts import pick_line
from server.domain.working_time import WorkCalendar
from server.engine import Element
from server.persistence.models import (
    CaseFile,
    DefinitionVersion,
    HistoryEvent,
    HistoryPayload,
    ProcessInstance,
    UserAccount,
)

AT_ONCE = 50
"""Complaints read in one go: what is in memory while a log is written."""
_NAMES = UUID("6f6b3c1e-6a0a-5d3a-9c55-0d8a4a7c1849")
"""Namespace of the ids of events."""
_HOUR = 3600
_TASK = "user_task"
Step = tuple[float, float | None]
"""Working seconds that a task was open, and what an hour of it costs."""


@dataclass(frozen=True, kw_only=True)
class LogWish:
    """since, until: complaints received from then on, and before then; pseudonyms: instead of user names."""

    key: str
    language: str
    since: datetime | None = None
    until: datetime | None = None
    pseudonyms: bool = False


class LogReader:
    """Reads cases in portions; keeps what all of them share: people, versions, calendars."""

    def __init__(self, context: Context, wish: LogWish):
        self._context = context
        self._wish = wish
        self._versions: dict[int, LogVersion] = {}
        self._calendars: dict[str, WorkCalendar] = {}

    def traces(self, visible: Any) -> Iterator[Trace]:
        last = 0
        while True:
            with self._context.read() as connection:
                cases = list(connection.execute(self._cases(visible).where(CaseFile.id > last).limit(AT_ONCE)))
                histories = self._histories(connection, [case.instance_id for case in cases])
            for case in cases:
                yield self._trace(case, histories.get(case.instance_id, []))
            if len(cases) < AT_ONCE:
                return
            last = cases[-1].id

    def _cases(self, visible: Any) -> Select[Any]:
        query = (
            select(
                CaseFile.id,
                CaseFile.number,
                CaseFile.site,
                CaseFile.columns,
                CaseFile.data,
                CaseFile.received_at,
                ProcessInstance.id.label("instance_id"),
                ProcessInstance.version_id,
                ProcessInstance.state,
                ProcessInstance.end_event,
                ProcessInstance.ended_at,
            )
            .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
            .where(CaseFile.application == self._wish.key, visible)
            .order_by(CaseFile.id)
        )
        if self._wish.since is not None:
            query = query.where(CaseFile.received_at >= self._wish.since)
        if self._wish.until is not None:
            query = query.where(CaseFile.received_at < self._wish.until)
        return query

    @staticmethod
    def _histories(connection: Connection, instances: list[str]) -> dict[str, list[Row[Any]]]:
        query = (
            select(
                HistoryEvent.instance_id,
                HistoryEvent.seq,
                HistoryEvent.at,
                HistoryEvent.type,
                HistoryEvent.element_id,
                HistoryEvent.actor_id,
                HistoryPayload.data,
            )
            .outerjoin(
                HistoryPayload,
                (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
            )
            .where(HistoryEvent.instance_id.in_(instances), HistoryEvent.type.in_(sorted(LOGGED)))
            .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
        )
        rows = connection.execute(query)
        return {key: list(found) for key, found in groupby(rows, key=lambda row: row.instance_id)}

    def _trace(self, case: Row[Any], rows: Iterable[Row[Any]]) -> Trace:
        version = self._version(case.version_id)
        log = CaseLog(self._kind_of)
        lines = (HistoryLine(row.seq, row.at, row.type, row.element_id, row.actor_id, row.data or {}) for row in rows)
        steps: dict[str, Step] = {}
        events = [self._event(case, version, event, steps) for event in log.events(lines)]
        now = self._context.clock.now()
        steps |= {key: self._step(case.site, version, at, began, now) for key, at, began in log.open_tasks()}
        own = version.columns_of(case.columns) | {
            f"{PREFIX}:state": case.state,
            f"{PREFIX}:outcome": case.end_event,
            f"{PREFIX}:repaired": log.repaired,
            f"{PREFIX}:sent_back": log.sent_back,
            f"{PREFIX}:version": version.published.number,
            f"{PREFIX}:site": case.site,
            f"{PREFIX}:received_at": case.received_at,
            f"{PREFIX}:ended_at": case.ended_at,
        }
        return Trace({"concept:name": case.number, **own, **version.cost_of(case.data, steps.values())}, events)

    def _event(self, case: Row[Any], version: "LogVersion", event: LogEvent, steps: dict[str, Step]) -> Attributes:
        """The event's attributes; a task that it ends is put into `steps`."""
        found: dict[str, Any] = {
            "concept:name": version.names.get(event.element_id) or event.element_id,
            "lifecycle:transition": event.transition,
            "time:timestamp": event.at,
            "identity:id": Id(uuid5(_NAMES, f"{case.instance_id}/{event.seq}/{event.part}")),
            "concept:instance": event.work_id,
            "org:resource": self._people.get(event.actor_id) if event.actor_id else None,
            "org:group": version.group_of(event.element_id) if event.kind == _TASK else None,
            f"{PREFIX}:element": event.element_id,
            f"{PREFIX}:kind": event.kind,
        }
        if event.began_at is not None and event.work_id is not None and event.kind == _TASK:
            worked, rate = self._step(case.site, version, event.element_id, event.began_at, event.at)
            steps[event.work_id] = worked, rate
            found[f"{PREFIX}:hours"] = round(worked / _HOUR, 4)
            if rate is not None and version.costs is not None:
                found |= {"cost:total": round(step_cost(worked, rate), 2), "cost:currency": version.costs.currency}
        return found

    def _step(self, site: str, version: "LogVersion", element_id: str, began_at: datetime, ended_at: datetime) -> Step:
        if site not in self._calendars:
            self._calendars[site] = self._context.calendars.newest(site)
        worked = self._calendars[site].hours_between(began_at, ended_at) * _HOUR
        element = version.elements.get(element_id)
        return worked, step_rate(version.costs, _TASK, {} if element is None else element.properties)

    @cached_property
    def _people(self) -> Mapping[int, str]:
        """What stands for a person in the log, by his id."""
        with self._context.read() as connection:
            rows = list(connection.execute(select(UserAccount.id, UserAccount.username)))
        if not self._wish.pseudonyms:
            return {row.id: row.username for row in rows}
        key = self._context.settings.secret().encode()
        return {row.id: "P-" + hmac.new(key, b"xes/%d" % row.id, hashlib.sha256).hexdigest()[:12] for row in rows}

    @cached_property
    def _numbers(self) -> Mapping[int, int]:
        """Ids of the application's versions by their number."""
        query = select(DefinitionVersion.number, DefinitionVersion.id).where(DefinitionVersion.key == self._wish.key)
        with self._context.read() as connection:
            return {row.number: row.id for row in connection.execute(query)}

    def _kind_of(self, number: int, element_id: str) -> str:
        version_id = self._numbers.get(number)
        element = None if version_id is None else self._version(version_id).elements.get(element_id)
        return "" if element is None else element.kind

    def _version(self, version_id: int) -> "LogVersion":
        if version_id not in self._versions:
            self._versions[version_id] = LogVersion(self._context.library.version(version_id), self._wish.language)
        return self._versions[version_id]


class LogVersion:
    """What the log needs of a version of the process."""

    def __init__(self, published: PublishedVersion, language: str):
        languages = published.application.languages
        self.published = published
        self.costs = published.application.costs
        self.elements: Mapping[str, Element] = {
            each.id: each for each in reversed(list(published.definition.elements.values()))
        }
        self.names = {key: pick_line(each.name, languages, language) for key, each in self.elements.items()}
        self._columns: list[tuple[str, Callable[[Any], Any]]] = [
            (one.key, one.typed) for one in shown_columns(published, language) if one.is_short
        ]

    def group_of(self, element_id: str) -> str | None:
        element = self.elements.get(element_id)
        return None if element is None else element.group

    def columns_of(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """The register's columns as attributes: codes as they are, moments as such, days and lists as texts."""
        found = {}
        for key, typed in self._columns:
            value = typed(columns.get(key))
            plain = isinstance(value, str | bool | int | float | datetime) or value is None
            found[f"{PREFIX}:{key}"] = value if plain else str(value)
        return found

    def cost_of(self, case: Mapping[str, Any], steps: Iterable[Step]) -> dict[str, Any]:
        if self.costs is None:
            return {}
        return {"cost:total": round(case_cost(self.costs, case, steps).total, 2), "cost:currency": self.costs.currency}
