"""Which cases a version concerns, and what would become of one of them there."""

from typing import Any

from sqlalchemy import Select, func, select

from server.casework.case_work import case_query
from server.casework.check_mapping import check_mapping
from server.casework.library import PublishedVersion, published
from server.casework.migrating import OPEN, examine
from server.casework.obstacles import Obstacle
from server.casework.tools import Tools
from server.domain.bundle import Bundle
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.engine import DiagramRefused
from server.i18n import N_
from server.persistence.models import CaseFile, DefinitionVersion, ProcessInstance
from server.security.actor import Actor

SHOWN = ("element_id", "process_id", "name", "kind", "since")
"""What is told of a wait; see shapes.active_steps."""


def draft_version(bundle: Bundle) -> PublishedVersion:
    """The bundle as if it were published; raises Rejected `definition.refused` when it cannot run at all."""
    try:
        return published(0, 0, bundle)
    except DiagramRefused as error:
        raise Rejected("definition.refused", N_("The draft cannot run: {why}"), why=str(error)) from error


def published_version(tools: Tools, key: str, number: int | None) -> PublishedVersion:
    """By default the one new cases start with; raises Rejected `not_found.definition` or `not_found.version`."""
    current = tools.library.current(key)
    if number is None or number == current.number:
        return current
    query = select(DefinitionVersion.id).where(DefinitionVersion.key == key, DefinitionVersion.number == number)
    with tools.read() as connection:
        version_id = connection.execute(query).scalar_one_or_none()
    if version_id is None:
        raise Rejected(
            "not_found.version", N_("There is no version {to} of the application “{key}”."), key=key, to=number
        )
    return tools.library.version(version_id)


def concerned(key: str, version_id: int, after: int = 0) -> Select[Any]:
    """Rows of case_query: the open cases of an application outside a version, in the order of filing."""
    return case_query().where(*_outside(key, version_id), CaseFile.id > after).order_by(CaseFile.id)


def how_many(key: str, version_id: int) -> Select[Any]:
    """How many rows `concerned` has."""
    joined = select(func.count()).select_from(ProcessInstance).join(CaseFile, CaseFile.id == ProcessInstance.case_id)
    return joined.where(*_outside(key, version_id))


def _outside(key: str, version_id: int) -> tuple[Any, ...]:
    return CaseFile.application == key, ProcessInstance.state.in_(OPEN), ProcessInstance.version_id != version_id


def require_mapping(tools: Tools, mapping: CaseMapping, target: PublishedVersion) -> None:
    """Raises Rejected `mapping.…` for a name that neither `target` nor a version with open cases has."""
    if mapping:
        check_mapping(mapping, target, origins(tools, target))


def origins(tools: Tools, target: PublishedVersion) -> list[PublishedVersion]:
    """The other versions of an application that have open cases."""
    versions = (
        select(ProcessInstance.version_id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(CaseFile.application == target.key, ProcessInstance.state.in_(OPEN))
        .distinct()
    )
    with tools.read() as connection:
        ids = list(connection.execute(versions).scalars())
    return [tools.library.version(each) for each in sorted(ids) if each != target.id]


def look_at(
    tools: Tools, actor: Actor, row: Any, target: PublishedVersion, mapping: CaseMapping
) -> tuple[list[dict[str, Any]], list[Obstacle]]:
    """(lines of what the case of `row` waits for, what keeps it from `target`)."""
    steps = [{name: line[name] for name in SHOWN} for line in row.waits]
    return steps, examine(tools, actor, row, target, mapping)
