"""Ties uploaded files to the case whose form names them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, or_, select, update

from server.casework.work import Work
from server.domain.attachments import attachment_ids
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Attachment


def claim_attachments(work: Work, case_id: int | None, view: Mapping[str, Any], before: Any, after: Any) -> list[str]:
    """Check the files that `after` names and `before` did not, and queue that they belong to the case.

    Returns their ids; raises Rejected for an id that is neither a file of this case nor the actor's own upload.
    """
    new = sorted(attachment_ids(view, after) - attachment_ids(view, before))
    if new:
        _check(work, new, case_id)
        if case_id is not None:
            work.write(update(Attachment).where(Attachment.id.in_(new)).values(case_id=case_id))
    return new


def _check(work: Work, ids: list[str], case_id: int | None) -> None:
    own = and_(Attachment.case_id.is_(None), Attachment.created_by == work.actor_id)
    known = set(
        work.read(
            select(Attachment.id).where(Attachment.id.in_(ids), or_(Attachment.case_id == case_id, own))
        ).scalars()
    )
    for file_id in ids:
        if file_id not in known:
            raise Rejected(
                "file.unknown",
                N_("There is no uploaded file {id} that you may use here. Upload it first and use the id you get."),
                id=file_id[:64],
            )
