"""Boundary events: one firing mechanism, non-interrupting ones that fire again, errors to the event of the task.

Deviations from the library: a non-interrupting event spawns its flow and stays; work it spawned survives the end of
its activity; an interrupted activity is cancelled at once, so it cannot finish in the same advance.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

WAS_TRUE = "was_true"  # internal_data: a condition has fired and has not been false since


class StayingBoundaryEvent(BoundaryEvent):
    """A boundary event; without cancelActivity it may fire as often as its event comes."""

    def _predict_hook(self, my_task: Any) -> None:
        if self.cancel_activity:
            super()._predict_hook(my_task)

    def _update_hook(self, my_task: Any) -> Any:
        if self.cancel_activity:
            return super()._update_hook(my_task)
        my_task._inherit_data()
        my_task._set_state(TaskState.WAITING)
        self.event_definition.update_task(my_task)
        self.look(my_task)
        return False

    def look(self, my_task: Any) -> bool:
        """Spawn the flow when the event's own condition (timer, condition) has come true; True when it did."""
        if not self.event_definition.has_fired(my_task):
            my_task.internal_data.pop(WAS_TRUE, None)
            return False
        if my_task.internal_data.get(WAS_TRUE):
            return False
        self.spawn(my_task)
        return True

    def spawn(self, my_task: Any) -> None:
        """Start the flow behind the event once more; the event goes on waiting."""
        self.event_definition.spawned(my_task)
        my_task.workflow.top_workflow.note_element(my_task)
        for output in self.outputs:
            if not isinstance(output, BoundaryEventJoin):
                child = my_task._add_child(output, TaskState.FUTURE)
                child.task_spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
                my_task.workflow.top_workflow.note_flow(my_task, child)
                child.task_spec._update(child)


class ClosingBoundaryJoin(BoundaryEventJoin):
    """Ends the boundary events of a finished activity; flows spawned by them go on."""

    def _check_threshold_structured(self, my_task: Any) -> tuple[bool, list[Any]]:
        finished, cancel = super()._check_threshold_structured(my_task)
        keep = []
        for task in cancel:
            spec = task.task_spec
            if isinstance(spec, StayingBoundaryEvent) and not spec.cancel_activity and task.children:
                task._set_state(TaskState.COMPLETED)
                task.workflow.top_workflow.event_manager.remove_task(task)
            else:
                keep.append(task)
        return finished, keep


def fire(task: Any) -> None:
    """Let a waiting event happen: a non-interrupting one spawns its flow, any other becomes ready to run."""
    spec = task.task_spec
    if isinstance(spec, StayingBoundaryEvent) and not spec.cancel_activity:
        spec.spawn(task)
        return
    task._ready()
    activity = attached_activity(task)
    if activity is not None:
        activity.cancel()


def attached_activity(task: Any) -> Any:
    """The task of the activity a boundary event sits on; None for any other task."""
    if not isinstance(task.task_spec, BoundaryEvent) or task.parent is None:
        return None
    others = (child for child in task.parent.children if not isinstance(child.task_spec, BoundaryEvent))
    return next((child for child in others if not isinstance(child.task_spec, BoundaryEventJoin)), None)


def raise_outwards(task: Any, kind: type, code: str | None, payload: Any) -> bool:
    """Give an error, escalation or cancel to the nearest boundary event, from this activity outwards.

    task: the activity it comes from, None for the top. False when nobody catches it.
    """
    while task is not None:
        catching = [event for event in _boundary_events(task) if _catches(event, kind, code)]
        if catching:
            event = min(catching, key=lambda each: each.task_spec.event_definition.code is None)
            event.task_spec.event_definition.receive(event, payload)
            fire(event)
            return True
        task = _enclosing(task)
    return False


def _catches(event: Any, kind: type, code: str | None) -> bool:
    definition = event.task_spec.event_definition
    return isinstance(definition, kind) and definition.catches_code(code)  # type: ignore[attr-defined]


def _boundary_events(task: Any) -> Iterator[Any]:
    if task.parent is not None and isinstance(task.parent.task_spec, BoundaryEventSplit):
        for child in task.parent.children:
            if isinstance(child.task_spec, BoundaryEvent) and child.state == TaskState.WAITING:
                yield child


def _enclosing(task: Any) -> Any:
    if task.parent is not None and isinstance(task.parent.task_spec, LoopTask):
        return task.parent
    parent_id = task.workflow.parent_task_id
    return task.workflow.top_workflow.get_task_from_id(parent_id) if parent_id else None
