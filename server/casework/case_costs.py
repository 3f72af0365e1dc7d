"""What a complaint has cost so far: its tasks by the working hours they were open, and the money in its case file."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from server.casework.context import Context
from server.domain.cost import CaseCost, case_cost, step_rate
from server.domain.texts import pick_line
from server.domain.working_time import WorkCalendar
from server.engine import ProcessDefinition
from server.persistence.models import CaseFile, ProcessInstance, SiteCalendar, UserTask

_HOUR = 3600


def case_costs(context: Context, connection: Connection, case_id: int, language: str) -> dict[str, Any] | None:
    """currency, hours (working, of its tasks), steps, items (title, amount), total; None where nothing is declared.

    Working time by the site's calendar as it is now; a task still open counts until now.
    """
    case = connection.execute(
        select(CaseFile.site, CaseFile.data, ProcessInstance.version_id, SiteCalendar.version)
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .outerjoin(SiteCalendar, SiteCalendar.site == CaseFile.site)
        .where(CaseFile.id == case_id)
    ).one()
    version = context.library.version(case.version_id)
    costs = version.application.costs
    if costs is None:
        return None
    calendar, now = context.calendars.of(case.site, case.version), context.clock.now()
    tasks = list(_tasks(connection, version.definition, case_id, calendar, now))
    told = case_cost(costs, case.data, ((worked, step_rate(costs, "user_task", of)) for worked, of in tasks))
    titles = {key: pick_line(item.title, version.application.languages, language) for key, item in costs.items.items()}
    return {"currency": costs.currency, "hours": round(sum(worked for worked, _ in tasks) / _HOUR, 1)} | _shown(
        told, titles
    )


def _tasks(
    connection: Connection, definition: ProcessDefinition, case_id: int, calendar: WorkCalendar, now: datetime
) -> Iterator[tuple[float, Mapping[str, str]]]:
    """(working seconds, properties) of every task of the case."""
    rows = connection.execute(
        select(UserTask.process_id, UserTask.element_id, UserTask.created_at, UserTask.ended_at)
        .where(UserTask.case_id == case_id)
        .order_by(UserTask.created_at, UserTask.id)
    )
    for row in rows:
        element = definition.elements.get((row.process_id, row.element_id))
        worked = calendar.hours_between(row.created_at, row.ended_at or now) * _HOUR
        yield worked, {} if element is None else element.properties


def _shown(told: CaseCost, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "steps": round(told.steps, 2),
        "items": [{"key": key, "title": titles[key], "amount": round(amount, 2)} for key, amount in told.items.items()],
        "total": round(told.total, 2),
    }
