"""Ask to hurry with a task: a mail to who holds it, else to its group, and a mark in the list."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import func, select

from server.casework.asking import count_requests, new_request, somebody, tell
from server.casework.command import Answer, Command, Reply
from server.casework.ladder import PERSON, Person, person
from server.casework.notices import URGED
from server.casework.save_case import save
from server.casework.task_in_hand import TaskInHand, seen_task
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.domain.spans import Span
from server.i18n import N_
from server.persistence.models import Membership, TaskRequest, UserAccount

PAUSE = timedelta(hours=1)
MOST_MAILS = 30


@dataclass(frozen=True, kw_only=True)
class UrgeTask(Command):
    """Whoever sees the complaint may, once an hour for the same task."""

    verb: ClassVar[str] = "urge_task"
    task_id: str
    text: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("case.read")
        task = seen_task(work, self.task_id)
        self._require_patience(work, task)
        text = self.text.strip()
        row = new_request(work, task.case, "urge", text, task_id=task.id, state="answered", ended_at=work.now)
        count_requests(work, task.id, 1, urged_at=work.now)
        told = _those_in_charge(task)
        mails = [tell(task, URGED, each, f"{row['id']}:{each.id}", text) for each in told]
        task.case.record(
            EventType.TASK_URGED,
            task.row.element_id,
            task_id=task.id,
            to=", ".join(each.username for each in told),
            reason=text,
            mail="queued" if "queued" in mails else mails[0] if mails else "nobody",
        )
        save(task.case)
        return Answer(200, task.answer() | {"told": [each.username for each in told]})

    def _require_patience(self, work: Work, task: TaskInHand) -> None:
        query = select(func.max(TaskRequest.created_at)).where(
            TaskRequest.task_id == task.id, TaskRequest.kind == "urge", TaskRequest.asked_by == work.actor.user_id
        )
        last = work.read(query).scalar_one_or_none() if task.row.requests else None
        if last is not None and work.now - last < PAUSE:
            raise Rejected(
                "task.urged_already",
                N_("You asked to hurry {ago} ago. Once an hour is enough; wait another {left}."),
                ago=Span((work.now - last).total_seconds()),
                left=Span((PAUSE - (work.now - last)).total_seconds()),
            )


def _those_in_charge(task: TaskInHand) -> list[Person]:
    """Who holds the task, else who is meant, else everybody of its group; never who asks."""
    work, row = task.work, task.row
    one = somebody(work, row.claimed_by) or somebody(work, row.assignee_id)
    if one is not None:
        return [one]
    query = (
        select(*PERSON)
        .join(Membership, Membership.user_id == UserAccount.id)
        .where(Membership.group_key == row.candidate_group, UserAccount.is_active.is_(True))
        .where(UserAccount.site.in_(sorted(work.actor.sites)), UserAccount.id != work.actor.user_id)
        .order_by(UserAccount.id)
        .limit(MOST_MAILS)
    )
    return [person(each) for each in work.read(query)]
