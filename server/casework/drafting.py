"""Drafts of applications: a base version with changed files laid over it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.library import known_names
from server.casework.tools import Tools
from server.domain.bundle import Bundle
from server.domain.forms import FormBook
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import DefinitionDraft, DefinitionDraftFile

CHANGEABLE = "open"


def find_draft(connection: Connection, draft_id: int) -> Row[Any]:
    """The row of a draft; raises Rejected `not_found.draft`."""
    row = connection.execute(
        select(*DefinitionDraft.__table__.columns).where(DefinitionDraft.id == draft_id)
    ).one_or_none()
    if row is None:
        raise Rejected("not_found.draft", N_("There is no draft {id}."), id=draft_id)
    return row


def open_draft(connection: Connection, draft_id: int) -> Row[Any]:
    """As `find_draft`, of a draft that may still be changed; raises Rejected `draft.closed`, too."""
    row = find_draft(connection, draft_id)
    if row.state != CHANGEABLE:
        raise Rejected(
            "draft.closed",
            N_("The draft “{title}” cannot be changed any more: it is proposed, published or given up. Begin another."),
            title=row.title,
        )
    return row


def changed_files(connection: Connection, draft_id: int) -> dict[str, bytes | None]:
    """What the draft has of its own, by path; None: it leaves the file out."""
    query = select(DefinitionDraftFile.path, DefinitionDraftFile.content).where(
        DefinitionDraftFile.draft_id == draft_id
    )
    return {row.path: row.content for row in connection.execute(query)}


def base_files(tools: Tools, draft: Row[Any]) -> Mapping[str, bytes]:
    """The files of the version the draft began with; none for an application that begins with it."""
    return {} if draft.base_version_id is None else tools.library.version(draft.base_version_id).bundle


def draft_files(tools: Tools, connection: Connection, draft: Row[Any]) -> dict[str, bytes]:
    """All files of the draft as it stands, by path."""
    return laid_over(base_files(tools, draft), changed_files(connection, draft.id))


def draft_bundle(tools: Tools, connection: Connection, draft: Row[Any]) -> Bundle:
    """The draft as a bundle; raises Rejected `bundle.…` while it is none, and when it is one of another application."""
    return bundle_of(draft.key, draft_files(tools, connection, draft))


def bundle_of(key: str, files: Mapping[str, bytes]) -> Bundle:
    """The bundle of these files, which must be one of the application `key`; raises Rejected `bundle.…`."""
    bundle = Bundle(files)
    if bundle.application.key != key:
        raise Rejected(
            "bundle.application",
            N_("The bundle is one of the application {said}, not of {key}."),
            said=bundle.application.key,
            key=key,
        )
    return bundle


def laid_over(base: Mapping[str, bytes], changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """`base` with changed files in their places, and without those that are None."""
    return {path: data for path, data in {**base, **changed}.items() if data is not None}


def names_in(files: Mapping[str, bytes]) -> frozenset[str]:
    """Names that expressions may use here; none while the case schema cannot be read, which the check tells."""
    try:
        return known_names(FormBook(Bundle(files)).case_schema())
    except (Rejected, KeyError):
        return frozenset()


def both_changed(before: Mapping[str, bytes], now: Mapping[str, bytes], own: Mapping[str, bytes | None]) -> list[str]:
    """Paths that the draft and the version `now` change in different ways against `before`."""
    return sorted(path for path, data in own.items() if now.get(path) != before.get(path) and now.get(path) != data)


def require_seen(draft: Row[Any], revision: int) -> None:
    """Raises Rejected `draft.changed` unless the draft still is what somebody looked at."""
    if draft.revision != revision:
        raise Rejected(
            "draft.changed",
            N_("The draft “{title}” was changed while you looked at it. Look at what it is now, then try again."),
            title=draft.title,
        )
