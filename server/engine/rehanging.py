"""Changing the tasks of a copied state so that they fit the specs of another version."""

from typing import Any
from uuid import uuid4

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from server.engine.event_gateway import BranchingEventGateway
from server.engine.gateways import USED
from server.engine.migration_rules import OPEN, SPLIT, boundary_events
from server.engine.workflow import CaseWorkflow

_EXPECTED = TaskState.PREDICTED_MASK | TaskState.FUTURE


def drop_predicted(workflow: Any) -> None:
    """Take away what was only expected; the branches of a waiting event gateway are expected, but wait already."""
    for task in list(workflow.tasks.values()):
        is_branch = task.parent is not None and isinstance(task.parent.task_spec, BranchingEventGateway)
        if task.id in workflow.tasks and task.state & _EXPECTED and not (is_branch and task.parent.state & OPEN):
            workflow._remove_task(task.id)


def splice(top: CaseWorkflow, workflow: Any, task: Any) -> None:
    """Take out a finished task whose element is gone; what came after it moves up.

    What a boundary event began moves above its activity, so that sending back to the activity leaves it alone.
    """
    parent = task.parent
    place = parent._children.index(task.id)
    parent._children.remove(task.id)
    behind = [child for child in task.children if not (child.triggered and isinstance(task.task_spec, LoopTask))]
    gone = [task, *(child for child in task.children if child not in behind)]
    if isinstance(task.task_spec, BoundaryEvent) and parent.parent is not None:
        parent, place = parent.parent, len(parent.parent._children)
    parent._children[place:place] = [child.id for child in behind]
    for child in behind:
        child._parent = parent.id
    for each in gone:
        workflow.tasks.pop(each.id, None)
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


def add_missing_guards(task: Any) -> None:
    """Give a finished activity the boundary events it has now, cancelled: sending back starts both again."""
    if not task.state & TaskState.FINISHED_MASK or (
        task.parent is not None and isinstance(task.parent.task_spec, LoopTask)
    ):
        return
    events = boundary_events(task.task_spec)
    if not events:
        return
    split = task.parent
    if split.task_spec.name != SPLIT.format(task.task_spec.name):
        split = _insert_split(task)
    there = {child.task_spec for child in split.children}
    for event in events:
        if event not in there:
            split._add_child(event, TaskState.CANCELLED)


def _insert_split(task: Any) -> Any:
    workflow, parent = task.workflow, task.parent
    place = parent._children.index(task.id)
    split = Task(workflow, workflow.spec.task_specs[SPLIT.format(task.task_spec.name)], parent, TaskState.COMPLETED)
    split.data = dict(task.data)
    parent._children.remove(split.id)
    parent._children[place] = split.id
    split._children, task._parent = [task.id], split.id
    return split
