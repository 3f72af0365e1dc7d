"""Open work that its owner told where to go on: the task is kept, what sits on its border begins anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from server.engine.alignment import Told
from server.engine.joins_ahead import OPEN
from server.engine.migration_rules import JOB, PERSON, SPLIT, boundary_events, differs, kind
from server.engine.rehanging import insert_above
from server.engine.service_task import QueuedServiceTask


@dataclass
class Anew:
    """tasks: open ones that get new boundary events; dropped: ids of what sat on their border until now.

    renewed: ids of jobs for another topic, which begin anew themselves; settled: ids of open tasks looked at here.
    """

    tasks: list[Any] = field(default_factory=list)
    dropped: set[UUID] = field(default_factory=set)
    renewed: set[UUID] = field(default_factory=set)

    @property
    def settled(self) -> set[UUID]:
        return self.dropped | {task.id for task in self.tasks}


def begun_anew(workflow: Any, specs: Mapping[Any, Any], told: Told) -> Anew:
    """Which open tasks go on with other boundary events or another topic, as told; specs: new specs by the old."""
    found = Anew()
    for task in workflow.tasks.values():
        old, new = task.task_spec, specs[task.task_spec]
        if not task.state & OPEN or old.bpmn_id not in told or new is None or _in_loop(task, new):
            continue
        if not {kind(old, specs), kind(new)} <= {PERSON, JOB}:
            continue
        if differs(old, new, specs):
            found.tasks.append(task)
            found.dropped |= {each.id for each in _border(task)}
        if old.bpmn_id != new.bpmn_id and _topic(old) != _topic(new):
            found.renewed.add(task.id)
    return found


def _topic(spec: Any) -> Any:
    return spec.operation_name if isinstance(spec, QueuedServiceTask) else None


def _in_loop(task: Any, new: Any) -> bool:
    return isinstance(new, LoopTask) or (task.parent is not None and isinstance(task.parent.task_spec, LoopTask))


def _border(task: Any) -> list[Any]:
    """The split above a guarded activity with its boundary events; nothing for any other."""
    if task.parent is None or not isinstance(task.parent.task_spec, BoundaryEventSplit):
        return []
    return [task.parent, *(each for each in task.parent.children if isinstance(each.task_spec, BoundaryEvent))]


def begin_guards(workflow: Any, task: Any) -> list[UUID]:
    """Start the boundary events that an open activity has in its version; their ids."""
    events = boundary_events(task.task_spec)
    if not events:
        return []
    split = insert_above(task, workflow.spec.task_specs[SPLIT.format(task.task_spec.name)])
    begun = [split._add_child(event, TaskState.FUTURE) for event in events]
    for each in begun:
        each.task_spec._predict(each, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
        each.task_spec._update(each)
    return [each.id for each in begun]


def is_under_way(task: Any) -> bool:
    """Open, or what holds an open activity together with its boundary events."""
    holds = isinstance(task.task_spec, BoundaryEventSplit) and any(each.state & OPEN for each in task.children)
    return bool(task.state & OPEN or holds)
