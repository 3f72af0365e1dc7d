"""Make an access token for scripts; it is shown once."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import insert, select

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import ApiToken, UserAccount
from server.security.tokens import new_token


@dataclass(frozen=True, kw_only=True)
class CreateToken(Command):
    """One's own with `token.manage_own`, another's with `user.manage`."""

    verb: ClassVar[str] = "create_token"
    username: str

    def handle(self, work: Work) -> Reply:
        own = self.username == work.actor.username
        work.actor.require("token.manage_own" if own else "user.manage")
        user_id = work.read(
            select(UserAccount.id).where(UserAccount.username == self.username, UserAccount.is_active.is_(True))
        ).scalar_one_or_none()
        if user_id is None:
            raise Rejected("not_found.user", N_("There is no active user “{name}”."), name=self.username[:60])
        plain, digest = new_token()
        work.write(insert(ApiToken), [{"user_id": user_id, "digest": digest, "created_at": work.now}])
        return Answer(201, {"token": plain})
