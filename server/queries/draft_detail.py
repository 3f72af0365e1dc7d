"""What is in a draft, who changed what, and how far is it from being a version?"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from server.casework.context import Context
from server.casework.drafting import base_files
from server.casework.wait_rows import rfc3339
from server.domain.application import FILE
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import (
    DefinitionDraft,
    DefinitionDraftFile,
    DefinitionVersion,
    ProcessApplication,
    UserAccount,
)
from server.security.actor import Actor

_Creator, _Updater, _Proposer = (aliased(UserAccount, name=name) for name in ("creator", "updater", "proposer"))


def draft_list(context: Context, actor: Actor, key: str) -> list[dict[str, Any]]:
    """The drafts of an application that are still in work, newest first."""
    actor.require("definition.read")
    query = _drafts().where(DefinitionDraft.key == key, DefinitionDraft.state.in_(("open", "proposed")))
    with context.read() as connection:
        return [_draft(row) for row in connection.execute(query.order_by(DefinitionDraft.id.desc()))]


def draft_detail(context: Context, actor: Actor, draft_id: int) -> dict[str, Any]:
    """The draft with `files`: `{"path", "kind", "change": None|"added"|"changed"|"removed", "by", "at", "revision"}`.

    `behind`: number of the version new cases start with when the draft began with an earlier one, else None.
    Raises Rejected `not_found.draft`.
    """
    actor.require("definition.read")
    with context.read() as connection:
        row = connection.execute(_drafts().where(DefinitionDraft.id == draft_id)).one_or_none()
        if row is None:
            raise Rejected("not_found.draft", N_("There is no draft {id}."), id=draft_id)
        found = _draft(row)
        found["files"] = _files(connection, base_files(context, row), draft_id)
        found["behind"] = _behind(connection, row)
    return found


def kind_of(path: str) -> str:
    """Which editor a file of a bundle has: diagram, table, form, case_schema, application, test, document or other."""
    if path.endswith(".bpmn"):
        return "diagram"
    if path.endswith(".dmn"):
        return "table"
    if path == FILE:
        return "application"
    if path == "forms/case.schema.json":
        return "case_schema"
    if path.startswith("forms/documents/"):
        return "document"
    if path.startswith("tests/") and path.endswith(".json"):
        return "test"
    return "form" if path.startswith("forms/") and path.endswith(".json") else "other"


def _drafts() -> Any:
    return (
        select(
            *DefinitionDraft.__table__.columns,
            DefinitionVersion.number.label("base"),
            ProcessApplication.title.label("application"),
            _Creator.display_name.label("creator"),
            _Updater.display_name.label("updater"),
            _Proposer.display_name.label("proposer"),
        )
        .outerjoin(DefinitionVersion, DefinitionVersion.id == DefinitionDraft.base_version_id)
        .outerjoin(ProcessApplication, ProcessApplication.key == DefinitionDraft.key)
        .outerjoin(_Creator, _Creator.id == DefinitionDraft.created_by)
        .outerjoin(_Updater, _Updater.id == DefinitionDraft.updated_by)
        .outerjoin(_Proposer, _Proposer.id == DefinitionDraft.proposed_by)
    )


def _draft(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key,
        "application": row.application,
        "title": row.title,
        "state": row.state,
        "revision": row.revision,
        "note": row.note,
        "base": row.base,
        "created_at": rfc3339(row.created_at),
        "created_by": row.creator,
        "updated_at": rfc3339(row.updated_at),
        "updated_by": row.updater,
        "updated_by_id": row.updated_by,
        "proposed_at": rfc3339(row.proposed_at) if row.proposed_at else None,
        "proposed_by": row.proposer,
        "proposed_by_id": row.proposed_by,
    }


def _files(connection: Connection, base: Mapping[str, bytes], draft_id: int) -> list[dict[str, Any]]:
    query = (
        select(
            DefinitionDraftFile.path,
            DefinitionDraftFile.content,
            DefinitionDraftFile.revision,
            DefinitionDraftFile.updated_at,
            UserAccount.display_name,
        )
        .outerjoin(UserAccount, UserAccount.id == DefinitionDraftFile.updated_by)
        .where(DefinitionDraftFile.draft_id == draft_id)
    )
    own: dict[str, Any] = {row.path: row for row in connection.execute(query)}
    there = {path for path, row in own.items() if row.content is not None}
    return [_file(path, base.get(path), own.get(path)) for path in sorted({*base, *there})]


def _file(path: str, base: bytes | None, row: Any) -> dict[str, Any]:
    change = None
    if row is not None and row.content != base:
        change = "removed" if row.content is None else "changed" if base is not None else "added"
    return {
        "path": path,
        "kind": kind_of(path),
        "change": change,
        "by": None if row is None else row.display_name,
        "at": None if row is None else rfc3339(row.updated_at),
        "revision": 0 if row is None else row.revision,
    }


def _behind(connection: Connection, row: Row[Any]) -> int | None:
    query = (
        select(DefinitionVersion.id, DefinitionVersion.number)
        .join(ProcessApplication, ProcessApplication.current_version_id == DefinitionVersion.id)
        .where(ProcessApplication.key == row.key)
    )
    current = connection.execute(query).one_or_none()
    return None if current is None or current.id == row.base_version_id else int(current.number)
