"""Put somebody's overview of a day into the outbox, once for each day."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import insert, select

from server.casework.command import Answer, Command, Reply
from server.casework.ladder import PERSON, person
from server.casework.notice_mail import delivery, is_away, mail_row
from server.casework.work import Work
from server.domain.notice_kinds import DIGEST
from server.persistence.models import NoticeDigest, OutboxMail, UserAccount


@dataclass(frozen=True, kw_only=True)
class SendDigest(Command):
    """`day` is YYYY-MM-DD at his site. Without a text there is nothing to tell, and the day is dealt with all the same.

    Of two processes that do it at the same moment the second runs into the first one's row, and looks again.
    """

    verb: ClassVar[str] = "send_digest"
    user_id: int
    day: str
    subject: str = ""
    body: str = ""

    def handle(self, work: Work) -> Reply:
        done = select(NoticeDigest.day).where(NoticeDigest.user_id == self.user_id, NoticeDigest.day == self.day)
        if work.read(done).first() is not None:
            return Answer(200, {"outcome": "done"})
        outcome = self._send(work)
        row = {"user_id": self.user_id, "day": self.day, "made_at": work.now, "outcome": outcome}
        work.write(insert(NoticeDigest), [row])
        return Answer(200, {"outcome": outcome})

    def _send(self, work: Work) -> str:
        query = select(*PERSON).where(UserAccount.id == self.user_id, UserAccount.is_active.is_(True))
        row = work.read(query).one_or_none()
        if row is None:
            return "nobody"
        if is_away(work.connection, self.user_id, work.now):
            return "away"
        found = delivery(work.connection, work.context.settings, work.now, person(row), DIGEST, None)
        if found.outcome != "queued" or not self.body:
            return found.outcome if found.outcome != "queued" else "empty"
        key = f"digest:{self.user_id}:{self.day}"
        mail = mail_row(work.context.settings, work.now, found, self.subject, self.body, key)
        work.write(insert(OutboxMail), [mail])
        return "queued"
