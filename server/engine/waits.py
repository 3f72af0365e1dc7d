"""Everything an instance is waiting for, as plain records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.util.task import TaskState

from server.engine.boundary import attached_activity
from server.engine.case_writing import item_value, place_of
from server.engine.event_definitions import ConditionDefinition, MessageDefinition, SignalDefinition
from server.engine.event_gateway import BranchingEventGateway
from server.engine.service_task import QueuedServiceTask
from server.engine.timers import TimerDefinition
from server.engine.workflow import CaseWorkflow, walk_tasks


@dataclass(frozen=True)
class Wait:
    """One open wait.

    kind: 'user_task', 'job', 'timer', 'message', 'call', 'condition' or 'signal'; task_id: the engine's task (behind
    an event gateway: that of the branch); attached_to: task_id of the activity a boundary event sits on; items: the
    rows the surrounding loops work on, by item name; topic, parameters, retries, backoff (seconds): of a job; due_at:
    aware UTC moment of a timer, None while its expression gives null; message, correlation: of a message; place: where
    its payload goes, see case_writing.place_of; callers: ids of the call activities around it, the outermost first.
    """

    kind: str
    task_id: str
    element_id: str
    process_id: str
    name: str = ""
    group: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    attached_to: str | None = None
    items: Mapping[str, Any] = field(default_factory=dict)
    topic: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    retries: int | None = None
    backoff: int | None = None
    due_at: datetime | None = None
    message: str | None = None
    correlation: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None
    callers: tuple[str, ...] = ()


def open_waits(workflow: CaseWorkflow) -> list[Wait]:
    """The waits of an instance in the order they were made; none once it has completed."""
    if workflow.completed:
        return []
    found: list[Wait] = []
    for task in walk_tasks(workflow, TaskState.READY | TaskState.STARTED | TaskState.WAITING):
        found += _of_task(task)
    return found


def event_waits(workflow: CaseWorkflow) -> Iterator[tuple[Any, Any]]:
    """(task, event definition) of every waiting event, the branches of event gateways among them."""
    for task in walk_tasks(workflow, TaskState.WAITING):
        if isinstance(task.task_spec, BranchingEventGateway):
            for child in task.children:
                yield child, task.task_spec.branches[child.task_spec.name]
        elif getattr(task.task_spec, "event_definition", None) is not None:
            yield task, task.task_spec.event_definition


def _of_task(task: Any) -> Iterator[Wait]:
    spec = task.task_spec
    if task.state == TaskState.READY and spec.manual:
        yield _wait(task, "user_task")
    elif task.state == TaskState.STARTED and isinstance(spec, QueuedServiceTask):
        yield _wait(
            task, "job", topic=spec.operation_name, parameters=task.internal_data["job"]["parameters"],
            retries=spec.retries, backoff=spec.retry_backoff_base,
        )  # fmt: skip
    elif task.state == TaskState.STARTED and isinstance(spec, CallActivity):
        yield _wait(task, "call")
    elif task.state == TaskState.WAITING and isinstance(spec, BranchingEventGateway):
        for child in task.children:
            yield from _of_event(child, spec.branches[child.task_spec.name])
    elif task.state == TaskState.WAITING:
        yield from _of_event(task, getattr(spec, "event_definition", None))


def _of_event(task: Any, definition: Any) -> Iterator[Wait]:
    if isinstance(definition, TimerDefinition):
        due = definition.due_at(task)
        if due is not None or not definition.is_over(task):
            yield _wait(task, "timer", due_at=due)
    elif isinstance(definition, MessageDefinition):
        case = task.workflow.script_engine.environment.case
        place = None if definition.variable is None else place_of(case, task.data, definition.variable)
        yield _wait(task, "message", message=definition.name, correlation=definition.correlation_of(task), place=place)
    elif isinstance(definition, ConditionDefinition):
        yield _wait(task, "condition")
    elif isinstance(definition, SignalDefinition):
        yield _wait(task, "signal")


def _wait(task: Any, kind: str, **more: Any) -> Wait:
    process_id, element_id = task.workflow.spec.name, task.task_spec.bpmn_id
    element = task.workflow.top_workflow.definition.elements.get((process_id, element_id))
    activity = attached_activity(task)
    case = task.workflow.script_engine.environment.case
    return Wait(
        kind=kind,
        task_id=str(task.id),
        element_id=element_id,
        process_id=process_id,
        name=element.name if element else "",
        group=element.group if element else None,
        properties=element.properties if element else {},
        attached_to=str(activity.id) if activity is not None else None,
        items={name: item_value(case, task.data, name) for name in task.data},
        callers=_callers(task),
        **more,
    )


def _callers(task: Any) -> tuple[str, ...]:
    top, found = task.workflow.top_workflow, []
    while task.workflow is not top:
        task = top.get_task_from_id(task.workflow.parent_task_id)
        if isinstance(task.task_spec, CallActivity):
            found.append(task.task_spec.bpmn_id)
    return tuple(reversed(found))
