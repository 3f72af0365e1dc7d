"""Who may see one case: the other side of `visible_to`, which says what cases one person may see."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, or_, select

from server.casework.ladder import PERSON
from server.casework.substitutes import IN_FORCE
from server.persistence.models import (
    CaseFile,
    Membership,
    PermissionGrant,
    Substitution,
    TaskRequest,
    UserAccount,
    UserTask,
)
from server.security.permissions import READ_ALL, groups_that_may


class Audience:
    """The people who may see a case; reads who had a part in it when made."""

    def __init__(self, connection: Connection, case_id: int | None, now: datetime) -> None:
        case = connection.execute(select(CaseFile.site, CaseFile.created_by).where(CaseFile.id == case_id)).one()
        self._connection, self._site = connection, case.site
        parts = connection.execute(
            select(
                UserTask.candidate_group,
                UserTask.assignee_id,
                UserTask.claimed_by,
                UserTask.escalated_to,
                UserTask.ended_by,
                UserTask.delegated_by,
            )
            .where(UserTask.case_id == case_id)
            .distinct()
        ).all()
        self._groups = {row.candidate_group for row in parts} - {None}
        took_part = {person for row in parts for person in row[1:] if person is not None}
        asked = connection.execute(
            select(TaskRequest.asked_of).where(TaskRequest.case_id == case_id).distinct()
        ).scalars()
        self._people = took_part | ({case.created_by, *asked} - {None}) | self._substitutes(took_part, now)

    def members(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Row[Any]]:
        """Those who may see the case among the active people that `conditions` are true of, with the columns PERSON."""
        query = (
            select(*PERSON)
            .where(UserAccount.is_active.is_(True), UserAccount.site == self._site, self._sees(), *conditions)
            .order_by(UserAccount.username)
        )
        return list(self._connection.execute(query if limit is None else query.limit(limit)))

    def _sees(self) -> ColumnElement[bool]:
        groups = sorted(self._groups | groups_that_may(READ_ALL))
        return or_(
            UserAccount.id.in_(sorted(self._people)),
            exists().where(Membership.user_id == UserAccount.id, Membership.group_key.in_(groups)),
            exists().where(PermissionGrant.user_id == UserAccount.id, PermissionGrant.permission == READ_ALL),
        )

    def _substitutes(self, took_part: set[int], now: datetime) -> set[int]:
        """Those who at this moment do the tasks of one who took part, or of a group that did."""
        query = (
            select(Substitution.substitute_id, Substitution.absent_id, Substitution.groups, Membership.group_key)
            .join(UserAccount, UserAccount.id == Substitution.absent_id)
            .outerjoin(Membership, Membership.user_id == Substitution.absent_id)
            .where(IN_FORCE, UserAccount.is_active.is_(True))
        )
        return {
            row.substitute_id
            for row in self._connection.execute(query, {"now": now})
            if (not row.groups and row.absent_id in took_part)
            or (row.group_key in self._groups and (not row.groups or row.group_key in row.groups))
        }
