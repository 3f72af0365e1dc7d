"""What one person asks of another at a task: rows of `task_request`, and the mails that go with them."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update

from server.casework.case_work import CaseWork, case_query
from server.casework.ladder import PERSON, Person, person
from server.casework.notices import Words, notice_about, send_notice
from server.casework.task_in_hand import TaskInHand
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, ProcessInstance, TaskRequest, UserAccount, UserTask
from server.security.visibility import visible_to

MOST_TEXT = 5000
ASKED = "/me/asked"
"""The page where everybody finds what is asked of him."""


def new_request(
    work: Work, case: CaseWork, kind: str, text: str, *, task_id: str | None = None, **more: Any
) -> dict[str, Any]:
    """Queue a row of `task_request`, open unless `more` says otherwise; its values."""
    row: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "case_id": case.case_id,
        "task_id": task_id,
        "comment_id": None,
        "kind": kind,
        "position": None,
        "asked_by": work.actor.user_id,
        "asked_of": None,
        "text": text,
        "answer": None,
        "state": "open",
        "digest": None,
        "created_at": work.now,
        "ended_at": None,
        "ended_by": None,
    } | more
    work.write(insert(TaskRequest), [row])
    return row


def count_requests(work: Work, task_id: str, new: int, **more: Any) -> None:
    """Queue that the open task has `new` more; a Conflict when it is open no longer."""
    work.write_one(
        update(UserTask)
        .where(UserTask.id == task_id, UserTask.state == "open")
        .values(requests=UserTask.requests + new, **more)
    )


def colleague(work: Work, username: str, field: str = "/to") -> Person:
    """The active person of the actor's sites with that name, who is somebody else; raises Rejected `task.…`."""
    query = select(*PERSON, UserAccount.site).where(UserAccount.username == username, UserAccount.is_active.is_(True))
    row = work.read(query).one_or_none()
    if row is None or row.site not in work.actor.sites:
        raise Rejected(
            "task.unknown_colleague",
            N_("There is no active colleague “{name}” at your site."),
            field=field,
            name=username[:60],
        )
    if row.id == work.actor.user_id:
        raise Rejected("task.oneself", N_("Choose somebody else than yourself."), field=field)
    return person(row)


def somebody(work: Work, user_id: int | None) -> Person | None:
    """The active person of that id."""
    if user_id is None:
        return None
    row = work.read(select(*PERSON).where(UserAccount.id == user_id, UserAccount.is_active.is_(True))).one_or_none()
    return None if row is None else person(row)


def some_text(text: str, message: str, field: str) -> str:
    """The text without blanks around it; raises Rejected `task.text_missing` with `message`, or `task.text_long`."""
    found = text.strip()
    if not found:
        raise Rejected("task.text_missing", message, field=field)
    if len(found) > MOST_TEXT:
        raise Rejected(
            "task.text_long",
            N_("This text has {count} characters; at most {limit} are kept. Shorten it, or attach it as a file."),
            field=field,
            count=len(found),
            limit=MOST_TEXT,
        )
    return found


def tell(task: TaskInHand, texts: Words, to: Person | None, key: str, reason: str = "", path: str = "") -> str:
    """Queue a mail about the task; what became of it, for the history."""
    notice = notice_about(task.case, task.row, reason, by=task.work.actor.display_name, path=path)
    return send_notice(task.work, texts, notice, to, key)


class RequestInHand:
    """`row` is the request; `case` its case, live; `task` a row with what mails tell of its task, or None."""

    def __init__(self, work: Work, row: Row[Any], case: CaseWork, task: Row[Any] | None):
        self.work = work
        self.row = row
        self.case = case
        self.task = task
        self.id: str = row.id

    def end(self, state: str, **values: Any) -> None:
        """Queue its end; a Conflict when it has ended meanwhile."""
        self.work.write_one(
            update(TaskRequest)
            .where(TaskRequest.id == self.id, TaskRequest.state == self.row.state)
            .values(state=state, ended_at=self.work.now, ended_by=self.work.actor.user_id, **values)
        )

    def on_behalf(self) -> Mapping[str, str]:
        """For the history: whose substitute answers."""
        absent = next((each for each in self.work.actor.stands_in if each.user_id == self.row.asked_of), None)
        return {"on_behalf": absent.username} if absent is not None and self.row.asked_of is not None else {}

    def tell(self, texts: Words, to: Person | None, key: str, reason: str = "", path: str = "") -> str:
        """As `tell`."""
        if self.task is None:
            return "nobody"
        notice = notice_about(self.case, self.task, reason, by=self.work.actor.display_name, path=path)
        return send_notice(self.work, texts, notice, to, key)

    def answer(self, **changed: Any) -> dict[str, Any]:
        """The outcome of a command."""
        return {"request": self.id, "task": self.row.task_id, "kind": self.row.kind, "state": self.row.state} | changed


def open_request(work: Work, request_id: str, *kinds: str, asked: bool = True) -> RequestInHand:
    """The open request of one of `kinds` for him it was asked of (or, not `asked`, for anyone who may see its case).

    Raises Rejected `not_found.request`, `forbidden.request`, `request.ended`.
    """
    row = work.read(
        select(TaskRequest)
        .join(CaseFile, CaseFile.id == TaskRequest.case_id)
        .where(TaskRequest.id == request_id, TaskRequest.kind.in_(kinds), visible_to(work.actor))
    ).one_or_none()
    if row is None:
        raise Rejected("not_found.request", N_("Nothing like this was asked, or you may not see it."))
    case = CaseWork(work, work.read(case_query().where(ProcessInstance.case_id == row.case_id)).one())
    if asked and row.asked_of not in work.actor.selves:
        raise Rejected("forbidden.request", N_("This was asked of somebody else."))
    # What the task no longer waits for may still be worth knowing.
    late = ("lapsed",) if row.kind == "question" else ()
    if row.state not in ("open", "waiting", *(late if asked else ("refused",))):
        raise Rejected("request.ended", N_("This has been settled already. Refresh the page."))
    case.require_live()
    task = None
    if row.task_id is not None:
        columns = (UserTask.id, UserTask.name, UserTask.element_id, UserTask.due_at, UserTask.claimed_by)
        task = work.read(select(*columns, UserTask.candidate_group).where(UserTask.id == row.task_id)).one()
    return RequestInHand(work, row, case, task)
