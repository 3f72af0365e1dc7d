"""Every complaint of the register with the columns of its application, for a table that leaves the house?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from server.casework.column_values import ShownColumn, shown_columns
from server.casework.context import Context
from server.casework.shapes import active_steps
from server.domain.instance_states import STATES
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import CaseFile, ProcessApplication, ProcessInstance
from server.queries.complaint_list import ORDER, RegisterFilter
from server.queries.paging import after
from server.security.actor import Actor
from server.security.visibility import visible_to

AT_ONCE = 500
"""Complaints read in one go: what is in memory while a table is written."""
_FIRST = (N_("Number"), N_("Site"), N_("State"))
_LAST = (N_("Current steps"), N_("Closed on"), N_("Outcome"))


@dataclass(frozen=True)
class RegisterTable:
    """`titles` in the reader's language; `rows` newest first, each with a value (documents.cells) for each title."""

    titles: list[str]
    rows: Iterator[list[Any]]


def register_export(context: Context, actor: Actor, wanted: RegisterFilter, language: str) -> RegisterTable:
    """The complaints that `actor` may see; moments are aware, coded values in words."""
    actor.require("case.read")
    with context.read() as connection:
        keys = connection.execute(
            select(ProcessApplication.key)
            .where(ProcessApplication.current_version_id.is_not(None), ProcessApplication.key.in_(_in_use()))
            .order_by(ProcessApplication.key)
        ).scalars()
        versions = [context.library.current(key) for key in keys]
    titles = {one.key: one.title for version in versions for one in shown_columns(version, language)}
    texts = [[translate(text, language) for text in group] for group in (_FIRST, _LAST)]
    rows = _rows(context, wanted.narrow(_query().where(visible_to(actor))), list(titles), language)
    return RegisterTable([*texts[0], *titles.values(), *texts[1]], rows)


def _in_use() -> Select[Any]:
    return select(CaseFile.application).distinct()


def _query() -> Select[Any]:
    return (
        select(
            CaseFile.id,
            CaseFile.number,
            CaseFile.site,
            CaseFile.columns,
            CaseFile.received_at,
            ProcessInstance.version_id,
            ProcessInstance.state,
            ProcessInstance.waits,
            ProcessInstance.ended_at,
            ProcessInstance.end_event,
        )
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .order_by(CaseFile.received_at.desc(), CaseFile.id.desc())
        .limit(AT_ONCE)
    )


def _rows(context: Context, query: Select[Any], keys: list[str], language: str) -> Iterator[list[Any]]:
    shown: dict[int, _Shown] = {}
    portion = query
    while True:
        with context.read() as connection:
            found = list(connection.execute(portion))
        for row in found:
            if row.version_id not in shown:
                shown[row.version_id] = _Shown(context, row.version_id, language)
            yield shown[row.version_id].row(row, keys)
        if len(found) < AT_ONCE:
            return
        portion = query.where(after(ORDER, [found[-1].received_at, found[-1].id]))


class _Shown:
    """A version's columns and end events in one language."""

    def __init__(self, context: Context, version_id: int, language: str):
        version = context.library.version(version_id)
        self._language = language
        self._columns: Mapping[str, ShownColumn] = {one.key: one for one in shown_columns(version, language)}
        self._ends = {
            each.id: pick_line(each.name, version.application.languages, language) or each.id
            for each in version.definition.elements.values()
            if each.kind == "end_event"
        }

    def row(self, row: Row[Any], keys: list[str]) -> list[Any]:
        values = [self._columns[key].shown(row.columns.get(key)) if key in self._columns else None for key in keys]
        open_now = active_steps(row.waits, self._language) if row.ended_at is None else []
        steps = dict.fromkeys(step["name"] for step in open_now if step["kind"] in ("user_task", "job"))
        state = translate(STATES.get(row.state, row.state), self._language)
        end = self._ends.get(row.end_event, row.end_event)
        return [row.number, row.site, state, *values, ", ".join(steps), row.ended_at, end]
