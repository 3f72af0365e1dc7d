"""What is this file, and may this person have it?"""

from typing import Any

from sqlalchemy import or_, select

from server.casework.context import Context
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Attachment, CaseFile
from server.security.actor import Actor
from server.security.visibility import visible_to


def file_info(context: Context, actor: Actor, file_id: str) -> dict[str, Any]:
    """Name, kind, size and path of the bytes; one's own upload, or a file of a case one may see.

    Raises Rejected `not_found.file`.
    """
    query = (
        select(Attachment.id, Attachment.sha256, Attachment.name, Attachment.media_type, Attachment.size)
        .outerjoin(CaseFile, CaseFile.id == Attachment.case_id)
        .where(
            Attachment.id == file_id,
            or_(Attachment.created_by == actor.user_id, visible_to(actor)),
        )
    )
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise Rejected("not_found.file", N_("There is no file {id}, or you may not see it."), id=file_id[:64])
    return row._asdict() | {"path": context.files.path(row.sha256)}
