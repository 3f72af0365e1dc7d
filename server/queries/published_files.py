"""Which files does a published version have, and what has stood in them in any version?"""

from dataclasses import dataclass

from sqlalchemy import select

from server.casework.context import Context
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionVersion, ProcessApplication
from server.security.actor import Actor


@dataclass(frozen=True)
class PublishedFiles:
    """`known`: for each path the contents it has had in the versions of this application."""

    number: int
    bundle: Bundle
    known: dict[str, set[bytes]]


def published_files(context: Context, actor: Actor, key: str, number: int | None = None) -> PublishedFiles:
    """The version `number` of the application `key`, by default the one new cases start with.

    Raises Rejected `not_found.definition` or `not_found.version`.
    """
    actor.require("definition.read")
    query = select(
        DefinitionVersion.id, DefinitionVersion.number, DefinitionVersion.bundle, ProcessApplication.current_version_id
    ).join(ProcessApplication, ProcessApplication.key == DefinitionVersion.key)
    with context.read() as connection:
        rows = connection.execute(query.where(DefinitionVersion.key == key)).all()
    if not rows:
        sentence = N_("No process application “{key}” is published. Publish one with kesu deploy.")
        raise Rejected("not_found.definition", sentence, key=key[:64])
    wanted = [row for row in rows if (row.id == row.current_version_id if number is None else row.number == number)]
    if not wanted:
        sentence = N_("There is no version {to} of the application “{key}”.")
        raise Rejected("not_found.version", sentence, key=key[:64], to=number)
    known: dict[str, set[bytes]] = {}
    for row in rows:
        for path, data in Bundle.from_zip(row.bundle).items():
            known.setdefault(path, set()).add(data)
    return PublishedFiles(wanted[0].number, Bundle.from_zip(wanted[0].bundle), known)
