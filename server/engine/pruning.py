"""Pruning: occurrences that a later one of the same element has superseded leave the task tree.

Old rounds of a loop would make every step and every save slower. The latest occurrence of each element stays, so that
sending back still finds it. What is taken out is finished, has at most one branch left behind it and is no longer
looked at by a join.
"""

from typing import Any
from uuid import UUID

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
    keep = _kept(workflow)
    removed = 0
    while step := _prune_once(top, workflow, keep):
        removed += step
    return removed


def _prune_once(top: CaseWorkflow, workflow: Any, keep: set[Any]) -> int:
    removed = 0
    # Later tasks first, so that a whole chain behind an old task is gone when its turn comes.
    for task in list(reversed(workflow.tasks.values())):
        if task.id in workflow.tasks and task.id not in keep and _superseded(top, workflow, task):
            _splice(top, workflow, task)
            removed += 1
    return removed


def _kept(workflow: Any) -> set[Any]:
    """Ids of the latest occurrences, and of the latest before each user task among them.

    The second lot is what would be the latest after sending back to that user task.
    """
    done: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for task in workflow.tasks.values():
        if task.state & _REACHED and not _is_instance(task):
            last[task.task_spec.name] = task
            if task.state != TaskState.CANCELLED:
                done[task.task_spec.name] = task
    keep = {task.id for task in (*done.values(), *last.values())}
    for task in done.values():
        if task.task_spec.manual:
            keep |= _before(task)
    return keep


def _before(task: Any) -> set[Any]:
    nearest: dict[str, Any] = {}
    above = task.parent
    while above is not None:
        if above.task_spec.manual and above.state == TaskState.COMPLETED:
            nearest.setdefault(above.task_spec.name, above.id)
        above = above.parent
    return set(nearest.values())


def _is_instance(task: Any) -> bool:
    return task.parent is not None and isinstance(task.parent.task_spec, LoopTask) and task.triggered


def _superseded(top: CaseWorkflow, workflow: Any, task: Any) -> bool:
    if task._parent is None or not task.state & (TaskState.COMPLETED | TaskState.CANCELLED) or _is_instance(task):
        return False
    if task is workflow.last_task:
        return False
    if _is_counted(workflow, task):
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


def _is_counted(workflow: Any, task: Any) -> bool:
    """True for an arrival at a join that is not used up yet, or used by a firing that may still be taken back."""
    if not isinstance(task.task_spec, UnstructuredJoin) or isinstance(task.task_spec, _EndJoin):
        return False
    used_by = task.internal_data.get(USED)
    return used_by is None or (used_by != str(task.id) and UUID(used_by) in workflow.tasks)


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
