"""The diagrams of one case with the path it took and where it stands: the main process and each one it calls."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from server.casework.context import Context
from server.casework.incidents import UNSETTLED
from server.casework.library import PublishedVersion
from server.domain.history import EventType
from server.domain.past import ENDED
from server.domain.texts import pick_line
from server.i18n import LANGUAGES
from server.persistence.models import (
    CaseFile,
    DefinitionVersion,
    HistoryEvent,
    HistoryPayload,
    Incident,
    ProcessInstance,
)
from server.queries.instance_detail import not_found
from server.security.actor import Actor
from server.security.visibility import visible_to


def diagram(
    context: Context,
    actor: Actor,
    instance_id: str,
    language: str,
    process_id: str | None = None,
    number: int | None = None,
) -> dict[str, Any]:
    """One process of the case, by default the main one, drawn as in version `number`, by default that of the case.

    Rejected `not_found.instance`.

    `{"xml", "process_id", "processes": [{"id", "name", "state": "done|active|ahead"}], "language_index",
    "languages", "marks": {"done", "flows", "active", "incident", "labels"}}`; the marks are element and flow ids of
    this process alone, `labels` texts by such an id.
    """
    with context.read() as connection:
        row = connection.execute(
            select(
                ProcessInstance.version_id,
                ProcessInstance.waits,
                ProcessInstance.state,
                DefinitionVersion.id.label("then"),
            )
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .outerjoin(
                DefinitionVersion,
                (DefinitionVersion.key == CaseFile.application) & (DefinitionVersion.number == number),
            )
            .where(ProcessInstance.id == instance_id, visible_to(actor))
        ).one_or_none()
        if row is None:
            raise not_found(instance_id)
        visited, broken = visited_elements(connection, instance_id), _broken(connection, instance_id)
    version = context.library.version(row.version_id if row.then is None else row.then)
    active = [] if row.state in ENDED else standing_at(row.waits)
    return drawing(version, language, process_id, visited=visited, active=active, broken=broken)


def drawing(
    version: PublishedVersion,
    language: str,
    process_id: str | None,
    *,
    visited: Iterable[str],
    active: Iterable[str],
    broken: Iterable[str],
    labels: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """As `diagram`, with what is known; `labels` (by element or flow) go to the marks as they are."""
    definition, languages = version.definition, version.application.languages
    shown = process_id if process_id and process_id in definition.drawings else definition.process_id
    places, visited, active = _Places(version), list(visited), list(active)
    return {
        "xml": version.bundle[definition.drawings[shown].file].decode("utf-8"),
        "process_id": shown,
        "processes": _processes(version, places.drawn_in(visited), places.drawn_in(active), language),
        "language_index": languages.index(language) if language in languages else 0,
        "languages": list(LANGUAGES),
        "marks": {
            "done": [step for step in places.of(shown, visited) if step not in places.flows],
            "flows": [step for step in places.of(shown, visited) if step in places.flows],
            "active": places.of(shown, active),
            "incident": places.of(shown, broken),
            "labels": {step: (labels or {})[step] for step in places.of(shown, labels or ())},
        },
    }


class _Places:
    """In which drawing each element stands; ids are unique over the processes of a bundle."""

    def __init__(self, version: PublishedVersion) -> None:
        elements = version.definition.elements.values()
        self._process = {each.id: version.definition.process_of(each.process_id) for each in elements}
        self.flows = {each.id for each in elements if each.source}

    def of(self, process_id: str, element_ids: Iterable[str]) -> list[str]:
        return [each for each in element_ids if self._process.get(each) == process_id]

    def drawn_in(self, element_ids: Iterable[str]) -> set[str | None]:
        return {self._process.get(each) for each in element_ids}


def standing_at(waits: Iterable[Mapping[str, Any]]) -> list[str]:
    """Where the case stands; what might come from outside is no place as long as there is another."""
    lines = list(waits)
    standing = [line["element_id"] for line in lines if line["kind"] != "message"]
    return standing or [line["element_id"] for line in lines]


def _processes(
    version: PublishedVersion, visited: set[str | None], active: set[str | None], language: str
) -> list[dict[str, str]]:
    return [
        {
            "id": process_id,
            "name": pick_line(drawing.name, language=language) or process_id,
            "state": "active" if process_id in active else "done" if process_id in visited else "ahead",
        }
        for process_id, drawing in version.definition.drawings.items()
    ]


def visited_elements(connection: Connection, instance_id: str) -> list[str]:
    """Elements and flows the case went through, in the order of the first time."""
    paths = connection.execute(
        select(HistoryPayload.data)
        .join(
            HistoryEvent,
            (HistoryEvent.instance_id == HistoryPayload.instance_id) & (HistoryEvent.seq == HistoryPayload.seq),
        )
        .where(HistoryEvent.instance_id == instance_id, HistoryEvent.type == str(EventType.INSTANCE_ADVANCED))
        .order_by(HistoryEvent.seq)
    ).scalars()
    return list(dict.fromkeys(step for data in paths for step in (data or {}).get("path", ())))


def _broken(connection: Connection, instance_id: str) -> list[str]:
    found = connection.execute(
        select(Incident.element_id).where(Incident.instance_id == instance_id, Incident.state.in_(UNSETTLED))
    ).scalars()
    return [element_id for element_id in found if element_id]
