"""Revoke one of one's own access tokens."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import ApiToken


@dataclass(frozen=True, kw_only=True)
class RevokeToken(Command):
    """From now on calls with it are refused."""

    verb: ClassVar[str] = "revoke_token"
    token_id: int

    def handle(self, work: Work) -> Reply:
        work.actor.require("token.manage_own")
        own = (ApiToken.id == self.token_id, ApiToken.user_id == work.actor.user_id, ApiToken.revoked_at.is_(None))
        if work.read(select(ApiToken.id).where(*own)).first() is None:
            raise Rejected("not_found.token", N_("There is no such token of yours, or it was already revoked."))
        work.write_one(update(ApiToken).where(*own).values(revoked_at=work.now))
        return Answer(200, {"id": self.token_id})
