"""Where a user task may send the work back to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from server.casework.library import PublishedVersion
from server.persistence.models import UserTask


@dataclass(frozen=True)
class StepBack:
    """An earlier user task; `name` in all its languages."""

    element_id: str
    name: str


def steps_back(connection: Connection, version: PublishedVersion, task: Any) -> list[StepBack]:
    """User tasks of the same process that were completed before, the diagram's `sendBackTo` first, then newest first.

    `task` has instance_id, process_id and element_id.
    """
    query = (
        select(UserTask.element_id, UserTask.name)
        .where(
            UserTask.instance_id == task.instance_id,
            UserTask.process_id == task.process_id,
            UserTask.element_id != task.element_id,
            UserTask.state == "completed",
        )
        .group_by(UserTask.element_id, UserTask.name)
        .order_by(func.max(UserTask.ended_at).desc())
    )
    found = [StepBack(row.element_id, row.name) for row in connection.execute(query)]
    element = version.definition.element(task.process_id, task.element_id)
    wished = (element.properties.get("sendBackTo") or "") if element else ""
    order = [name.strip() for name in wished.split(",")]
    return sorted(found, key=lambda step: order.index(step.element_id) if step.element_id in order else len(order))
