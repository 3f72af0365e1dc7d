"""What needs repair, by cause: how many, since when, which cases, and what their errors say."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, case, func, select
from sqlalchemy.orm import aliased

from server.casework.context import Context
from server.casework.incidents import UNSETTLED
from server.casework.wait_rows import rfc3339
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.i18n import N_
from server.persistence.models import CaseFile, DefinitionVersion, Incident, Job, ProcessInstance, UserAccount, UserTask
from server.security.actor import Actor
from server.security.visibility import visible_to

AT_RISK = timedelta(hours=24)
"""A promise that is due within this time is at risk while its case stands."""
MOST = 200
_WHEN = func.coalesce(Incident.failed_at, Incident.created_at)
_Retrier = aliased(UserAccount, name="retrier")


@dataclass(frozen=True)
class Filters:
    """`version` is a number, which says something only with its `application`; `older`: hours it stands at least."""

    application: str | None = None
    topic: str | None = None
    version: int | None = None
    older: int | None = None


def incident_groups(context: Context, actor: Actor, language: str, filters: Filters | None = None) -> dict[str, Any]:
    """`{"items", "choices"}`: groups with something unsettled, the largest first; raises Rejected.

    `choices`: the applications, topics and versions that there are to filter by.
    """
    actor.require("incident.repair")
    wanted = filters or Filters()
    with context.read() as connection:
        found = connection.execute(_groups(context, actor, wanted).limit(MOST)).all()
        newest = _messages(connection, [row.newest for row in found])
        every = connection.execute(_groups(context, actor, Filters())).all() if found or filters else []
    return {
        "items": [_group(context, row, newest.get(row.newest, ""), language) for row in found],
        "choices": {
            "application": sorted({row.application or row.key for row in every}),
            "topic": sorted({row.topic for row in every if row.topic}),
            "version": sorted({(row.key, row.number) for row in every}),
        },
    }


_CAUSE = (
    Incident.group_key,
    Incident.application,
    Incident.version_id,
    Incident.element_id,
    Incident.topic,
    Incident.kind,
    DefinitionVersion.key,
    DefinitionVersion.number,
)


def _groups(context: Context, actor: Actor, filters: Filters) -> Any:
    query: Any = (
        select(
            *_CAUSE,
            func.sum(case((Incident.state == "open", 1), else_=0)).label("open"),
            func.sum(case((Incident.state == "retrying", 1), else_=0)).label("retrying"),
            func.count(Incident.instance_id.distinct()).label("cases"),
            func.min(Incident.created_at).label("since"),
            func.max(_WHEN).label("last"),
            func.max(Incident.id).label("newest"),
        )
        .join(CaseFile, CaseFile.id == Incident.case_id)
        .join(DefinitionVersion, DefinitionVersion.id == Incident.version_id)
        .where(Incident.state.in_(UNSETTLED), Incident.group_key.is_not(None), visible_to(actor))
        .group_by(*_CAUSE)
        .order_by(func.count(Incident.id).desc(), func.min(Incident.id))
    )
    if filters.application:
        query = query.where(Incident.application == filters.application)
    if filters.topic:
        query = query.where(Incident.topic == filters.topic)
    if filters.version is not None:
        query = query.where(DefinitionVersion.number == filters.version)
    if filters.older is not None:
        query = query.where(Incident.created_at <= context.clock.now() - timedelta(hours=filters.older))
    return query


def _messages(connection: Connection, ids: list[int]) -> dict[int, str]:
    rows = connection.execute(select(Incident.id, Incident.message).where(Incident.id.in_(ids)))
    return {row.id: row.message for row in rows}


def _group(context: Context, row: Any, message: str, language: str) -> dict[str, Any]:
    return {
        "group": row.group_key,
        "application": row.application,
        "version": row.number,
        "element_id": row.element_id,
        "name": element_name(context, row.version_id, row.element_id, language),
        "topic": row.topic,
        "kind": row.kind,
        "message": message,
        "open": int(row.open),
        "retrying": int(row.retrying),
        "cases": row.cases,
        "since": rfc3339(row.since),
        "last": rfc3339(row.last),
    }


def element_name(context: Context, version_id: int, element_id: str | None, language: str) -> str | None:
    """What the element is called in that version, else its id."""
    element = context.library.version(version_id).definition.find(element_id) if element_id else None
    return (pick_line(element.name, language=language) if element else None) or element_id


def incident_group(
    context: Context, actor: Actor, key: str, language: str, *, limit: int = 100, after: int = 0
) -> dict[str, Any]:
    """The group with its cases, oldest first, and `next` where there are more; raises Rejected `not_found.group`.

    `first` and `last`: its errors in full, the last with its traceback. `proven`: one tried again has succeeded
    since anything of the group failed, so that the rest may be tried. `at_risk`: cases with a promise due within a day.
    """
    actor.require("incident.repair")
    with context.read() as connection:
        head = connection.execute(_groups(context, actor, Filters()).where(Incident.group_key == key)).first()
        done = _succeeded(connection, actor, key)
        if head is None and not done:
            raise Rejected("not_found.incident_group", N_("Nothing with this cause needs repair."))
        found: dict[str, Any] = {"group": key, "succeeded": len(done), "open": 0, "retrying": 0, "at_risk": 0}
        found |= {"items": [], "next": None, "proven": False, "first": None, "last": None, "name": None}
        found |= {"topic": None, "application": None, "version": None, "element_id": None, "kind": "job", "cases": 0}
        if head is None:
            return found
        mine = (Incident.group_key == key, Incident.state.in_(UNSETTLED), visible_to(actor))
        oldest = connection.execute(_one().where(*mine).order_by(Incident.id).limit(1)).one()
        newest = connection.execute(_one().where(*mine).order_by(_WHEN.desc(), Incident.id.desc()).limit(1)).one()
        rows = connection.execute(_rows().where(*mine, Incident.id > after).limit(limit + 1)).all()
        due = _due(connection, [row.case_id for row in rows])
        risk = context.clock.now() + AT_RISK
        at_risk = select(func.count(UserTask.case_id.distinct())).join(Incident, Incident.case_id == UserTask.case_id)
        at_risk = at_risk.join(CaseFile, CaseFile.id == Incident.case_id)
        risky = connection.execute(at_risk.where(*mine, UserTask.state == "open", UserTask.due_at <= risk)).scalar_one()
    found |= _group(context, head, newest.message, language)
    return found | {
        "first": {"at": rfc3339(oldest.created_at), "message": oldest.first_message or oldest.message},
        "last": {"at": rfc3339(newest.at), "message": newest.message, "traceback": newest.traceback},
        "proven": any(row.ended_at >= newest.at for row in done),
        "at_risk": risky,
        "items": [_row(row, due.get(row.case_id)) for row in rows[:limit]],
        "next": str(rows[limit - 1].id) if len(rows) > limit else None,
    }


def _succeeded(connection: Connection, actor: Actor, key: str) -> list[Any]:
    """Those of the group that were tried again and succeeded, newest first."""
    query = select(Incident.id, Incident.ended_at).join(CaseFile, CaseFile.id == Incident.case_id)
    tried = (Incident.group_key == key, Incident.state == "resolved", Incident.retried_at.is_not(None))
    return list(
        connection.execute(query.where(*tried, visible_to(actor)).order_by(Incident.ended_at.desc()).limit(1000))
    )


def _one() -> Any:
    columns = (Incident.id, Incident.created_at, Incident.first_message, Incident.message, Incident.traceback)
    query: Any = select(*columns, _WHEN.label("at"))
    return query.join(CaseFile, CaseFile.id == Incident.case_id)


def _rows() -> Any:
    query: Any = (
        select(
            Incident.id,
            Incident.instance_id,
            Incident.case_id,
            Incident.job_id,
            Incident.state,
            Incident.message,
            Incident.failures,
            Incident.created_at,
            Incident.retried_at,
            _WHEN.label("at"),
            _Retrier.display_name.label("retrier"),
            CaseFile.number,
            CaseFile.title,
            CaseFile.customer,
            ProcessInstance.state.label("instance_state"),
            Job.state.label("job_state"),
            Job.run_at,
            Job.error,
        )
        .join(CaseFile, CaseFile.id == Incident.case_id)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .outerjoin(Job, Job.id == Incident.job_id)
        .outerjoin(_Retrier, _Retrier.id == Incident.retried_by)
        .order_by(Incident.id)
    )
    return query


def _due(connection: Connection, cases: list[int]) -> dict[int, Any]:
    """The next promise of each case."""
    query = select(UserTask.case_id, func.min(UserTask.due_at).label("due")).where(
        UserTask.case_id.in_(cases), UserTask.state == "open", UserTask.due_at.is_not(None)
    )
    return {row.case_id: row.due for row in connection.execute(query.group_by(UserTask.case_id))}


def _row(row: Any, due: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "instance_id": row.instance_id,
        "case_number": row.number,
        "title": row.title,
        "customer": row.customer,
        "state": row.state,
        "message": row.message,
        "failures": row.failures,
        "since": rfc3339(row.created_at),
        "failed_at": rfc3339(row.at),
        "retried_at": rfc3339(row.retried_at) if row.retried_at else None,
        "retried_by": row.retrier,
        "suspended": row.instance_state == "suspended",
        "has_job": row.job_id is not None,
        "next_try_at": rfc3339(row.run_at) if row.state == "retrying" and row.job_state == "ready" else None,
        "next_promise": rfc3339(due) if due else None,
    }
