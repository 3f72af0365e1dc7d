"""A version or a draft as a zip that unpacks into `workflows/KEY` and `forms/KEY`."""

from sqlalchemy import select

from server.casework.context import Context
from server.casework.drafting import draft_files, find_draft
from server.domain.bundle import Bundle, place_of
from server.domain.bundle_zip import pack
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionVersion
from server.security.actor import Actor


def version_archive(context: Context, actor: Actor, key: str, number: int) -> bytes:
    """The files as they were published, byte for byte. Raises Rejected `not_found.version`."""
    actor.require("definition.read")
    query = select(DefinitionVersion.bundle).where(DefinitionVersion.key == key, DefinitionVersion.number == number)
    with context.read() as connection:
        packed = connection.execute(query).scalar_one_or_none()
    if packed is None:
        raise Rejected(
            "not_found.version", N_("There is no version {to} of the application “{key}”."), key=key, to=number
        )
    # Not from the library: a version that today's engine refuses can still be carried away.
    return pack({place_of(key, path): data for path, data in Bundle.from_zip(packed).items()})


def draft_archive(context: Context, actor: Actor, draft_id: int) -> tuple[str, bytes]:
    """(key of the application, zip) of a draft as it stands, good or not. Raises Rejected `not_found.draft`."""
    actor.require("definition.read")
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        files = draft_files(context, connection, draft)
    return draft.key, pack({place_of(draft.key, path): data for path, data in files.items()})
