"""Prepare the database for work: the site, its groups and, for the demo, its people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.persistence.models import Base, Group, Membership, Site, UserAccount
from server.security.demo import DEMO_PEOPLE, DemoPerson
from server.security.permissions import GROUPS


@dataclass(frozen=True, kw_only=True)
class PrepareSite(Command):
    """Adds what is missing and changes nothing that is there; demo people have no password."""

    verb: ClassVar[str] = "prepare_site"
    demo: bool = False

    def handle(self, work: Work) -> Reply:
        settings = work.context.settings
        site = {"key": settings.site, "name": settings.site, "timezone": settings.timezone}
        groups = [{"key": key, "title": title} for key, title in GROUPS.items()]
        work.at_commit(lambda connection: _add_missing(connection, Site, [site]))
        work.at_commit(lambda connection: _add_missing(connection, Group, groups))
        if self.demo:
            there = set(work.read(select(UserAccount.username)).scalars())
            missing = [person for person in DEMO_PEOPLE if person.username not in there]
            work.at_commit(lambda connection: _add_people(connection, work, missing))
        return Answer(200, {"site": settings.site})


def _add_missing(connection: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(table).on_conflict_do_nothing(), rows)


def _add_people(connection: Connection, work: Work, people: Iterable[DemoPerson]) -> None:
    for person in people:
        _add_person(connection, work, person)


def _add_person(connection: Connection, work: Work, person: DemoPerson) -> None:
    row = {
        "username": person.username,
        "display_name": person.display_name,
        "language": person.language,
        "site": work.context.settings.site,
        "is_active": True,
        "created_at": work.now,
    }
    user_id = connection.execute(insert(UserAccount).values(**row).returning(UserAccount.id)).scalar_one()
    members = [{"user_id": user_id, "group_key": group} for group in person.groups]
    connection.execute(insert(Membership), members)
