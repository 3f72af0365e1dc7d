"""The diagram of one case with the path it took and where it stands."""

from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.domain.history import EventType
from server.i18n import LANGUAGES
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, Incident, ProcessInstance
from server.queries.instance_detail import not_found
from server.security.actor import Actor
from server.security.visibility import visible_to


def diagram(context: Context, actor: Actor, instance_id: str, language: str) -> dict[str, Any]:
    """`{"xml", "language_index", "marks": {"done", "flows", "active", "incident"}}`; Rejected `not_found.instance`."""
    with context.read() as connection:
        row = connection.execute(
            select(ProcessInstance.version_id, ProcessInstance.waits, ProcessInstance.state)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .where(ProcessInstance.id == instance_id, visible_to(actor))
        ).one_or_none()
        if row is None:
            raise not_found(instance_id)
        paths = connection.execute(
            select(HistoryPayload.data)
            .join(
                HistoryEvent,
                (HistoryEvent.instance_id == HistoryPayload.instance_id) & (HistoryEvent.seq == HistoryPayload.seq),
            )
            .where(HistoryEvent.instance_id == instance_id, HistoryEvent.type == str(EventType.INSTANCE_ADVANCED))
            .order_by(HistoryEvent.seq)
        ).scalars()
        visited = list(dict.fromkeys(step for data in paths for step in (data or {}).get("path", ())))
        incidents = connection.execute(
            select(Incident.element_id).where(Incident.instance_id == instance_id, Incident.state == "open")
        ).scalars()
        broken = [element_id for element_id in incidents if element_id]
    version = context.library.version(row.version_id)
    flows = {flow for element in version.definition.elements.values() for flow in element.outgoing}
    ended = row.state in ("completed", "cancelled")
    return {
        "xml": main_diagram(version),
        "language_index": version.application.languages.index(language)
        if language in version.application.languages
        else 0,
        "languages": list(LANGUAGES),
        "marks": {
            "done": [step for step in visited if step not in flows],
            "flows": [step for step in visited if step in flows],
            "active": [] if ended else [line["element_id"] for line in row.waits],
            "incident": broken,
        },
    }


def main_diagram(version: PublishedVersion) -> str:
    """The XML of the file that holds the application's main process."""
    wanted = f'id="{version.application.process_id}"'.encode()
    for name, data in version.bundle.items():
        if name.endswith(".bpmn") and wanted in data:
            return data.decode("utf-8")
    raise KeyError(version.application.process_id)
