"""Prepare the database for work: the site, its groups and, for the demo, its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.persistence.models import Base, Group, Membership, Site, UserAccount
from server.security.demo import DEMO_PEOPLE, DemoPerson
from server.security.permissions import GROUPS, PARENTS


@dataclass(frozen=True, kw_only=True)
class PrepareSite(Command):
    """Adds what is missing and changes nothing that is there; demo people have no password."""

    verb: ClassVar[str] = "prepare_site"
    demo: bool = False

    def handle(self, work: Work) -> Reply:
        settings = work.context.settings
        site = {"key": settings.site, "name": settings.site, "timezone": settings.timezone}
        groups = [{"key": key, "title": title} for key, title in GROUPS.items()]
        there = set(work.read(select(Group.key)).scalars())
        new = {key: parent for key, parent in PARENTS.items() if key not in there}
        work.at_commit(lambda connection: _add_missing(connection, Site, [site]))
        work.at_commit(lambda connection: _add_missing(connection, Group, groups))
        work.at_commit(lambda connection: _place(connection, new))
        if self.demo:
            known = set(work.read(select(UserAccount.username)).scalars())
            missing = [person for person in DEMO_PEOPLE if person.username not in known]
            work.at_commit(lambda connection: _add_people(connection, work, missing))
        return Answer(200, {"site": settings.site})


def _add_missing(connection: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(table).on_conflict_do_nothing(), rows)


def _place(connection: Connection, parents: Mapping[str, str]) -> None:
    """Put new groups on the ladder, once all of them are there."""
    for key, parent in parents.items():
        connection.execute(update(Group).where(Group.key == key, Group.parent.is_(None)).values(parent=parent))


def _add_people(connection: Connection, work: Work, people: Sequence[DemoPerson]) -> None:
    for person in people:
        _add_person(connection, work, person)
    # Only those who came just now: who leads a group is for its people to change.
    for person in people:
        lead = select(UserAccount.id).where(UserAccount.username == person.username).scalar_subquery()
        free = Group.key.in_(person.leads) & Group.lead_id.is_(None)
        connection.execute(update(Group).where(free).values(lead_id=lead))


def _add_person(connection: Connection, work: Work, person: DemoPerson) -> None:
    row = {
        "username": person.username,
        "display_name": person.display_name,
        "email": person.email,
        "language": person.language,
        "site": work.context.settings.site,
        "is_active": True,
        "created_at": work.now,
    }
    user_id = connection.execute(insert(UserAccount).values(**row).returning(UserAccount.id)).scalar_one()
    members = [{"user_id": user_id, "group_key": group} for group in person.groups]
    connection.execute(insert(Membership), members)
