"""Ties uploaded files to the case whose form names them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from server.casework.work import Work
from server.domain.attachments import attachment_ids
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Attachment


def claim_attachments(work: Work, case_id: int | None, view: Mapping[str, Any], before: Any, after: Any) -> list[str]:
    """Queue that the files which `after` names and `before` did not belong to the case; returns their ids.

    An id that is neither a file of this case nor the actor's own upload is Rejected: at commit, or at once while the
    case is not yet there.
    """
    new = sorted(attachment_ids(view, after) - attachment_ids(view, before))
    if new and case_id is None:
        _check(work.connection, work.actor_id, new, case_id)
    elif new:
        # The update itself tells whether all may be used: a completion has no statement to spare for asking first.
        work.at_commit(lambda connection: _take(connection, work.actor_id, new, case_id))
    return new


def _take(connection: Connection, actor_id: int | None, ids: list[str], case_id: int | None) -> None:
    taken = connection.execute(update(Attachment).where(_usable(actor_id, ids, case_id)).values(case_id=case_id))
    if taken.rowcount != len(ids):
        _check(connection, actor_id, ids, case_id)


def _usable(actor_id: int | None, ids: list[str], case_id: int | None) -> ColumnElement[bool]:
    own = and_(Attachment.case_id.is_(None), Attachment.created_by == actor_id)
    return and_(Attachment.id.in_(ids), or_(Attachment.case_id == case_id, own))


def _check(connection: Connection, actor_id: int | None, ids: list[str], case_id: int | None) -> None:
    known = set(connection.execute(select(Attachment.id).where(_usable(actor_id, ids, case_id))).scalars())
    for file_id in ids:
        if file_id not in known:
            raise Rejected(
                "file.unknown",
                N_("There is no uploaded file {id} that you may use here. Upload it first and use the id you get."),
                id=file_id[:64],
            )
