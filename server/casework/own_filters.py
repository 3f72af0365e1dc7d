"""The filters of the task list that a person keeps: how many, how long, and never two of one name."""

from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import SavedFilter, UserAccount

MOST = 30
LONGEST_NAME = 60


def name_of(text: str) -> str:
    """The name as it is kept; raises Rejected `filter.name`."""
    name = " ".join(text.replace("\0", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise Rejected(
            "filter.name",
            N_("Give the filter a name of 1 to {count} characters."),
            field="/name",
            count=LONGEST_NAME,
        )
    return name


def own_filter(work: Work, filter_id: int) -> Row[Any]:
    """The actor's own filter; raises Rejected `not_found.filter`."""
    query = select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == work.actor.user_id)
    row = work.read(query).one_or_none()
    if row is None:
        raise Rejected("not_found.filter", N_("You have no such filter any more. Reload the list."))
    return row


def take_turn(work: Work) -> None:
    """Queue what lets only one command at a time change the filters of a person."""
    mine = UserAccount.id == work.actor.user_id
    work.write_one(update(UserAccount).where(mine).values(is_active=UserAccount.is_active))


def require_free(connection: Connection, user_id: int, name: str, but: int | None = None) -> None:
    """Raises Rejected `filter.taken` when another of his filters is called so."""
    query = select(SavedFilter.id).where(SavedFilter.user_id == user_id, SavedFilter.name == name)
    if connection.execute(query).scalar_one_or_none() not in (None, but):
        raise Rejected(
            "filter.taken",
            N_("You have a filter called “{name}” already. Choose another name, or delete that one first."),
            field="/name",
            name=name,
        )


def require_room(connection: Connection, user_id: int) -> None:
    """Raises Rejected `filter.many`."""
    query = select(func.count()).select_from(SavedFilter).where(SavedFilter.user_id == user_id)
    if connection.execute(query).scalar_one() >= MOST:
        raise Rejected(
            "filter.many", N_("You keep {count} filters already. Delete one that you need no more."), count=MOST
        )
