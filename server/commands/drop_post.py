"""Throw away what was kept when a session ended: it was sent again, or is not wanted any more."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.persistence.models import KeptPost


@dataclass(frozen=True, kw_only=True)
class DropPost(Command):
    """One's own only; what is gone already is gone."""

    verb: ClassVar[str] = "drop_post"
    post_id: str

    def handle(self, work: Work) -> Reply:
        work.write(delete(KeptPost).where(KeptPost.id == self.post_id, KeptPost.author_id == work.actor.user_id))
        return Answer(200, {"id": self.post_id})
