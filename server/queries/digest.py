"""What does somebody find when his shift begins: late, due today, new, waiting for his answer?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from server.casework.context import Context
from server.casework.task_in_hand import stands_in_for
from server.persistence.models import CaseFile, ProcessInstance, TaskRequest, UserAccount, UserTask
from server.security.actor import Actor

MOST_ROWS = 10
MOST_COUNTED = 100
_COLUMNS = (
    UserTask.id.label("task_id"),
    UserTask.name,
    UserTask.element_id,
    UserTask.due_at,
    UserTask.candidate_group,
    UserTask.assignee_id,
    UserTask.claimed_by,
    UserTask.claimed_for,
    UserTask.escalated_to,
    UserTask.delegated_by,
    CaseFile.number,
    CaseFile.customer,
)


@dataclass(frozen=True)
class Part:
    """The most urgent `rows` of `count`; for a task whose `rows` one does as a substitute, `absent` names for whom."""

    rows: Sequence[Any]
    count: int
    absent: Sequence[str | None] = ()


@dataclass(frozen=True)
class Digest:
    """`asked`: open questions and signatures."""

    late: Part
    today: Part
    new: Part
    asked: Part

    @property
    def is_empty(self) -> bool:
        return not any(part.count for part in (self.late, self.today, self.new, self.asked))


def digest(context: Context, actor: Actor, since: datetime, midnight: datetime) -> Digest:
    """`since`: of the last overview; `midnight`: when today ends."""
    now = context.clock.now()
    late = UserTask.due_at < now
    today = and_(UserTask.due_at >= now, UserTask.due_at < midnight)
    later = or_(UserTask.due_at.is_(None), UserTask.due_at >= midnight)
    return Digest(
        late=_tasks(context, actor, late),
        today=_tasks(context, actor, today),
        new=_tasks(context, actor, and_(later, UserTask.created_at >= since)),
        asked=_asked(context, actor),
    )


def _tasks(context: Context, actor: Actor, condition: ColumnElement[bool]) -> Part:
    query: Any = (
        select(*_COLUMNS)
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.state == "open", condition, _to_be_done(actor), CaseFile.site.in_(sorted(actor.sites)))
        .where(ProcessInstance.state.in_(("active", "incident")))
    )
    order = (UserTask.due_at.asc().nulls_last(), UserTask.created_at, UserTask.id)
    rows, count = _part(context, query, order)
    absent = [stands_in_for(actor, row) for row in rows]
    return Part(rows, count, [each.display_name if each is not None else None for each in absent])


def _to_be_done(actor: Actor) -> ColumnElement[bool]:
    """In one's hands, meant for one, gone up to one, or free in one's groups; the same for whom one stands in."""
    selves = actor.selves
    return or_(
        UserTask.claimed_by.in_(selves),
        and_(UserTask.claimed_by.is_(None), UserTask.assignee_id.in_(selves)),
        UserTask.escalated_to.in_(selves),
        and_(
            UserTask.claimed_by.is_(None),
            UserTask.assignee_id.is_(None),
            UserTask.candidate_group.in_(sorted(actor.reach)),
        ),
    )


def _asked(context: Context, actor: Actor) -> Part:
    query: Any = (
        select(TaskRequest.kind, TaskRequest.text, CaseFile.number, UserAccount.display_name)
        .join(CaseFile, CaseFile.id == TaskRequest.case_id)
        .join(UserTask, UserTask.id == TaskRequest.task_id)
        .join(UserAccount, UserAccount.id == TaskRequest.asked_by)
        .where(TaskRequest.asked_of.in_(actor.selves), TaskRequest.state == "open", UserTask.state == "open")
        .where(TaskRequest.kind.in_(("question", "signature")), CaseFile.site.in_(sorted(actor.sites)))
    )
    return Part(*_part(context, query, (TaskRequest.created_at, TaskRequest.id)))


def _part(context: Context, query: Any, order: Sequence[Any]) -> tuple[list[Any], int]:
    counted = select(func.count()).select_from(query.limit(MOST_COUNTED).subquery())
    with context.read() as connection:
        rows = connection.execute(query.order_by(*order).limit(MOST_ROWS)).all()
        count: int = len(rows) if len(rows) < MOST_ROWS else connection.execute(counted).scalar_one()
    return list(rows), count
