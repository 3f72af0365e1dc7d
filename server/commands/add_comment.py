"""Say something about a complaint; whoever is named with @ is told."""

import re
import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import insert, select

from server.casework.asking import new_request, some_text
from server.casework.case_work import CaseWork
from server.casework.cases import visible_case
from server.casework.command import Answer, Command, Reply
from server.casework.ladder import Person, person
from server.casework.notices import MENTIONED, Notice, send_notice
from server.casework.save_case import save
from server.casework.who_sees import Audience
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseComment, CaseFile, UserAccount, UserTask

MENTION = re.compile(r"(?<![A-Za-z0-9._-])@([A-Za-z0-9][A-Za-z0-9._-]{0,49})")
MOST_MENTIONS = 10


@dataclass(frozen=True, kw_only=True)
class AddComment(Command):
    """`@` and a user name tells that colleague, who must be one of those that may see it. Ended complaints, too."""

    verb: ClassVar[str] = "add_comment"
    number: str
    text: str
    task_id: str | None = None

    def handle(self, work: Work) -> Reply:
        work.actor.require("case.read")
        case = visible_case(work, CaseFile.number == self.number, self.number)
        text = some_text(self.text, N_("Write something."), "/text")
        element_id = self._element(work, case)
        comment_id = str(uuid.uuid4())
        row: dict[str, Any] = {"id": comment_id, "case_id": case.case_id, "task_id": self.task_id, "text": text}
        row |= {"author_id": work.actor.user_id, "created_at": work.now}
        work.write(insert(CaseComment), [row])
        named = self._named(work, case, text)
        for each in named:
            new_request(work, case, "mention", "", task_id=self.task_id, comment_id=comment_id, asked_of=each.id)
            send_notice(work, MENTIONED, _notice(work, case, text, comment_id), each, str(each.id))
        names = [each.username for each in named]
        case.record(EventType.COMMENT_ADDED, element_id, comment_id=comment_id, text=text, mentions=names)
        save(case)
        return Answer(200, {"number": case.number, "comment": comment_id, "mentions": names})

    def _element(self, work: Work, case: CaseWork) -> str | None:
        if self.task_id is None:
            return None
        query = select(UserTask.element_id).where(UserTask.id == self.task_id, UserTask.case_id == case.case_id)
        found: str | None = work.read(query).scalar_one_or_none()
        if found is None:
            raise Rejected("not_found.task", N_("There is no task {id}, or you may not see it."), id=self.task_id[:64])
        return found

    def _named(self, work: Work, case: CaseWork, text: str) -> list[Person]:
        """The people whose user names stand behind an @; other words behind one are words. Raises Rejected
        `comment.mentions`, `comment.mention`.
        """
        names = mentioned(text) - {work.actor.username}
        if not names:
            return []
        known = set(work.read(select(UserAccount.username).where(UserAccount.username.in_(sorted(names)))).scalars())
        if len(known) > MOST_MENTIONS:
            raise Rejected(
                "comment.mentions",
                N_("A comment names at most {limit} people; the group's lead reaches more."),
                field="/text",
                limit=MOST_MENTIONS,
            )
        if not known:
            return []
        audience = Audience(work.connection, case.case_id, work.now)
        found = [person(row) for row in audience.members(UserAccount.username.in_(sorted(known)))]
        if missing := sorted(known - {each.username for each in found}):
            raise Rejected(
                "comment.mention",
                N_(
                    "Nothing was written: {names} may not see this complaint, so nobody would tell them. Ask them at"
                    " one of its tasks, then they see it; or leave out the @."
                ),
                field="/text",
                details=[{"username": name} for name in missing],
                names=", ".join(f"@{name}" for name in missing),
            )
        return found


def mentioned(text: str) -> set[str]:
    """Words of `text` that might be user names: behind an @ that is in no mail address, in Chinese without a space."""
    found = {name.lower() for name in MENTION.findall(text)}
    return found | {name.rstrip(".-_") for name in found}


def _notice(work: Work, case: CaseWork, text: str, comment_id: str) -> Notice:
    customer = (case.data.get("customer") or {}).get("name")
    return Notice(
        task_id=f"comment:{comment_id}",
        case_id=case.case_id,
        name="",
        number=case.number,
        customer=customer if isinstance(customer, str) else "",
        due_at=None,
        zone=case.deadlines.calendar.zone,
        reason=text,
        by=work.actor.display_name,
        path=f"/complaints/{case.number}",
    )
