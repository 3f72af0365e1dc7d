"""Where a user task may send the work back to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.casework.library import PublishedVersion
from server.casework.rounds import loop_of
from server.domain.rounds import is_used_up
from server.persistence.models import UserTask


@dataclass(frozen=True)
class StepBack:
    """An earlier user task; `name` in all its languages."""

    element_id: str
    name: str


def steps_back(connection: Connection, version: PublishedVersion, task: Any, case: Mapping[str, Any]) -> list[StepBack]:
    """User tasks of the same process that were completed before, the diagram's `sendBackTo` first, then newest first.

    `task` has instance_id, process_id and element_id; `case` is its case file. What was done before the work went
    back no longer counts, nor what lies on a parallel branch, nor a loop that has no round left.
    """
    query = (
        select(UserTask.element_id, UserTask.name, UserTask.state)
        .where(UserTask.instance_id == task.instance_id, UserTask.process_id == task.process_id)
        .order_by(UserTask.created_at, UserTask.ended_at.nulls_last())
    )
    definition = version.definition
    found = [
        step
        for step in _way_here(connection.execute(query), task.element_id)
        if definition.comes_before(task.process_id, step.element_id, task.element_id)
        and not is_used_up(case, loop_of(definition.element(task.process_id, step.element_id)))
    ]
    element = version.definition.element(task.process_id, task.element_id)
    wished = (element.properties.get("sendBackTo") or "") if element else ""
    order = [name.strip() for name in wished.split(",")]
    return sorted(found, key=lambda step: order.index(step.element_id) if step.element_id in order else len(order))


def _way_here(rows: Iterable[Any], element_id: str) -> list[StepBack]:
    """Completed steps, newest first; a step that comes again undoes itself and all that followed it."""
    way: dict[str, StepBack] = {}
    for row in rows:
        if row.element_id in way:
            kept = list(way)[: list(way).index(row.element_id)]
            way = {name: way[name] for name in kept}
        if row.state == "completed":
            way[row.element_id] = StepBack(row.element_id, row.name)
    return [step for name, step in reversed(way.items()) if name != element_id]
