"""Put what somebody is to be told of tasks into mails: one for one task, one for many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import aliased

from server.casework import notices
from server.casework.command import Answer, Command, Reply
from server.casework.ladder import PERSON, Person, person
from server.casework.notice_mail import Delivery, delivery, mail_row
from server.casework.notices import Notice, Words, words_of
from server.casework.task_lines import MOST_LINES, task_line
from server.casework.work import Work
from server.i18n import N_, translate
from server.persistence.models import CaseFile, OutboxMail, TaskNotice, UserAccount, UserTask

MOST = 600
"""So many notes are taken at once; what is left comes with the next tick."""
ONE: Mapping[str, Words] = {
    "new": notices.NEW,
    "transferred": notices.TRANSFERRED,
    "sent_back": notices.SENT_BACK,
    "again": notices.AGAIN,
    "group": notices.FOR_GROUP,
}
"""By occasion."""
_MANY = {
    "assignment": (N_("{count} tasks came to you"), N_("Hello {name},\n\n{count} tasks came to you:\n\n{lines}\n")),
    "group": (
        N_("{count} tasks wait in your groups"),
        N_("Hello {name},\n\n{count} tasks came that nobody has yet:\n\n{lines}\n"),
    ),
}
_By = aliased(UserAccount, name="by_person")
_NOTES = (
    select(
        *(TaskNotice.id, TaskNotice.kind, TaskNotice.occasion, TaskNotice.reason, TaskNotice.user_id),
        *(UserTask.id.label("task_id"), UserTask.name, UserTask.element_id, UserTask.due_at, UserTask.state),
        *(UserTask.candidate_group, UserTask.assignee_id, UserTask.claimed_by),
        *(CaseFile.id.label("case_id"), CaseFile.number, CaseFile.customer, CaseFile.site),
        _By.display_name.label("by_name"),
    )
    .join(UserTask, UserTask.id == TaskNotice.task_id)
    .join(CaseFile, CaseFile.id == UserTask.case_id)
    .outerjoin(_By, _By.id == TaskNotice.by_id)
    .where(TaskNotice.told_at.is_(None))
    .order_by(TaskNotice.id)
    .limit(MOST)
)


@dataclass(frozen=True, kw_only=True)
class TellTasks(Command):
    """What is no longer his to do, or not wanted by now, is noted as done without a mail."""

    verb: ClassVar[str] = "tell_tasks"
    user_id: int

    def handle(self, work: Work) -> Reply:
        notes = work.read(_NOTES.where(TaskNotice.user_id == self.user_id)).all()
        known = select(*PERSON).where(UserAccount.id == self.user_id, UserAccount.is_active.is_(True))
        row = work.read(known).one_or_none()
        to = None if row is None else person(row)
        bundles: dict[tuple[str, int], tuple[Delivery, dict[str, Any]]] = {}
        ways: dict[tuple[str, str | None], Delivery] = {}
        for note in notes:
            found, outcome = self._way(work, to, note, ways)
            if found is not None and outcome == "queued":
                # The same task handed over twice is told once, as it came the last time.
                bundles.setdefault((note.kind, found.person.id), (found, {}))[1][note.task_id] = note
            work.write_one(
                update(TaskNotice)
                .where(TaskNotice.id == note.id, TaskNotice.told_at.is_(None))
                .values(told_at=work.now, outcome=outcome)
            )
        for found, told in bundles.values():
            work.write(insert(OutboxMail), [_mail(work, found, list(told.values()))])
        return Answer(200, {"told": len(notes), "mails": len(bundles)})

    def _way(
        self, work: Work, to: Person | None, note: Any, ways: dict[tuple[str, str | None], Delivery]
    ) -> tuple[Delivery | None, str]:
        """To whom, and what becomes of it; asked once for each kind and group."""
        if to is None:
            return None, "nobody"
        if not _still_his(note):
            return None, "gone"
        key = note.kind, note.candidate_group
        if key not in ways:
            ways[key] = delivery(work.connection, work.context.settings, work.now, to, note.kind, note.candidate_group)
        return ways[key], ways[key].outcome


def _still_his(note: Any) -> bool:
    """Open, not in anybody's hands yet, and not handed to somebody else meanwhile."""
    return (
        note.state == "open"
        and note.claimed_by is None
        and (note.assignee_id is None or note.assignee_id == note.user_id)
    )


def _mail(work: Work, found: Delivery, told: Sequence[Any]) -> dict[str, Any]:
    settings, language = work.context.settings, found.person.language
    key = f"tasks:{told[0].id}:{found.person.id}"
    zone = work.context.calendars.seen(told[0].site).zone
    if len(told) == 1:
        words = ONE[told[0].occasion]
        given = words_of(work, _notice(told[0], zone), found.person)
        subject, body = (translate(text, language, **given) for text in (words.subject, words.body))
        return mail_row(settings, work.now, found, subject, body, key) | {"case_id": told[0].case_id}
    lines = [task_line(settings, note, zone, language) for note in told[:MOST_LINES]]
    if len(told) > MOST_LINES:
        lines.append(translate(N_("… and {count} more."), language, count=len(told) - MOST_LINES))
    texts = _MANY[told[0].kind]
    many = {"count": len(told), "name": found.person.display_name, "lines": "\n".join(lines)}
    subject, body = (translate(text, language, **many) for text in texts)
    return mail_row(settings, work.now, found, subject, body, key)


def _notice(note: Any, zone: ZoneInfo) -> Notice:
    return Notice(
        task_id=note.task_id,
        case_id=note.case_id,
        name=note.name or note.element_id,
        number=note.number,
        customer=note.customer or "",
        due_at=note.due_at,
        zone=zone,
        reason=note.reason,
        by=note.by_name or "",
        group=note.candidate_group,
    )
