"""Whom somebody stands in for at a moment."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select

from server.casework.ladder import PERSON, Person, person
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Group, Membership, Substitution, UserAccount
from server.security.actor import StandIn

_AT = bindparam("now", type_=Substitution.ends_at.type)
IN_FORCE = and_(Substitution.starts_at <= _AT, Substitution.ends_at > _AT, Substitution.ended_at.is_(None))
"""A substitution holds at the moment `now`, a parameter of the statement."""

# Asked at every request: put together once.
_NOW = (
    select(
        Substitution.absent_id,
        Substitution.groups,
        UserAccount.username,
        UserAccount.display_name,
        Membership.group_key,
    )
    .join(UserAccount, UserAccount.id == Substitution.absent_id)
    .outerjoin(Membership, Membership.user_id == Substitution.absent_id)
    .where(
        Substitution.substitute_id == bindparam("user"),
        IN_FORCE,
        UserAccount.is_active.is_(True),
    )
)


def stands_in(connection: Connection, user_id: int, now: datetime) -> tuple[StandIn, ...]:
    """The absent people whose substitute the user is, each with his own groups and no others.

    What an absent person may do as a substitute himself does not go on to his own substitute, and what an ended
    account might do is nobody's.
    """
    scopes: dict[int, tuple[str, str, list[str]]] = {}
    groups: dict[int, set[str]] = {}
    for row in connection.execute(_NOW, {"user": user_id, "now": now}):
        name, shown, scope = scopes.get(row.absent_id, (row.username, row.display_name, list(row.groups)))
        scopes[row.absent_id] = (name, shown, [*scope, *row.groups] if scope and row.groups else [])
        groups.setdefault(row.absent_id, set()).update({row.group_key} - {None})
    return tuple(
        StandIn(
            absent,
            name,
            shown,
            frozenset(groups[absent] & set(scope) if scope else groups[absent]),
            whole=not scope,
        )
        for absent, (name, shown, scope) in scopes.items()
    )


def leads(work: Work, user_id: int) -> bool:
    """Whether the actor leads a group of that person, or manages people."""
    if work.actor.may("user.manage"):
        return True
    query = (
        select(Group.key)
        .join(Membership, Membership.group_key == Group.key)
        .where(Membership.user_id == user_id, Group.lead_id == work.actor.user_id)
    )
    return work.read(query).first() is not None


def person_at(work: Work, username: str, field: str) -> Person:
    """The active person of the actor's sites; raises Rejected `substitute.unknown`."""
    query = select(*PERSON, UserAccount.site).where(UserAccount.username == username, UserAccount.is_active.is_(True))
    row = work.read(query).one_or_none()
    if row is None or row.site not in work.actor.sites:
        raise Rejected(
            "substitute.unknown",
            N_("There is no active colleague “{name}” at your site."),
            field=field,
            name=username[:60],
        )
    return person(row)
