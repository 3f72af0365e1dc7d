"""What does one file of a draft hold, and who wrote it?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.casework.context import Context
from server.casework.drafting import base_files, find_draft
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionDraftFile, UserAccount
from server.security.actor import Actor


@dataclass(frozen=True)
class DraftFile:
    """`content` None: the draft leaves it out. `revision` 0: as in the base, and then nobody is its author here."""

    path: str
    content: bytes | None
    revision: int
    by: str | None
    at: datetime | None
    editable: bool


def draft_file(context: Context, actor: Actor, draft_id: int, path: str, *, as_in_base: bool = False) -> DraftFile:
    """`as_in_base`: what the version the draft began with has there, whatever the draft made of it.

    Raises Rejected `not_found.draft` or, where neither the draft nor its base knows the path, `not_found.file`.
    """
    actor.require("definition.read")
    query = (
        select(*DefinitionDraftFile.__table__.columns, UserAccount.display_name)
        .outerjoin(UserAccount, UserAccount.id == DefinitionDraftFile.updated_by)
        .where(DefinitionDraftFile.draft_id == draft_id, DefinitionDraftFile.path == path)
    )
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        row = connection.execute(query).one_or_none()
    editable = draft.state == "open" and actor.may("definition.edit")
    if row is not None and not as_in_base:
        return DraftFile(path, row.content, row.revision, row.display_name, row.updated_at, editable)
    base = base_files(context, draft)
    if path not in base:
        raise Rejected("not_found.file", N_("The bundle has no file {path}."), path=path[:200])
    return DraftFile(path, base[path], 0, None, None, editable)
