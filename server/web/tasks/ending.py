"""Who sends a task's form too late is told why, keeps what he typed, and is led on."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.domain.history import EventType
from server.queries.next_task import next_task
from server.web.forms import CaseForm
from server.web.person import actor, context
from server.web.values import shown_value

_CAUSES = tuple(
    str(kind)
    for kind in (
        EventType.TASK_SENT_BACK,
        EventType.TASK_TAKEN_BACK,
        EventType.CASE_WITHDRAWN,
        EventType.CASE_MERGED,
        EventType.CASE_REFERRED,
        EventType.INSTANCE_CANCELLED,
        EventType.INSTANCE_MOVED,
        EventType.INSTANCE_MIGRATED,
        EventType.TIMER_FIRED,
        EventType.MESSAGE_RECEIVED,
        EventType.TASK_COMPLETED,
        EventType.INSTANCE_COMPLETED,
    )
)
"""What ends a task, the more telling first: one commit has many events of one moment."""


def ending(task: Mapping[str, Any], story: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The event of the complaint's story that ended the task, with its sentence; None when none did."""
    there = [event for event in story if event["at"] == task["ended_at"] and event["type"] in _CAUSES]
    if task["state"] == "completed":
        own = (str(EventType.TASK_COMPLETED), task["element_id"])
        there = [one for one in there if (one["type"], one["element_id"]) == own]
    return min(there, key=lambda event: _CAUSES.index(event["type"]), default=None)


def late_values(form: CaseForm, workable: bool) -> dict[str, Any]:
    """What the page of a task shows beside its state: `left_over`, the text that was typed, and another free task."""
    if workable:
        return {"left_over": "", "instead": None}
    return {"left_over": left_over(form), "instead": next_task(context(), actor()) if form.bound else None}


def left_over(form: CaseForm) -> str:
    """What was typed into a form that cannot be sent any more, as text: a line for each field."""
    if not form.bound:
        return ""
    touched = [leaf for leaf in form if leaf.present and (leaf.unread is not None or form.touched(leaf))]
    lines = [
        f"{leaf.spec.title}: {leaf.typed if leaf.unread is not None else shown_value(leaf.spec.schema, leaf.data)}"
        for leaf in touched
        if leaf.spec.kind != "files"
    ]
    return "\n".join(lines)
