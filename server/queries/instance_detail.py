"""Where does one process instance stand?"""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.shapes import instance_json
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, DefinitionVersion, ProcessInstance
from server.security.actor import Actor
from server.security.visibility import visible_to


def instance_detail(context: Context, actor: Actor, instance_id: str, language: str) -> dict[str, Any]:
    """Raises Rejected `not_found.instance`."""
    query = (
        select(
            ProcessInstance.id.label("instance_id"),
            ProcessInstance.state,
            ProcessInstance.waits,
            ProcessInstance.started_at,
            ProcessInstance.ended_at,
            ProcessInstance.end_event,
            DefinitionVersion.key,
            DefinitionVersion.number.label("version_number"),
            CaseFile.number,
        )
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .join(DefinitionVersion, DefinitionVersion.id == ProcessInstance.version_id)
        .where(ProcessInstance.id == instance_id, visible_to(actor))
    )
    with context.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found(instance_id)
    return instance_json(row, language)


def not_found(instance_id: str) -> Rejected:
    return Rejected(
        "not_found.instance", N_("There is no process instance {id}, or you may not see it."), id=instance_id[:64]
    )
