"""Who is called for when a task is late: the lead of its group, the lead of the group above, and so on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.persistence.models import Group, UserAccount

MOST_RUNGS = 20


@dataclass(frozen=True)
class Person:
    """Somebody who can be told something."""

    id: int
    username: str
    display_name: str
    email: str | None
    language: str


PERSON = (
    UserAccount.id,
    UserAccount.username,
    UserAccount.display_name,
    UserAccount.email,
    UserAccount.language,
)
"""The columns a Person is made from."""
_GROUPS = (
    select(*PERSON, Group.key, Group.parent)
    .select_from(Group)
    .outerjoin(UserAccount, (UserAccount.id == Group.lead_id) & UserAccount.is_active.is_(True))
)


@dataclass(frozen=True)
class Rung:
    """A group on the way up; `lead` is None where nobody active leads it. `level` counts from 1."""

    level: int
    group: str
    lead: Person | None


def person(row: Any) -> Person:
    """From a row with the columns PERSON."""
    return Person(row.id, row.username, row.display_name, row.email, row.language)


def ladder_of(connection: Connection, group: str | None) -> list[Rung]:
    """The rungs of a task of `group`, lowest first."""
    groups: dict[str | None, Any] = {row.key: row for row in connection.execute(_GROUPS)}
    rungs: list[Rung] = []
    while group in groups and len(rungs) < MOST_RUNGS and all(rung.group != group for rung in rungs):
        row = groups[group]
        lead = person(row) if row.id is not None else None
        rungs.append(Rung(len(rungs) + 1, row.key, lead))
        group = row.parent
    return rungs


def climb(rungs: list[Rung], level: int, at_least: int, told: Collection[int | None]) -> tuple[Rung | None, list[str]]:
    """(the rung to go to from `level`, not below `at_least`; groups left out on the way).

    A rung without a lead is left out, and so is one whose lead is among `told`, who has the task already. None at
    the top.
    """
    skipped: list[str] = []
    for rung in rungs:
        if rung.level <= level or rung.level < at_least:
            continue
        if rung.lead is not None and rung.lead.id not in told:
            return rung, skipped
        skipped.append(rung.group)
    return None, skipped
