"""Change one's own password, or set the first one after a one-time link."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import UserAccount
from server.security.passwords import hash_password, verify_password


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command):
    """`old` is needed as soon as there is a password."""

    verb: ClassVar[str] = "change_password"
    old: str | None
    new: str

    def handle(self, work: Work) -> Reply:
        current = work.read(select(UserAccount.password_hash).where(UserAccount.id == work.actor.user_id)).scalar_one()
        if current is not None and not verify_password(current, self.old or ""):
            raise Rejected("user.wrong_password", N_("The old password is not right."), field="/old")
        work.write_one(
            update(UserAccount)
            .where(UserAccount.id == work.actor.user_id, UserAccount.password_hash.is_not_distinct_from(current))
            .values(password_hash=hash_password(self.new))
        )
        return Answer(200, {"username": work.actor.username})
