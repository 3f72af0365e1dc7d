"""Which mails come to oneself."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete, insert

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.notice_kinds import NOTICE_KINDS
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import NoticeWish


@dataclass(frozen=True, kw_only=True)
class ChooseNotices(Command):
    """`kinds` is the whole choice: what is not in it comes no more, mails that are not sent yet among it.

    None: what the site has set counts again, and follows it.
    """

    verb: ClassVar[str] = "choose_notices"
    kinds: Collection[str] | None

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.work")
        unknown = sorted(set(self.kinds or ()).difference(NOTICE_KINDS))
        if unknown:
            raise Rejected(
                "malformed.notice",
                N_("There are no mails “{name}”. Use some of: {known}."),
                field="/kinds",
                name=unknown[0][:40],
                known=", ".join(NOTICE_KINDS),
            )
        work.write(delete(NoticeWish).where(NoticeWish.user_id == work.actor_id))
        if self.kinds is None:
            return Answer(200, {"kinds": [kind for kind in NOTICE_KINDS if kind in work.context.settings.notice_kinds]})
        rows = [{"user_id": work.actor_id, "kind": kind, "wanted": kind in self.kinds} for kind in NOTICE_KINDS]
        work.write(insert(NoticeWish), rows)
        return Answer(200, {"kinds": [row["kind"] for row in rows if row["wanted"]]})
