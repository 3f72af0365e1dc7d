"""Somebody absent is back earlier: his substitute stands in no more."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update

from server.casework.command import Answer, Command, Reply
from server.casework.substitutes import leads
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Substitution


@dataclass(frozen=True, kw_only=True)
class EndSubstitution(Command):
    """By either of the two, who named it, or the lead; what has ended stays so."""

    verb: ClassVar[str] = "end_substitution"
    substitution_id: int

    def handle(self, work: Work) -> Reply:
        query = select(Substitution).where(Substitution.id == self.substitution_id)
        row = work.read(query).one_or_none()
        own = row is not None and work.actor.user_id in (row.absent_id, row.substitute_id, row.created_by)
        if row is None or not (own or leads(work, row.absent_id)):
            raise Rejected("not_found.substitution", N_("There is no such substitute, or it is not yours to end."))
        if row.ended_at is None and row.ends_at > work.now:
            work.write_one(
                update(Substitution)
                .where(Substitution.id == row.id, Substitution.ended_at.is_(None))
                .values(ended_at=work.now, ended_by=work.actor_id)
            )
        return Answer(200, {"id": row.id, "state": "ended"})
