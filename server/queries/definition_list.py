"""Which process applications are published, and in which versions?"""

from typing import Any

from sqlalchemy import func, select

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.domain.texts import pick_line
from server.persistence.models import DefinitionVersion, ProcessApplication, ProcessInstance, UserAccount
from server.security.actor import Actor


def definition_list(context: Context, actor: Actor, language: str) -> dict[str, Any]:
    """`{"items", "next": null}`: an application a line, its versions newest first with their open instances."""
    actor.require("definition.read")
    live = (
        select(func.count())
        .where(ProcessInstance.version_id == DefinitionVersion.id, ProcessInstance.ended_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(
            DefinitionVersion.id,
            DefinitionVersion.key,
            DefinitionVersion.number,
            DefinitionVersion.note,
            DefinitionVersion.published_at,
            ProcessApplication.title,
            ProcessApplication.current_version_id,
            UserAccount.username,
            live.label("open_instances"),
        )
        .join(ProcessApplication, ProcessApplication.key == DefinitionVersion.key)
        .outerjoin(UserAccount, UserAccount.id == DefinitionVersion.published_by)
        .order_by(DefinitionVersion.key, DefinitionVersion.number.desc())
    )
    items: dict[str, dict[str, Any]] = {}
    with context.read() as connection:
        for row in connection.execute(query):
            item = items.setdefault(
                row.key,
                {"key": row.key, "title": pick_line(row.title, language=language), "version": None, "versions": []},
            )
            if row.id == row.current_version_id:
                item["version"] = row.number
            item["versions"].append(_version(row))
    return {"items": list(items.values()), "next": None}


def _version(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.number,
        "note": row.note,
        "published_at": rfc3339(row.published_at),
        "published_by": row.username or "system",
        "open_instances": row.open_instances,
    }
