"""A version or a draft as a zip that unpacks into `workflows/KEY` and `forms/KEY`."""

from sqlalchemy import select

from server.casework.context import Context
from server.casework.drafting import draft_files, find_draft
from server.domain.bundle import place_of
from server.domain.bundle_zip import pack
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionVersion
from server.security.actor import Actor


def version_archive(context: Context, actor: Actor, key: str, number: int) -> bytes:
    """The files as they were published, byte for byte. Raises Rejected `not_found.version`."""
    actor.require("definition.read")
    query = select(DefinitionVersion.id).where(DefinitionVersion.key == key, DefinitionVersion.number == number)
    with context.read() as connection:
        version_id = connection.execute(query).scalar_one_or_none()
    if version_id is None:
        raise Rejected(
            "not_found.version", N_("There is no version {to} of the application “{key}”."), key=key, to=number
        )
    bundle = context.library.version(version_id).bundle
    return pack({place_of(key, path): data for path, data in bundle.items()})


def draft_archive(context: Context, actor: Actor, draft_id: int) -> tuple[str, bytes]:
    """(key of the application, zip) of a draft as it stands, good or not. Raises Rejected `not_found.draft`."""
    actor.require("definition.read")
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        files = draft_files(context, connection, draft)
    return draft.key, pack({place_of(draft.key, path): data for path, data in files.items()})
