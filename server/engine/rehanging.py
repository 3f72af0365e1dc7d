"""Changing the tasks of a copied state so that they fit the specs of another version."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.event_gateway import BranchingEventGateway
from server.engine.gateways import USED
from server.engine.joins_ahead import OPEN, behind, parallel_joins
from server.engine.migration_rules import SPLIT, boundary_events
from server.engine.workflow import CaseWorkflow

_EXPECTED = TaskState.PREDICTED_MASK | TaskState.FUTURE


def drop_predicted(workflow: Any) -> None:
    """Take away what was only expected; the branches of a waiting event gateway are expected, but wait already."""
    for task in list(workflow.tasks.values()):
        is_branch = task.parent is not None and isinstance(task.parent.task_spec, BranchingEventGateway)
        if task.id in workflow.tasks and task.state & _EXPECTED and not (is_branch and task.parent.state & OPEN):
            workflow._remove_task(task.id)


def take_out(top: CaseWorkflow, workflow: Any, behind: Mapping[Any, Any]) -> None:
    """Take out the tasks whose element is gone; behind: the new specs by task id, None for what is gone."""
    gone = [task for task in workflow.tasks.values() if behind[task.id] is None]
    # Boundary events before their splits, as long as it shows what they belong to.
    for task in sorted(gone, key=lambda task: not isinstance(task.task_spec, BoundaryEvent)):
        if task.id in workflow.tasks:  # instances leave with their loop
            _splice(top, workflow, task)


def _splice(top: CaseWorkflow, workflow: Any, task: Any) -> None:
    """Take out one task; what came after it moves up.

    What a boundary event began moves above its activity, so that sending back to the activity leaves it alone.
    """
    parent = task.parent
    place = parent._children.index(task.id)
    parent._children.remove(task.id)
    behind = [child for child in task.children if not (child.triggered and isinstance(task.task_spec, LoopTask))]
    if isinstance(task.task_spec, BoundaryEvent):
        parent, place = parent.parent, len(parent.parent._children)
    parent._children[place:place] = [child.id for child in behind]
    for child in behind:
        child._parent = parent.id
    for each in [task, *(child for child in task.children if child not in behind)]:
        del workflow.tasks[each.id]
        top.forget(each)
        if workflow.last_task is each:
            workflow.last_task = parent


def convert(top: CaseWorkflow, task: Any) -> None:
    """Make an open user task a job or a job a user task: under a new id, for a task id is never used twice."""
    old, task.id = task.id, uuid4()
    workflow = task.workflow
    workflow.tasks = {task.id if key == old else key: each for key, each in workflow.tasks.items()}
    task.parent._children[task.parent._children.index(old)] = task.id
    task.internal_data = {}
    task._set_state(TaskState.READY)


def settle_new_joins(task: Any, old: Any) -> None:
    """A finished task that was no join and is one now is no arrival: nothing may count it."""
    is_join = isinstance(task.task_spec, UnstructuredJoin)
    if is_join and not isinstance(old, UnstructuredJoin) and task.state & TaskState.FINISHED_MASK:
        task.internal_data[USED] = str(task.id)


def bridge_new_elements(workflow: Any) -> None:
    """Where an element is new before a join, earlier arrivals count as having passed it: it was not there then."""
    for join in parallel_joins(workflow):
        own = [task for task in workflow.tasks.values() if task.task_spec is join and task.parent is not None]
        for task in own:
            if task.parent.state == TaskState.COMPLETED and task.parent.task_spec.name not in join._inputs:
                on_the_way = {spec.name for spec in behind([task.parent.task_spec], join)}
                new = [name for name in join._inputs if name in on_the_way]
                if len(new) == 1:
                    insert_above(task, workflow.spec.task_specs[new[0]])


def add_missing_guards(workflow: Any) -> None:
    """Give finished activities the boundary events they have now, cancelled: sending back starts both again."""
    for task in [task for task in workflow.tasks.values() if task.state & TaskState.FINISHED_MASK]:
        events = [] if isinstance(task.parent and task.parent.task_spec, LoopTask) else boundary_events(task.task_spec)
        if not events:
            continue
        name = SPLIT.format(task.task_spec.name)
        split = task.parent
        if split.task_spec.name != name:
            split = insert_above(task, workflow.spec.task_specs[name])
        there = {child.task_spec for child in split.children}
        for event in events:
            if event not in there:
                split._add_child(event, TaskState.CANCELLED)


def insert_above(task: Any, spec: Any) -> Any:
    """Put a completed task between a task and its parent."""
    parent = task.parent
    place = parent._children.index(task.id)
    inserted = Task(task.workflow, spec, parent, TaskState.COMPLETED)
    inserted.data = dict(parent.data)
    parent._children.remove(inserted.id)
    parent._children[place] = inserted.id
    inserted._children, task._parent = [task.id], inserted.id
    return inserted
