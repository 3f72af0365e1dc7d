"""What is this file, or what are these, and may this person have them?"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, or_, select

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
    with context.read() as connection:
        row = connection.execute(_visible(actor).where(Attachment.id == file_id)).one_or_none()
    if row is None:
        raise Rejected("not_found.file", N_("There is no file {id}, or you may not see it."), id=file_id[:64])
    return row._asdict() | {"path": context.files.path(row.sha256)}


def files_info(context: Context, actor: Actor, file_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Id, name, kind and size of those he may have, by id, whatever their number in one statement."""
    if not file_ids:
        return {}
    query = _visible(actor).where(Attachment.id.in_(sorted(file_ids)))
    with context.read() as connection:
        return {row.id: row._asdict() for row in connection.execute(query)}


def _visible(actor: Actor) -> Select[str, str, str, str, int]:
    return (
        select(Attachment.id, Attachment.sha256, Attachment.name, Attachment.media_type, Attachment.size)
        .outerjoin(CaseFile, CaseFile.id == Attachment.case_id)
        .where(or_(Attachment.created_by == actor.user_id, visible_to(actor)))
    )
