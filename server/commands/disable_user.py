"""Disable a person: no log-in and no token works any more; what he did stays in the history."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import ApiToken, UserAccount


@dataclass(frozen=True, kw_only=True)
class DisableUser(Command):
    verb: ClassVar[str] = "disable_user"
    username: str

    def handle(self, work: Work) -> Reply:
        work.actor.require("user.manage")
        user_id = work.read(select(UserAccount.id).where(UserAccount.username == self.username)).scalar_one_or_none()
        if user_id is None:
            raise Rejected("not_found.user", N_("There is no user “{name}”."), name=self.username[:60])
        work.write_one(update(UserAccount).where(UserAccount.id == user_id).values(is_active=False))
        work.write(
            update(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=work.now)
        )
        return Answer(200, {"username": self.username, "is_active": False})
