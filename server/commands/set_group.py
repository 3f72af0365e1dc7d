"""Change a group: its title, who leads it, and which group stands above it; or make a new one."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Group

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, kw_only=True)
class SetGroup(Command):
    """`title` in one line a language; `lead` is a user name, `parent` a group's key, each None for none."""

    verb: ClassVar[str] = "set_group"
    key: str
    title: str
    lead: str | None = None
    parent: str | None = None

    def handle(self, work: Work) -> Reply:
        work.actor.require("user.manage")
        if not KEY.fullmatch(self.key):
            raise Rejected(
                "group.key",
                N_("A group's key has up to 64 small letters, digits and _, like quality; “{key}” has not."),
                key=self.key[:70],
            )
        if not self.title.strip():
            raise Rejected("group.title", N_("A group needs a title."), field="/title")
        self._check_parent(work)
        row = {
            "title": self.title.strip(),
            "lead_id": self._lead(work),
            "parent": self.parent or None,
        }
        work.at_commit(lambda connection: _keep(connection, self.key, row))
        told = {"title": row["title"], "lead": self.lead or None, "parent": row["parent"]}
        return Answer(200, {"key": self.key, **told})

    def _lead(self, work: Work) -> int | None:
        if not self.lead:
            return None
        found = work.user_id(self.lead)
        if found is None:
            raise Rejected(
                "group.lead",
                N_("There is no active user “{name}” to lead the group."),
                field="/lead",
                name=self.lead[:60],
            )
        return found

    def _check_parent(self, work: Work) -> None:
        """The way up must come to an end, or nobody would ever stand at the top of it."""
        if not self.parent:
            return
        parents: dict[str, str | None] = {row.key: row.parent for row in work.read(select(Group.key, Group.parent))}
        if self.parent not in parents and self.parent != self.key:
            raise Rejected(
                "group.parent",
                N_("There is no group “{group}”. Groups: {known}."),
                field="/parent",
                group=self.parent[:60],
                known=", ".join(sorted(parents)),
            )
        above: str | None = self.parent
        while above is not None:
            if above == self.key:
                raise Rejected(
                    "group.cycle",
                    N_("The group {parent} cannot stand above {key}: it stands below it."),
                    field="/parent",
                    parent=self.parent,
                    key=self.key,
                )
            above = parents.get(above)


def _keep(connection: Connection, key: str, row: dict[str, Any]) -> None:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(Group).values(key=key, **row)
    connection.execute(statement.on_conflict_do_update(index_elements=[Group.key], set_=row))
