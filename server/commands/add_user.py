"""Add a person who may log in."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, insert, select

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import LANGUAGES, N_
from server.persistence.models import Group, Membership, UserAccount
from server.security.passwords import hash_password

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}")


@dataclass(frozen=True, kw_only=True)
class AddUser(Command):
    """Without a password the person can log in by a one-time link only, and sets one then."""

    verb: ClassVar[str] = "add_user"
    username: str
    display_name: str
    groups: tuple[str, ...] = ()
    email: str | None = None
    password: str | None = None
    language: str = LANGUAGES[0]

    def handle(self, work: Work) -> Reply:
        work.actor.require("user.manage")
        self._check(work)
        row: dict[str, Any] = {
            "username": self.username,
            "display_name": self.display_name.strip() or self.username,
            "email": self.email,
            "password_hash": hash_password(self.password) if self.password else None,
            "language": self.language,
            "site": work.context.settings.site,
            "is_active": True,
            "created_at": work.now,
        }
        work.at_commit(lambda connection: self._insert(connection, row))
        return Answer(201, {"username": self.username, "groups": sorted(self.groups)})

    def _check(self, work: Work) -> None:
        if not USERNAME.fullmatch(self.username):
            raise Rejected(
                "user.name",
                N_("A user name has 1 to 50 small letters, digits, dots, dashes; “{name}” has not."),
                name=self.username[:60],
            )
        if work.read(select(UserAccount.id).where(UserAccount.username == self.username)).first():
            raise Rejected("user.exists", N_("There is already a user “{name}”."), name=self.username)
        known = set(work.read(select(Group.key)).scalars())
        for group in self.groups:
            if group not in known:
                raise Rejected(
                    "user.group",
                    N_("There is no group “{group}”. Groups: {known}."),
                    group=group[:60],
                    known=", ".join(sorted(known)),
                )

    def _insert(self, connection: Connection, row: dict[str, Any]) -> None:
        user_id = connection.execute(insert(UserAccount).values(**row).returning(UserAccount.id)).scalar_one()
        if self.groups:
            members = [{"user_id": user_id, "group_key": group} for group in sorted(set(self.groups))]
            connection.execute(insert(Membership), members)
