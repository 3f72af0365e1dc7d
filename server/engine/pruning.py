"""Pruning: occurrences that a later one of the same element has superseded leave the task tree.

Old rounds of a loop would make every step and every save slower. The latest occurrence of each element stays, so that
sending back still finds it. What is taken out is finished, has at most one branch left behind it and is no longer
looked at by a join.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from server.engine.gateways import USED
from server.engine.workflow import CaseWorkflow

_REACHED = TaskState.COMPLETED | TaskState.STARTED | TaskState.READY | TaskState.WAITING | TaskState.CANCELLED


def prune(top: CaseWorkflow) -> int:
    """Take superseded occurrences out of every process of an instance; how many were taken."""
    removed = _prune_one(top, top)
    for sub in list(top.subprocesses.values()):
        if sub.parent_task_id in top.subprocesses:
            removed += _prune_one(top, sub)
    return removed


def _prune_one(top: CaseWorkflow, workflow: Any) -> int:
    reached = [task.task_spec for task in workflow.tasks.values() if task.state & _REACHED]
    if len(set(reached)) == len(reached):
        return 0  # nothing happened twice, as in most instances
    done, last = _latest(workflow)
    if len(last) == len(workflow.tasks):
        return 0
    removed = 0
    while step := _prune_once(top, workflow, done, last):
        removed += step
    return removed


def _prune_once(top: CaseWorkflow, workflow: Any, done: dict[str, Any], last: dict[str, Any]) -> int:
    removed = 0
    # Later tasks first, so that a whole chain behind an old task is gone when its turn comes.
    for task in list(reversed(workflow.tasks.values())):
        latest = done if task.state == TaskState.COMPLETED else last
        if task.id in workflow.tasks and _superseded(top, workflow, task, latest):
            _splice(top, workflow, task)
            removed += 1
    return removed


def _latest(workflow: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Latest occurrence by spec name: not counting cancelled ones, and counting them."""
    done: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for task in workflow.tasks.values():
        if task.state & _REACHED and not _is_instance(task):
            last[task.task_spec.name] = task
            if task.state != TaskState.CANCELLED:
                done[task.task_spec.name] = task
    return done, last


def _is_instance(task: Any) -> bool:
    return task.parent is not None and isinstance(task.parent.task_spec, LoopTask) and task.triggered


def _superseded(top: CaseWorkflow, workflow: Any, task: Any, last: dict[str, Any]) -> bool:
    if task._parent is None or not task.state & (TaskState.COMPLETED | TaskState.CANCELLED) or _is_instance(task):
        return False
    later = last.get(task.task_spec.name)
    if later is None or later is task or task is workflow.last_task:
        return False
    is_gateway = isinstance(task.task_spec, UnstructuredJoin) and not isinstance(task.task_spec, _EndJoin)
    if is_gateway and USED not in task.internal_data:
        return False
    if _guards(task) or _is_guard_of_kept(task):
        return False
    behind = [child for child in task.children if not _is_instance(child)]
    if len(behind) > 1 or any(_needs_parent(child) for child in behind):
        return False
    if isinstance(task.task_spec, LoopTask) and any(
        not _finished(child) for child in task.children if child not in behind
    ):
        return False
    return _insides_superseded(top, task)


def _guards(task: Any) -> bool:
    """True for the split before an activity with boundary events while the activity is still there."""
    is_split = isinstance(task.task_spec, BoundaryEventSplit)
    return is_split and any(child.task_spec.name == _activity(task.task_spec) for child in task.children)


def _is_guard_of_kept(task: Any) -> bool:
    """True for a boundary event whose activity is still there: sending back starts both again."""
    return isinstance(task.task_spec, BoundaryEvent) and task.parent is not None and _guards(task.parent)


def _activity(split: Any) -> str:
    return str(split.name).removesuffix(".BoundaryEventSplit")


def _finished(task: Any) -> bool:
    return bool(task.state & (TaskState.COMPLETED | TaskState.CANCELLED))


def _needs_parent(child: Any) -> bool:
    """True when what follows still depends on the task before it."""
    if isinstance(child.task_spec, UnstructuredJoin) and USED not in child.internal_data:
        return True
    return not child.state & _REACHED


def _insides_superseded(top: CaseWorkflow, task: Any) -> bool:
    """True when everything done inside an activity was done again in a later occurrence of it."""
    activities = [task, *(child for child in task.children if _is_instance(child))]
    subs = [top.subprocesses[each.id] for each in activities if each.id in top.subprocesses]
    for sub in subs:
        order = list(top.subprocesses.values())
        later = [other for other in order[order.index(sub) + 1 :] if other.spec is sub.spec and other not in subs]
        done = {t.task_spec.name for other in later for t in other.tasks.values() if t.state & _REACHED}
        if any(t.task_spec.bpmn_id and t.task_spec.name not in done and t.state == TaskState.COMPLETED
               for t in sub.tasks.values()):  # fmt: skip
            return False
    return True


def _splice(top: CaseWorkflow, workflow: Any, task: Any) -> None:
    parent = workflow.tasks[task._parent]
    place = parent._children.index(task.id)
    behind = [child for child in task.children if not _is_instance(child)]
    parent._children[place : place + 1] = [child.id for child in behind]
    for child in behind:
        child._parent = parent.id
    for gone in [task, *(child for child in task.children if child not in behind)]:
        del workflow.tasks[gone.id]
        top.forget(gone)
