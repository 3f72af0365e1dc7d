"""Which complaints were open at the end of the period, where, on whom, and how long?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from server.domain.working_seconds import working_seconds
from server.i18n import N_
from server.persistence.models import CaseFact, CaseFile, StepRecord, UserAccount, UserTask
from server.queries.analysis.figures import standing_at
from server.queries.analysis.filters import midnight
from server.queries.analysis.ground import Ground
from server.queries.analysis.shape import Answer, Column, Row, Table, hours
from server.queries.groups import group_titles

MOST = 500
"""Steps that are listed; what waits longest comes first."""
_Holder = aliased(UserAccount, name="holder")


def standing(ground: Ground, _args: Mapping[str, str]) -> Answer:
    """A row for each step that stood open at the end of the last day, the longest wait first.

    Who holds it is told as it is now, or was when the step ended.
    """
    ends = midnight(ground.filters.last + timedelta(days=1), ground.zone)
    query = (
        select(CaseFile.number, CaseFile.title, CaseFact.customer, CaseFact.received_at)
        .add_columns(StepRecord.process_id, StepRecord.element_id, StepRecord.group_key, StepRecord.site)
        .add_columns(StepRecord.begun_at, StepRecord.due_at, _Holder.display_name)
        .join_from(StepRecord, CaseFact, CaseFact.case_id == StepRecord.case_id)
        .join(CaseFile, CaseFile.id == StepRecord.case_id)
        .outerjoin(
            UserTask,
            (UserTask.instance_id == StepRecord.instance_id)
            & (UserTask.engine_task_id == StepRecord.wait_id)
            & (UserTask.created_at == StepRecord.begun_at),
        )
        .outerjoin(_Holder, _Holder.id == UserTask.claimed_by)
        .where(*ground.mine(), *standing_at(ends))
        .order_by(StepRecord.begun_at, StepRecord.id)
        .limit(MOST + 1)
    )
    found = ground.rows(query)
    return Answer([_table(ground, found[:MOST], ends, more=len(found) > MOST)])


def _table(ground: Ground, found: list[Any], ends: datetime, *, more: bool) -> Table:
    groups = group_titles(ground.context, ground.language)
    clock = _Clock(ground, ends)
    columns = [
        Column("number", ground.say(N_("Complaint")), "number"),
        Column("customer", ground.title("customer")),
        Column("title", ground.say(N_("Title"))),
        Column("step", ground.say(N_("Step")), draw="label"),
        Column("owner", ground.say(N_("Owner"))),
        Column("received", ground.say(N_("Received")), "date"),
        Column("waiting", ground.say(N_("Waiting (working hours)")), "hours"),
        Column("due", ground.say(N_("Promise")), "date"),
        Column("late", ground.say(N_("Late (working hours)")), "hours"),
    ]
    said = [ground.say(N_("As it stood at the end of the period, the longest wait first."))]
    if more:
        said.append(ground.say(N_("Only the first {count} are listed."), count=MOST))
    rows = [Row(_cells(ground, groups, clock, row)) for row in found]
    return Table("standing", ground.say(N_("Open complaints")), columns, rows, said)


def _cells(ground: Ground, groups: Mapping[str, str], clock: "_Clock", row: Any) -> dict[str, Any]:
    number, title, customer, received, process_id, element_id, group, site, begun, due, holder = row
    department = groups.get(group, group) if group else None
    late = clock.between(site, due, clock.ends) if due is not None and due < clock.ends else None
    return {
        "number": number,
        "customer": ground.label("customer", customer),
        "title": title,
        "step": ground.step(process_id, element_id),
        "owner": " · ".join(filter(None, (department, holder))) or None,
        "received": received.astimezone(ground.zone).date(),
        "waiting": hours(clock.between(site, begun, clock.ends)),
        "due": due.astimezone(ground.zone).date() if due is not None else None,
        "late": hours(late),
    }


class _Clock:
    """Working seconds by the calendars of the sites, each read once."""

    def __init__(self, ground: Ground, ends: datetime) -> None:
        self._calendars = {site: ground.context.calendars.newest(site) for site in sorted(ground.actor.sites)}
        self.ends = ends

    def between(self, site: str, since: datetime, until: datetime) -> int:
        calendar = self._calendars[site]
        return working_seconds(calendar, until) - working_seconds(calendar, since)
