"""Name who stands in for somebody absent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, or_, select, update

from server.casework.answer import Answer
from server.casework.command import Command, Reply
from server.casework.ladder import Person
from server.casework.substitutes import leads, person_at
from server.casework.wait_rows import rfc3339
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Membership, Substitution, UserAccount

LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class NameSubstitute(Command):
    """For oneself, or as the lead of one of his groups (or who manages people) for somebody else.

    `starts_at` to `ends_at`; `groups` are those of the absent person it is for, none: all, and what is meant for him.
    """

    verb: ClassVar[str] = "name_substitute"
    absent: str
    substitute: str
    starts_at: datetime
    ends_at: datetime
    groups: tuple[str, ...] = ()
    reason: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("task.work")
        absent, substitute = person_at(work, self.absent, "/absent"), person_at(work, self.substitute, "/substitute")
        if absent.id == substitute.id:
            raise Rejected("substitute.oneself", N_("Nobody stands in for himself."), field="/substitute")
        if absent.id != work.actor.user_id and not leads(work, absent.id):
            raise Rejected(
                "forbidden.substitute",
                N_("Only {name}, the lead of one of his groups or who manages people may name his substitute."),
                name=absent.display_name,
            )
        self._check_period(work)
        self._check_groups(work, absent.id)
        self._check_overlaps(work.connection, absent, substitute)
        row = {
            "absent_id": absent.id,
            "substitute_id": substitute.id,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "groups": sorted(set(self.groups)),
            "reason": self.reason.strip(),
            "created_at": work.now,
            "created_by": work.actor_id,
        }
        made: dict[str, Any] = {}

        # Who names a substitute for the same person at the same moment comes after, and looks again.
        work.write_one(update(UserAccount).where(UserAccount.id == absent.id).values(is_active=UserAccount.is_active))

        def write(connection: Connection) -> None:
            self._check_overlaps(connection, absent, substitute)
            made["id"] = connection.execute(insert(Substitution).returning(Substitution.id), row).scalar_one()

        work.at_commit(write)
        told = {"absent": self.absent, "substitute": self.substitute, "groups": row["groups"]}
        told |= {"starts_at": rfc3339(self.starts_at), "ends_at": rfc3339(self.ends_at)}
        return lambda: Answer(201, {"id": made["id"]} | told)

    def _check_period(self, work: Work) -> None:
        if self.ends_at <= self.starts_at or self.ends_at <= work.now:
            raise Rejected(
                "substitute.period",
                N_("The end must be later than the beginning, and later than now."),
                field="/ends_at",
            )
        if self.ends_at - self.starts_at > LONGEST:
            raise Rejected("substitute.period", N_("A substitute stands in for a year at most."), field="/ends_at")

    def _check_groups(self, work: Work, absent_id: int) -> None:
        own = set(work.read(select(Membership.group_key).where(Membership.user_id == absent_id)).scalars())
        for group in sorted(set(self.groups) - own):
            raise Rejected(
                "substitute.group",
                N_("He is not of the group “{group}”, so nobody can stand in for him there."),
                field="/groups",
                group=group[:60],
            )

    def _check_overlaps(self, connection: Connection, absent: Person, substitute: Person) -> None:
        """One substitute at a time for the same tasks, and none who is away himself."""
        query = select(Substitution).where(
            Substitution.ended_at.is_(None),
            Substitution.starts_at < self.ends_at,
            Substitution.ends_at > self.starts_at,
            or_(Substitution.absent_id == absent.id, Substitution.absent_id == substitute.id),
        )
        for row in connection.execute(query).all():
            if row.absent_id == absent.id and _same_tasks(row.groups, self.groups):
                raise Rejected(
                    "substitute.overlap",
                    N_("Somebody stands in for {name} in that time already. End that first, or choose another time."),
                    field="/starts_at",
                    name=absent.display_name,
                )
            if row.absent_id == substitute.id and not row.groups:
                raise Rejected(
                    "substitute.absent",
                    N_("{name} is absent in that time, too, and does not pass on what is passed on. Choose another."),
                    field="/substitute",
                    name=substitute.display_name,
                )


def _same_tasks(one: Collection[str], other: Collection[str]) -> bool:
    return not one or not other or bool(set(one) & set(other))
