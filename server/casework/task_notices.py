"""Notes that somebody is to be told of a task. A tick puts what came to him within a short time into one mail.

So fifty tasks that are handed over at once make one mail, and what is switched off meanwhile is not written.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, or_, select

from server.casework.work import Work
from server.domain.history import EventType
from server.domain.notice_kinds import ASSIGNMENT, GROUP
from server.persistence.models import (
    CaseFile,
    HistoryEvent,
    HistoryPayload,
    Membership,
    NoticeWish,
    TaskNotice,
    UserAccount,
    UserTask,
)

FRESH = timedelta(hours=12)
"""Nobody is told of a task that came longer ago: the server was down, and the overview of the day has it."""
MOST_OF_A_GROUP = 200
_TASK = (
    UserTask.id,
    UserTask.instance_id,
    UserTask.case_id,
    UserTask.element_id,
    UserTask.candidate_group,
    UserTask.assignee_id,
    UserTask.claimed_by,
    UserTask.state,
    UserTask.created_at,
    CaseFile.site,
    CaseFile.created_by,
    CaseFile.created_at.label("filed_at"),
)
IS_NEW = UserTask.notice_due == literal_column("1")
"""Spelled as in the index."""
NEW_TASK = (
    select(*_TASK).join(CaseFile, CaseFile.id == UserTask.case_id).where(UserTask.id == bindparam("task"), IS_NEW)
)
_NOTICE = insert(TaskNotice)


def note(
    work: Work, task_id: str, user_id: int, occasion: str, mark: str, reason: str = "", by_id: int | None = None
) -> None:
    """Queue that the person is to be told of the task, by the actor unless `by_id` says by whom."""
    by_id = work.actor_id if by_id is None else by_id
    work.write(_NOTICE, [notice_row(work, task_id, user_id, occasion, mark, reason, by_id)])


def notice_row(
    work: Work, task_id: str, user_id: int, occasion: str, mark: str = "", reason: str = "", by_id: int | None = None
) -> dict[str, Any]:
    """A row of `task_notice`."""
    return {
        "user_id": user_id,
        "kind": GROUP if occasion == "group" else ASSIGNMENT,
        "occasion": occasion,
        "mark": mark,
        "task_id": task_id,
        "by_id": by_id,
        "reason": reason,
        "created_at": work.now,
    }


def notices_of(work: Work, task: Any) -> list[dict[str, Any]]:
    """Rows for all who are to be told of the new task; never for who brought it about, or has it already."""
    if task.state != "open" or task.claimed_by is not None or task.created_at < work.now - FRESH:
        return []
    doers = _doers(work, task)
    if task.assignee_id is not None:
        rows = [notice_row(work, task.id, task.assignee_id, "new")]
    else:
        rows = _again(work, task)
        told = {row["user_id"] for row in rows}
        rows += [notice_row(work, task.id, each, "group") for each in _members(work, task) if each not in told]
    return [row for row in rows if row["user_id"] not in doers]


def _doers(work: Work, task: Any) -> set[int]:
    """Who filed the complaint or ended a task of it at the very moment at which this one came."""
    query = select(UserTask.ended_by).where(UserTask.case_id == task.case_id, UserTask.ended_at == task.created_at)
    found = {row.ended_by for row in work.read(query) if row.ended_by is not None}
    return found | ({task.created_by} if task.filed_at == task.created_at and task.created_by is not None else set())


def _again(work: Work, task: Any) -> list[dict[str, Any]]:
    """Who did the step the last time, if he is still of its group: told by whom and why it came back, if it did."""
    query = (
        select(UserTask.ended_by)
        .join(Membership, Membership.user_id == UserTask.ended_by)
        .where(UserTask.case_id == task.case_id, UserTask.element_id == task.element_id)
        .where(UserTask.state == "completed", Membership.group_key == task.candidate_group)
        .order_by(UserTask.ended_at.desc())
        .limit(1)
    )
    before = work.read(query).scalar_one_or_none()
    if before is None:
        return []
    sent = _sent_back(work, task)
    if sent is None:
        return [notice_row(work, task.id, before, "again")]
    if sent.actor_id == before:
        return []
    reason = str(sent.data.get("reason") or "")
    return [notice_row(work, task.id, before, "sent_back", reason=reason, by_id=sent.actor_id)]


def _sent_back(work: Work, task: Any) -> Any:
    """The event that sent the work back when the task came, or None."""
    query = (
        select(HistoryEvent.actor_id, HistoryPayload.data)
        .join(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .where(HistoryEvent.instance_id == task.instance_id, HistoryEvent.at == task.created_at)
        .where(HistoryEvent.type == EventType.TASK_SENT_BACK.value)
    )
    return work.read(query.order_by(HistoryEvent.seq.desc()).limit(1)).one_or_none()


def _members(work: Work, task: Any) -> Iterable[int]:
    """Active people of its group, at its site, who want to be told of each new one."""
    by_default = GROUP in work.context.settings.notice_kinds
    wanted = NoticeWish.wanted.is_(True)
    query = (
        select(UserAccount.id)
        .join(Membership, Membership.user_id == UserAccount.id)
        .outerjoin(NoticeWish, (NoticeWish.user_id == UserAccount.id) & (NoticeWish.kind == GROUP))
        .where(Membership.group_key == task.candidate_group, UserAccount.site == task.site)
        .where(UserAccount.is_active.is_(True), or_(wanted, NoticeWish.wanted.is_(None)) if by_default else wanted)
        .order_by(UserAccount.id)
        .limit(MOST_OF_A_GROUP)
    )
    return list(work.read(query).scalars())


def untold() -> Any:
    """Per person: when the first and the last note came that nothing became of yet."""
    times: Mapping[str, Any] = {"first": func.min(TaskNotice.created_at), "last": func.max(TaskNotice.created_at)}
    return (
        select(TaskNotice.user_id, *(column.label(name) for name, column in times.items()))
        .where(TaskNotice.told_at.is_(None))
        .group_by(TaskNotice.user_id)
        .order_by(TaskNotice.user_id)
    )
